"""Headers and footers: a document of their own on each page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pdfshift_async._clock import SystemClock
from pdfshift_async.emulator.rendering.fetching import is_url
from pdfshift_async.emulator.rendering.layout import fragment, open_book
from pdfshift_async.emulator.rendering.lengths import LARGEST, pixels
from pdfshift_async.emulator.rendering.sources import fetch_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plutoprint as pp

    from pdfshift_async.emulator.rendering.fetching import Fetcher

__all__ = ["Running", "prepare", "today"]

_WORD: Final = re.compile(r"\{\{\s*(date|title|url|page|total)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Running:
    """A header or footer of known height."""

    source: str
    height: float
    """Of its band, in pixels like every measure here."""
    start_at: int

    def draw(
        self, canvas: pp.Canvas, x: float, y: float, width: float, words: Mapping[str, str]
    ) -> None:
        """Draw it with its top left corner here, unless it starts on a later page."""
        if int(words["page"]) < self.start_at:
            return
        book = open_book(_fill(self.source, words), width, self.height)
        canvas.save_state()
        canvas.translate(x, y)
        canvas.clip_rect(0, 0, width, self.height)
        book.render_page(canvas, 0)
        canvas.restore_state()


def prepare(parameter: Mapping[str, Any] | None, width: float, fetcher: Fetcher) -> Running | None:
    """Read ``header`` or ``footer`` for a page with this much room.

    ``height`` is the least height: content that needs more gets it, so that nothing overlaps.

    Source: PDFShift API v3, `header`; its variables allow inner spaces (read 2026-11).
    """
    if parameter is None:
        return None
    source = parameter["source"]
    source = fragment(fetch_text(source, fetcher, "header") if is_url(source) else source)
    sample = dict.fromkeys(("date", "title", "url", "page", "total"), "0")
    natural = open_book(_fill(source, sample), width, LARGEST).get_document_height()
    height = max(natural, pixels(parameter.get("height") or 0))
    return Running(source, height, parameter.get("start_at") or 1)


def today() -> str:
    """Give the date as the browser behind the service prints it."""
    return f"{SystemClock().now().astimezone():%m/%d/%Y}"


def _fill(source: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: html.escape(words[match[1]]), source)
