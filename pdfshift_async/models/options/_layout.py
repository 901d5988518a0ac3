"""Places, sizes and pages in the notation of the service."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from ._problems import refuse
from ._rules import INT32_MAX, matching

PAPERS: Final = (
    *("Letter", "Legal", "Tabloid", "Ledger"),
    *("A0", "A1", "A2", "A3", "A4", "A5"),
)

_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_UNIT = r"(?:px|cm|mm|in|pt)"
_LENGTH = re.compile(f"{_NUMBER}{_UNIT}?")
# Zero has no area; the decimal comma is in an example of the vendor, "21cmx29,7cm".
_SIDE = rf"(?=[0-9.,]*[1-9])[0-9]+(?:[.,][0-9]+)?{_UNIT}?"
_SIZE = re.compile(f"{_SIDE}x(?:{_SIDE}|auto)")
_PAGES = re.compile(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?")


def is_length(value: object) -> bool:
    """Whether it is a length: ``48`` and ``"48"`` are pixels, ``"20mm"`` has a unit."""
    if isinstance(value, str):
        return _LENGTH.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INT32_MAX


def is_shorthand(value: object) -> bool:
    """Whether it is one to four lengths with spaces between them, as ``margin`` has in CSS."""
    sides = value.split() if isinstance(value, str) else []
    return len(sides) in range(1, 5) and all(is_length(side) for side in sides)


def _check_length(value: object) -> object:
    if not is_length(value):
        refuse("must be pixels, or a number with px, cm, mm, in or pt, such as '20mm'")
    return value


def _check_paper(text: str) -> str:
    if text not in PAPERS and not _SIZE.fullmatch(text):
        near = [name for name in PAPERS if name.lower() == text.lower()]
        refuse(
            f"must be one of {', '.join(PAPERS)}, "
            "or {width}x{height} such as '210mmx297mm' or '1024xauto'",
            f"did you mean {near[0]!r}?" if near else None,
        )
    return text


def _check_pages(text: str) -> str:
    for part in text.split(","):
        found = _PAGES.fullmatch(part)
        if not found or (found[2] and int(found[2]) < int(found[1])):
            refuse("must be pages and rising ranges without spaces, such as '3' or '1-3,6,7'")
    return text


Length = Annotated[str | int, BeforeValidator(_check_length)]
"""Pixels, or text with a unit."""

OffsetX = Annotated[
    str,
    matching(
        f"left|center|right|-?{_NUMBER}{_UNIT}",
        "must be 'left', 'center', 'right', or a number with px, cm, mm, in or pt",
    ),
]

OffsetY = Annotated[
    str,
    matching(
        f"top|middle|bottom|-?{_NUMBER}{_UNIT}",
        "must be 'top', 'middle', 'bottom', or a number with px, cm, mm, in or pt",
    ),
]

Paper = Annotated[str, AfterValidator(_check_paper)]
"""The name of a paper size, or width and height."""

Pages = Annotated[str, AfterValidator(_check_pages)]
"""Pages and ranges of pages, counted from 1."""

Viewport = Annotated[
    str,
    matching(
        "[1-9][0-9]{0,4}x[1-9][0-9]{0,4}", "must be {width}x{height} in pixels, such as '1280x1024'"
    ),
]

Color = Annotated[
    str,
    matching("#?[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", "must be rgb or rrggbb, such as '#cc0000'"),
]
