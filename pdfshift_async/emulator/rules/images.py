"""Parameters of PNG, JPEG and WebP images.

Source: PDFShift API v3, conversion parameters (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdfshift_async.emulator.rules.checks import (
    Check,
    Finding,
    Shape,
    boolean,
    choice,
    integer,
    matching,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FIELDS", "JPEG_FIELDS", "PNG_FIELDS", "combinations"]

_AREAS = ("fullpage", "css_selector", "clip")

_CLIP = Shape(
    {"width": integer(1), "height": integer(1), "x": integer(), "y": integer()},
    required=("width", "height", "x", "y"),
)

FIELDS: Mapping[str, Check] = {
    "viewport": matching(r"[1-9]\d*x[1-9]\d*", "Must be {width}x{height} in pixels."),
    "fullpage": boolean,
    "css_selector": text,
    "clip": _CLIP,
    "dpi": choice(1, 2, 4),
}

PNG_FIELDS: Mapping[str, Check] = {"transparent": boolean}

JPEG_FIELDS: Mapping[str, Check] = {"quality": integer(10, 100)}


def combinations(parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong about parameters that are right one by one."""
    given = [name for name in _AREAS if parameters.get(name)]
    for name in given[1:]:
        yield Finding(name, f"Only one of {', '.join(_AREAS)} can be set.")
