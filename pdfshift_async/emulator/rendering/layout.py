"""The layout engine, with only the web within its reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plutoprint as pp

from pdfshift_async.emulator.rendering.fetching import BASE_URL, OK, FetchFailed
from pdfshift_async.emulator.rendering.lengths import POINT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.rendering.fetching import Fetcher

__all__ = ["fragment", "media", "open_book"]


class _Resources(pp.ResourceFetcher):
    """Stands in front of the engine's own fetcher, which would read local files."""

    def __init__(self, fetcher: Fetcher | None) -> None:
        self._fetcher = fetcher

    def fetch_url(self, url: str) -> pp.ResourceData:
        """Load one resource; raising leaves it out of the document."""
        if self._fetcher is None:
            raise FetchFailed("this part of a document loads nothing")
        resource = self._fetcher.get(url)
        if resource.status not in OK:
            raise FetchFailed(f"answered with {resource.status}")
        return pp.ResourceData(resource.content, resource.mime, resource.charset or "")


def media(parameters: Mapping[str, Any]) -> pp.MediaType:
    """Give the medium whose style sheets count.

    Source: PDFShift API v3, `use_print` (read 2026-11).
    """
    return pp.MEDIA_TYPE_PRINT if parameters.get("use_print") else pp.MEDIA_TYPE_SCREEN


def open_book(
    html: str,
    width: float,
    height: float,
    *,
    css: str = "",
    medium: pp.MediaType = pp.MEDIA_TYPE_SCREEN,
    base_url: str = BASE_URL,
    fetcher: Fetcher | None = None,
) -> pp.Book:
    """Load a document for pages of this size, in pixels; layout happens when something asks.

    Args:
        html: The document.
        width: Of a page.
        height: Of a page.
        css: Beats the rules of the document.
        medium: Screen or print.
        base_url: Of the document.
        fetcher: Loads what the document refers to; without one it loads nothing.
    """
    book = pp.Book(pp.PageSize(width * POINT, height * POINT), pp.PAGE_MARGINS_NONE, medium)
    book.custom_resource_fetcher = _Resources(fetcher)
    book.load_html(_clean(html), _clean(css), "", base_url)
    return book


def _clean(text: str) -> str:
    """Replace what the engine refuses: NUL, and half a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def fragment(html: str) -> str:
    """Take the default margin of a page away, but not one that the HTML sets itself."""
    return f"<style>body{{margin:0}}</style>{html}"
