"""Parameters of PDF documents.

Source: PDFShift API v3, conversion parameters (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdfshift_async.emulator.rules.checks import (
    Check,
    Finding,
    Shape,
    any_text,
    boolean,
    choice,
    either,
    integer,
    matching,
    number,
    text,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FIELDS", "combinations"]

_NUMBER = r"\d+(?:[.,]\d+)?"
_LENGTH = rf"{_NUMBER}(?:px|in|cm|mm|pt)?"

_length = either(
    integer(0),
    matching(_LENGTH, "Must be a length."),
    "Must be a length, for example 48, 10px, 2cm.",
)

_sides = matching(rf"{_LENGTH}(?:\s+{_LENGTH}){{0,3}}", "Must be one to four lengths.")
_MARGIN = Shape(dict.fromkeys(("top", "right", "bottom", "left"), _length))

_RUNNING = Shape(
    {"source": any_text, "height": _length, "start_at": integer(1)}, required=("source",)
)

_PROTECTION = Shape(
    {
        "author": any_text,
        "user_password": any_text,
        "owner_password": any_text,
        "no_print": boolean,
        "no_copy": boolean,
        "no_modify": boolean,
    }
)

_WATERMARK = Shape(
    {
        "text": text,
        "image": text,
        "source": text,
        "font_size": integer(5, 300),
        "font_family": choice("Helvetica", "Times", "Courier"),
        "font_color": matching("#?[0-9a-f]{3}(?:[0-9a-f]{3})?", "Must be a hexadecimal color."),
        "font_opacity": integer(0, 100),
        "font_bold": boolean,
        "font_italic": boolean,
        "offset_x": matching(
            rf"left|center|right|-?{_LENGTH}", "Must be left, center, right or a length."
        ),
        "offset_y": matching(
            rf"top|middle|bottom|-?{_LENGTH}", "Must be top, middle, bottom or a length."
        ),
        "rotate": integer(-359, 359),
    }
)

_RESERVED_METADATA = frozenset(
    {"author_raw", "creator_raw", "producer", "producer_raw", "subject_raw", "title_raw"}
)


def _margin(value: Any) -> Iterator[Finding]:
    if isinstance(value, dict):
        yield from _MARGIN(value)
    else:
        yield from (_sides if isinstance(value, str) else _length)(value)


def _metadata(value: Any) -> Iterator[Finding]:
    findings = list(texts(value))
    yield from findings
    if not findings:
        for name in sorted(_RESERVED_METADATA & value.keys()):
            yield Finding(name, "This key is reserved.")


def _watermark(value: Any) -> Iterator[Finding]:
    yield from _WATERMARK(value)
    if isinstance(value, dict) and sum(bool(value.get(key)) for key in _WATERMARK_KINDS) != 1:
        yield Finding("", "Must have exactly one of text, image, source.")


_WATERMARK_KINDS = ("text", "image", "source")

FIELDS: Mapping[str, Check] = {
    "landscape": boolean,
    "format": matching(
        rf"letter|legal|tabloid|ledger|a[0-5]|{_LENGTH}x(?:{_LENGTH}|auto)",
        "Must be a paper name or {width}x{height}.",
    ),
    "disable_backgrounds": boolean,
    "remove_blank": boolean,
    "pages": matching(
        r"\d+(?:-\d+)?(?:\s*,\s*\d+(?:-\d+)?)*", "Must be a page range, for example 1-3,6."
    ),
    "zoom": number(0.1, 2),
    "margin": _margin,
    "header": _RUNNING,
    "footer": _RUNNING,
    "metadata": _metadata,
    "protection": _PROTECTION,
    "watermark": _watermark,
}


def combinations(parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong about parameters that are right one by one."""
    starts = {_start_of(parameters.get(name)) for name in ("header", "footer")} - {1}
    if len(starts) > 1:
        yield Finding("footer.start_at", "Must equal header.start_at when both are above 1.")


def _start_of(running: Mapping[str, Any] | None) -> int:
    start: int = (running or {}).get("start_at") or 1
    return start
