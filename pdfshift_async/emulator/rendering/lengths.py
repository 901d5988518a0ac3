"""Lengths, paper formats and margins of the service, in CSS pixels (1/96 inch)."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from pdfshift_async.emulator.rendering.documents import RenderFailed

__all__ = ["A4", "LARGEST", "POINT", "Margins", "Paper", "margins", "paper", "pixels"]

POINT: Final = 0.75
"""Points (1/72 inch, the unit of PDF) in a pixel."""
LARGEST: Final = 19_200.0
"""The longest side of a page that every reader of PDF accepts: 200 inches."""

_UNITS: Final = {"": 1.0, "px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH: Final = re.compile(
    r"\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(px|pt|mm|cm|in|)\s*", re.IGNORECASE
)
_SIDES: Final = re.compile(r"(.+?)x(auto|[\d.,\s]+[a-z]*)", re.IGNORECASE)


class Paper(NamedTuple):
    """A sheet; a height of None grows with the document."""

    width: float
    height: float | None


class Margins(NamedTuple):
    """Distances from the edges of the sheet."""

    top: float
    right: float
    bottom: float
    left: float


def pixels(length: str | float) -> float:
    """Read a length of the service: a number with ``in``, ``cm``, ``mm``, ``pt``, ``px`` or none.

    Without a unit it is in pixels; the decimal sign may be a comma.

    Raises:
        RenderFailed: It is not a length.

    Source: PDFShift API v3, `format` and `margin`; its guides for comma and ``pt`` (read 2026-11).
    """
    match = _LENGTH.fullmatch(str(length))
    if match is None:
        raise RenderFailed(400, f'"{length}" is not a length.')
    return float(match[1].replace(",", ".")) * _UNITS[match[2].lower()]


def _paper(width: str, height: str) -> Paper:
    return Paper(pixels(width), pixels(height))


A4: Final = _paper("210mm", "297mm")
_PAPERS: Final = {
    "a0": _paper("841mm", "1189mm"),
    "a1": _paper("594mm", "841mm"),
    "a2": _paper("420mm", "594mm"),
    "a3": _paper("297mm", "420mm"),
    "a4": A4,
    "a5": _paper("148mm", "210mm"),
    "letter": _paper("8.5in", "11in"),
    "legal": _paper("8.5in", "14in"),
    "tabloid": _paper("11in", "17in"),
    "ledger": _paper("17in", "11in"),
}


def paper(name: str, *, landscape: bool = False) -> Paper:
    """Read ``format``: a name such as ``A4``, or ``{width}x{height}`` whose height may be ``auto``.

    Raises:
        RenderFailed: It is neither, or no page can be that large or small.
    """
    sheet = _PAPERS.get(name.strip().lower()) or _custom(name)
    if landscape and sheet.height is not None:
        return Paper(sheet.height, sheet.width)
    return sheet


def _custom(name: str) -> Paper:
    match = _SIDES.fullmatch(name.strip())
    if match is None:
        raise RenderFailed(400, f'"{name}" is not a format.')
    width = pixels(match[1])
    height = None if match[2].lower() == "auto" else pixels(match[2])
    if not all(1 <= side <= LARGEST for side in (width, 1 if height is None else height)):
        raise RenderFailed(400, f'No page can have the format "{name}".')
    return Paper(width, height)


def margins(value: Any) -> Margins | None:
    """Read ``margin``: sides by name, one number, or one to four lengths as in CSS.

    A side that the object form leaves out has 48 pixels, one that is null has none.

    Source: PDFShift API v3, `margin` (read 2026-11); its older pages name no default for a side.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        sides = [value.get(side, 48) for side in Margins._fields]
    else:
        sides = _shorthand(str(value).split())
    return Margins(*(max(0.0, pixels(side or 0)) for side in sides))


def _shorthand(sides: list[str]) -> list[str]:
    match sides:
        case [every]:
            return [every] * 4
        case [vertical, horizontal]:
            return [vertical, horizontal, vertical, horizontal]
        case [top, horizontal, bottom]:
            return [top, horizontal, bottom, horizontal]
        case [_, _, _, _]:
            return sides
        case _:
            raise RenderFailed(400, "A margin has one to four lengths.")
