"""The options of images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pdfshift_async.errors import Problem

from ._layout import Viewport
from ._model import OptionModel, Part
from ._rules import Coordinate, Count, between
from ._text import Filled
from .common import ConvertOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

_SELECTORS = ("fullpage", "css_selector", "clip")


class Clip(OptionModel):
    """The part of the document that becomes the image, in pixels from the top left corner.

    Source: PDFShift API v3, ``clip`` option (read 2026-11).
    """

    width: Count
    """Pixels, 1 or more."""
    height: Count
    """Pixels, 1 or more."""
    x: Coordinate
    """Pixels from the left."""
    y: Coordinate
    """Pixels from the top."""


class ImageOptions(ConvertOptions):
    """The options of every image.

    At most one of ``fullpage``, ``css_selector`` and ``clip`` says what is captured; without them
    it is the viewport.
    """

    _foreign_names: ClassVar = {"full_height": "did you mean fullpage?"}

    viewport: Viewport = "1280x1024"
    """Size of the window, ``{width}x{height}`` in pixels. Default: ``1280x1024``."""
    fullpage: bool = False
    """Capture the document to its end. Default: false."""
    css_selector: Filled | None = None
    """Capture the first element that matches. Default: none."""
    clip: Part[Clip] | None = None
    """Capture a rectangle. Default: none."""
    dpi: Literal[1, 2, 4] = 1
    """Pixels of the image per pixel of the document: 1, 2 or 4. Default: 1."""

    @classmethod
    def _conflicts(cls, given: Mapping[str, Any], /) -> Iterable[Problem]:
        yield from super()._conflicts(given)
        chosen = [name for name in _SELECTORS if given.get(name) not in (None, False)]
        for name in chosen[1:]:
            rule = f"cannot be used with {chosen[0]}"
            yield Problem(name, rule, "one option says what is captured")


class PNGOptions(ImageOptions):
    """Make a PNG image."""

    endpoint: ClassVar[Literal["png"]] = "png"

    transparent: bool = False
    """Leave the background out. Default: false."""


class JPEGOptions(ImageOptions):
    """Make a JPEG image."""

    endpoint: ClassVar[Literal["jpeg"]] = "jpeg"

    quality: Annotated[int, between(10, 100)] = 80
    """Of the compression, 10 to 100. Default: 80."""


class WebPOptions(ImageOptions):
    """Make a WebP image."""

    endpoint: ClassVar[Literal["webp"]] = "webp"
