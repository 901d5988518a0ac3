"""Watermarks: text and images as documents of their own, turned and placed on each page."""

from __future__ import annotations

import base64
import html
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, UnidentifiedImageError

from pdfshift_async.emulator.rendering.documents import RenderFailed
from pdfshift_async.emulator.rendering.fetching import is_url
from pdfshift_async.emulator.rendering.layout import fragment, open_book
from pdfshift_async.emulator.rendering.lengths import POINT, pixels
from pdfshift_async.emulator.rendering.sources import fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plutoprint as pp

    from pdfshift_async.emulator.rendering.fetching import Fetcher

__all__ = ["Placement", "Stamp", "binary", "prepare", "sandbox"]

_FAMILIES: Final = {
    "Helvetica": "Helvetica, Arial, sans-serif",
    "Times": "Times, 'Times New Roman', serif",
    "Courier": "Courier, 'Courier New', monospace",
}
_ALONG: Final = {"left": 0, "center": 0.5, "right": 1, "top": 0, "middle": 0.5, "bottom": 1}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a watermark lies on a page, whatever its size.

    Source: PDFShift API v3, `watermark` (read 2026-11).
    """

    x: str
    """``left``, ``center``, ``right``, or a length from the left edge."""
    y: str
    """``top``, ``middle``, ``bottom``, or a length from the top edge."""
    degrees: float
    """Clockwise; -45 rises from the lower left."""

    @classmethod
    def read(cls, watermark: Mapping[str, Any], *, degrees: float = 0) -> Placement:
        """Read the offsets and ``rotate``.

        Args:
            watermark: The parameter.
            degrees: How it is turned without ``rotate``.
        """
        x, y = _given(watermark, "offset_x", "center"), _given(watermark, "offset_y", "middle")
        return cls(str(x), str(y), _given(watermark, "rotate", degrees))

    def turned(self, width: float, height: float) -> tuple[float, float]:
        """Give the room that a box takes once it is turned."""
        cosine, sine = self._directions()
        return abs(width * cosine) + abs(height * sine), abs(width * sine) + abs(height * cosine)

    def _directions(self) -> tuple[float, float]:
        return math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))

    def centre(self, box: tuple[float, float], page: tuple[float, float]) -> tuple[float, float]:
        """Give the middle of a turned box, in pixels from the top left corner of the page."""
        x, y = (
            (whole - part) * _ALONG[offset] if offset in _ALONG else pixels(offset)
            for whole, part, offset in zip(page, box, (self.x, self.y), strict=True)
        )
        return x + box[0] / 2, y + box[1] / 2


@dataclass(frozen=True, slots=True)
class Stamp:
    """A watermark that can be drawn. Measures are pixels."""

    book: pp.Book
    width: float
    height: float
    placement: Placement
    shrink: bool = False
    """Whether it becomes smaller to fit the page."""

    def draw(self, canvas: pp.Canvas, width: float, height: float) -> None:
        """Draw it over a page of this size."""
        room = self.placement.turned(self.width, self.height)
        scale = min(1.0, width / room[0], height / room[1]) if self.shrink else 1.0
        box = (room[0] * scale, room[1] * scale)
        canvas.save_state()
        canvas.translate(*self.placement.centre(box, (width, height)))
        canvas.rotate(math.radians(self.placement.degrees))
        canvas.scale(scale, scale)
        canvas.translate(-self.width / 2, -self.height / 2)
        self.book.render_page(canvas, 0)
        canvas.restore_state()


def prepare(watermark: Mapping[str, Any] | None, fetcher: Fetcher) -> Stamp | None:
    """Read ``watermark``; one from a PDF is not drawn but laid over the finished document.

    Text rises by 45 degrees unless ``rotate`` says otherwise, an image stays upright.

    Raises:
        RenderFailed: The image cannot be loaded or read.
    """
    if watermark is None:
        return None
    if watermark.get("text"):
        return _stamp(_text(watermark), Placement.read(watermark, degrees=-45))
    if watermark.get("image"):
        image = _data_url(binary(watermark["image"], fetcher, "watermark image"))
        return _stamp(
            f'<img style="display:block" src="{image}">', Placement.read(watermark), shrink=True
        )
    return None


def sandbox(width: float, height: float) -> Stamp:
    """Give the mark of the sandbox, large enough for a page of this size."""
    mark = {
        "text": "SANDBOX",
        "font_size": max(5, min(width, height) * POINT / 6),
        "font_bold": True,
        "font_opacity": 15,
    }
    return _stamp(_text(mark), Placement("center", "middle", -45))


def binary(value: str, fetcher: Fetcher, what: str) -> bytes:
    """Give the bytes behind a URL, a data URL or base64 text; none behind anything else."""
    if is_url(value):
        return fetch(value.strip(), fetcher, what).content
    try:
        return base64.b64decode(value.partition("base64,")[2] or value)
    except ValueError:
        return b""


def _stamp(content: str, placement: Placement, *, shrink: bool = False) -> Stamp:
    content = fragment(content)
    # A page of one pixel: content that must not wrap shows its own size.
    measured = open_book(content, 1, 1)
    width, height = measured.get_document_width(), measured.get_document_height()
    book = open_book(content, math.ceil(width) + 1, math.ceil(height) + 1)
    return Stamp(book, width, height, placement, shrink)


def _text(mark: Mapping[str, Any]) -> str:
    colour = _given(mark, "font_color", "000000").lstrip("#")
    style = (
        f"white-space:nowrap;line-height:1.2;font-size:{_given(mark, 'font_size', 16)}pt;"
        f"font-family:{_FAMILIES[_given(mark, 'font_family', 'Helvetica')]};"
        f"font-weight:{'bold' if mark.get('font_bold') else 'normal'};"
        f"font-style:{'italic' if mark.get('font_italic') else 'normal'};"
        f"color:#{colour};opacity:{_given(mark, 'font_opacity', 100) / 100}"
    )
    return f'<div style="{style}">{html.escape(str(mark["text"]))}</div>'


def _given(parameters: Mapping[str, Any], name: str, default: Any) -> Any:
    """Give a parameter; null is no value, zero is one."""
    value = parameters.get(name)
    return default if value is None else value


def _data_url(image: bytes) -> str:
    if b"<svg" in image[:1000]:
        mime = "image/svg+xml"
    else:
        try:
            with Image.open(io.BytesIO(image)) as opened:
                mime = Image.MIME[opened.format or ""]
        except (UnidentifiedImageError, OSError, KeyError) as error:
            raise RenderFailed(400, "The watermark image is no image.") from error
    return f"data:{mime};base64,{base64.b64encode(image).decode()}"
