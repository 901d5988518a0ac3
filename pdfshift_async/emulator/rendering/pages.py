"""HTML to PDF: the content, what runs along beside it, what is stamped over it."""

from __future__ import annotations

import io
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import plutoprint as pp
from PIL import Image

from pdfshift_async.emulator.rendering import watermarks
from pdfshift_async.emulator.rendering.documents import RenderFailed
from pdfshift_async.emulator.rendering.finishing import finish
from pdfshift_async.emulator.rendering.layout import media, open_book
from pdfshift_async.emulator.rendering.lengths import POINT
from pdfshift_async.emulator.rendering.running import today
from pdfshift_async.emulator.rendering.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pdfshift_async.emulator.rendering.fetching import Fetcher
    from pdfshift_async.emulator.rendering.sources import Source
    from pdfshift_async.emulator.rendering.watermarks import Stamp

__all__ = ["compose"]

_NO_BACKGROUNDS: Final = "*,*::before,*::after{background:none!important}"
_METADATA: Final = (
    pp.PDF_METADATA_TITLE,
    pp.PDF_METADATA_AUTHOR,
    pp.PDF_METADATA_SUBJECT,
    pp.PDF_METADATA_KEYWORDS,
)


def compose(
    source: Source, css: str, parameters: Mapping[str, Any], fetcher: Fetcher, *, sandbox: bool
) -> tuple[bytes, int]:
    """Give the PDF and how many pages it has.

    Raises:
        RenderFailed: There is nothing to print.

    Source: PDFShift API v3, parameters of `/convert/pdf` (read 2026-11).
    """
    if parameters.get("disable_backgrounds"):
        css += _NO_BACKGROUNDS
    sheet = Sheet.read(parameters, fetcher)
    load = partial(
        open_book,
        source.html,
        medium=media(parameters),
        base_url=source.base_url,
        fetcher=fetcher,
    )
    book = load(*sheet.layout_size, css=css + sheet.css())
    if sheet.grows:
        sheet = sheet.grown(book.get_document_height())
        book = load(*sheet.layout_size, css=css + sheet.css())
    stamps = [watermarks.prepare(parameters.get("watermark"), fetcher)]
    stamps += [watermarks.sandbox(sheet.width, sheet.height)] if sandbox else []
    chosen = _chosen(book, parameters)
    content = _print(book, chosen, sheet, [stamp for stamp in stamps if stamp], source.url)
    return finish(content, parameters, fetcher), len(chosen)


def _chosen(book: pp.Book, parameters: Mapping[str, Any]) -> Sequence[int]:
    """Read ``pages`` and ``remove_blank``: the indices to print."""
    total = book.get_page_count()
    if total > 1 and parameters.get("remove_blank") and _is_blank(book, total - 1):
        total -= 1
    chosen: Sequence[int] = range(total)
    if parameters.get("pages"):
        ranges = [_range(part, total) for part in parameters["pages"].split(",")]
        chosen = sorted(set(chain.from_iterable(ranges)))
    if not chosen:
        raise RenderFailed(400, "The document has no page to print.")
    return chosen


def _range(part: str, total: int) -> range:
    """Read ``3`` or ``1-5``; what lies beyond the last page is ignored."""
    first, _, last = part.partition("-")
    try:
        return range(max(int(first), 1) - 1, min(int(last or first), total))
    except ValueError as error:
        raise RenderFailed(400, f'"{part}" is no range of pages.') from error


def _is_blank(book: pp.Book, index: int) -> bool:
    """Tell whether a page is of one colour, by looking at it in a quarter of its size."""
    size = book.get_page_size_at(index)
    width, height = (max(1, int(side / POINT / 4)) for side in (size[0], size[1]))
    with pp.ImageCanvas(width, height) as canvas:
        canvas.scale(0.25, 0.25)
        book.render_page(canvas, index)
        canvas.flush()
        pixels = Image.frombytes("RGBA", (width, height), bytes(canvas.get_data()))
    return pixels.getcolors(maxcolors=1) is not None


def _print(
    book: pp.Book, chosen: Sequence[int], sheet: Sheet, stamps: Sequence[Stamp], url: str
) -> bytes:
    title = book.get_metadata(pp.PDF_METADATA_TITLE) or ""
    words = {"date": today(), "title": title, "url": url, "total": str(book.get_page_count())}
    stream = io.BytesIO()
    with pp.PDFCanvas.create_for_stream(stream, book.get_page_size()) as canvas:
        for index in chosen:
            size = book.get_page_size_at(index)
            width, height = size[0] * sheet.zoom, size[1] * sheet.zoom
            canvas.set_size(pp.PageSize(width, height))
            canvas.save_state()
            canvas.scale(POINT, POINT)
            canvas.save_state()
            canvas.scale(sheet.zoom, sheet.zoom)
            book.render_page(canvas, index)
            canvas.restore_state()
            sheet.draw(canvas, width / POINT, height / POINT, words | {"page": str(index + 1)})
            for stamp in stamps:
                stamp.draw(canvas, width / POINT, height / POINT)
            canvas.restore_state()
            canvas.show_page()
        for name in _METADATA:
            canvas.set_metadata(name, book.get_metadata(name) or "")
    return stream.getvalue()
