"""The options of images."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.models import Clip, JPEGOptions, PNGOptions, WebPOptions


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": "1x99999"},
        {"fullpage": True},
        {"fullpage": False, "css_selector": "#invoice > .total"},
        {"clip": {"width": 1, "height": 2, "x": -5, "y": 0}},
        *({"dpi": dpi} for dpi in (1, 2, 4)),
    ],
    ids=str,
)
@pytest.mark.parametrize("cls", [PNGOptions, JPEGOptions, WebPOptions])
def test_what_the_service_accepts_is_sent_unchanged(cls: Any, options: dict[str, Any]) -> None:
    """Checked, not normalized; alike for all formats."""
    assert cls(**options).wire() == options


def test_a_selector_that_is_none_leaves_room_for_another() -> None:
    """Code that decides at run time passes None for what it does not want."""
    clip = Clip(width=1, height=1, x=0, y=0)
    assert PNGOptions(css_selector=None, fullpage=False, clip=clip).wire() == {
        "fullpage": False,
        "clip": {"width": 1, "height": 1, "x": 0, "y": 0},
    }


def test_each_format_has_its_own_option() -> None:
    """Transparency is PNG's, quality JPEG's."""
    assert PNGOptions(transparent=True).wire() == {"transparent": True}
    assert JPEGOptions(quality=10).wire() == {"quality": 10}
