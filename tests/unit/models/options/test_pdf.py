"""The options of PDF documents."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.models import HeaderFooter, PDFOptions, Protection, Watermark


@pytest.mark.parametrize(
    "options",
    [
        *({"format": name} for name in ("Letter", "Legal", "Tabloid", "Ledger", "A0", "A5")),
        *({"format": size} for size in ("1024xauto", "210mmx297mm", "8.5inx11in", "600ptx800")),
        {"format": "21cmx29,7cm"},
        {"format": "0.5inxauto"},
        *({"pages": pages} for pages in ("3", "1-5", "4,5,6", "1-3,6,7", "2-2", "9,1")),
        *({"zoom": zoom} for zoom in (0.1, 1.0, 2.0)),
        *({"margin": margin} for margin in (0, 48, "0", "20mm", ".5in 1cm", "1 2 3 4px")),
        {"margin": {"top": "48", "right": 12, "bottom": "1.5cm", "left": "3pt"}},
        {"margin": {}},
        {"header": {"source": "", "height": "48", "start_at": 1}},
        {"header": {"source": "x", "start_at": 1}, "footer": {"source": "x", "start_at": 5}},
        {"header": {"source": "x", "start_at": 3}, "footer": {"source": "x", "start_at": 3}},
        {"header": {"source": "x", "start_at": 4}, "footer": {"source": "x"}},
        {"metadata": {"author": "Zoë", "title": "€", "Custom Key": "1"}},
        {"protection": {"author": "A", "user_password": "", "no_print": True}},
        {"watermark": {"image": "https://example.com/a.png", "rotate": 0}},
        {"watermark": {"source": "JVBERi0="}},
        {
            "watermark": {
                "text": "DRAFT",
                "font_size": 300,
                "font_family": "Times",
                "font_color": "#c00",
                "font_opacity": 0,
                "offset_x": "-1.5cm",
                "offset_y": "bottom",
                "rotate": -359,
            }
        },
        {"landscape": True, "remove_blank": True, "disable_backgrounds": True},
    ],
    ids=str,
)
def test_what_the_service_accepts_is_sent_unchanged(options: dict[str, Any]) -> None:
    """Checked, not normalized."""
    assert PDFOptions(**options).wire() == options


def test_nested_models_are_sent_as_plain_objects() -> None:
    """Without what was not set in them."""
    options = PDFOptions(
        header=HeaderFooter(source="{{ page }}"),
        protection=Protection(owner_password="o", no_copy=True),
        watermark=Watermark(text="DRAFT", font_bold=True),
    )
    assert options.wire() == {
        "header": {"source": "{{ page }}"},
        "protection": {"owner_password": "o", "no_copy": True},
        "watermark": {"text": "DRAFT", "font_bold": True},
    }


def test_a_whole_number_is_sent_as_zoom() -> None:
    """The type is a float, and 1 is one."""
    assert PDFOptions(zoom=1).wire() == {"zoom": 1.0}
