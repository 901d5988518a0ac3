"""HTML to PNG, JPEG and WebP: a window, and the part of it that is kept."""

from __future__ import annotations

import io
import math
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import plutoprint as pp
from PIL import Image, ImageChops

from pdfshift_async.emulator.rendering import watermarks
from pdfshift_async.emulator.rendering.documents import RenderFailed
from pdfshift_async.emulator.rendering.layout import media, open_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.rendering.fetching import Fetcher
    from pdfshift_async.emulator.rendering.sources import Source

__all__ = ["capture"]

_LARGEST: Final = {"png": 32_767, "jpeg": 32_767, "webp": 16_383}
"""Longest side in pixels: of the drawing surface, of the file format."""

_MARK: Final = "#fe01fd"
_FULL_WINDOW: Final = "html{min-height:100vh}"
"""Without it the background of a short document ends with its content."""


class _Region(NamedTuple):
    x: int
    y: int
    width: int
    height: int


def capture(
    source: Source,
    css: str,
    parameters: Mapping[str, Any],
    fetcher: Fetcher,
    *,
    kind: str,
    sandbox: bool,
) -> bytes:
    """Give the image.

    Raises:
        RenderFailed: It would be larger than its format allows, or nothing matches the selector.

    Source: PDFShift API v3, parameters of `/convert/png` (read 2026-11).
    """
    width, height = (int(side) for side in (parameters.get("viewport") or "1280x1024").split("x"))

    def load(extra: str = "") -> pp.Book:
        return open_book(
            source.html,
            width,
            height,
            css=css + _FULL_WINDOW + extra,
            medium=media(parameters),
            base_url=source.base_url,
            fetcher=fetcher,
        )

    book = load()
    if parameters.get("css_selector"):
        region = _found(load(_marking(parameters["css_selector"])))
    elif parameters.get("clip"):
        region = _Region(**{name: parameters["clip"][name] for name in _Region._fields})
    elif parameters.get("fullpage"):
        region = _Region(0, 0, width, max(1, math.ceil(book.get_document_height())))
    else:
        region = _Region(0, 0, width, height)
    scale = parameters.get("dpi") or 1
    _check(region, scale, _LARGEST[kind])
    image = _draw(
        book,
        region,
        scale,
        transparent=kind == "png" and bool(parameters.get("transparent")),
        sandbox=sandbox,
    )
    return _encode(image, kind, parameters.get("quality") or 80)


def _check(region: _Region, scale: int, largest: int) -> None:
    if max(region.width, region.height) * scale > largest:
        raise RenderFailed(400, f"The image would have a side of more than {largest} pixels.")


def _draw(
    book: pp.Book, region: _Region, scale: int, *, transparent: bool = False, sandbox: bool = False
) -> Image.Image:
    size = (region.width * scale, region.height * scale)
    with pp.ImageCanvas(*size) as canvas:
        if not transparent:
            canvas.clear_surface(1, 1, 1)
        canvas.scale(scale, scale)
        canvas.save_state()
        canvas.translate(-region.x, -region.y)
        book.render_document(canvas)
        canvas.restore_state()
        if sandbox:
            stamp = watermarks.sandbox(region.width, region.height)
            stamp.draw(canvas, region.width, region.height)
        canvas.flush()
        # The surface holds premultiplied alpha in the byte order of the machine.
        pixels = Image.frombuffer(
            "RGBa", size, bytes(canvas.get_data()), "raw", "BGRa", canvas.get_stride(), 1
        )
    return pixels.convert("RGBA")


def _encode(image: Image.Image, kind: str, quality: int) -> bytes:
    stream = io.BytesIO()
    if kind == "png":
        image.save(stream, "png")
    else:
        image.convert("RGB").save(stream, kind, quality=quality)
    return stream.getvalue()


def _marking(selector: str) -> str:
    """Give the style that paints what the selector matches in a colour of its own."""
    # The outline shows where something lies over the background: in an image, for example.
    return (
        f"{selector}{{background:{_MARK}!important;"
        f"outline:2px solid {_MARK}!important;outline-offset:-2px!important}}"
    )


def _found(book: pp.Book) -> _Region:
    """Find what `_marking` painted. The engine cannot be asked where an element is."""
    width = max(1, math.ceil(book.get_document_width()))
    height = max(1, math.ceil(book.get_document_height()))
    whole = _Region(0, 0, width, height)
    _check(whole, 1, _LARGEST["png"])
    drawn = _draw(book, whole, 1).convert("RGB")
    distance = ImageChops.difference(drawn, Image.new("RGB", drawn.size, _MARK)).split()
    marked = reduce(ImageChops.lighter, distance).point(lambda value: 255 * (value == 0))
    box = marked.getbbox()
    if box is None:
        raise RenderFailed(400, "No element matches css_selector.")
    return _Region(box[0], box[1], box[2] - box[0], box[3] - box[1])
