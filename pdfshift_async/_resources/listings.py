"""Lists, fetched page by page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Generic, TypeVar

from pdfshift_async.errors import SubmitRejected
from pdfshift_async.models.pages import Page
from pdfshift_async.models.responses import Answered

__all__ = ["Listing", "numbered"]

_log = logging.getLogger("pdfshift_async")

T = TypeVar("T", bound=Answered)


class Listing(Generic[T]):
    """The entries of a list: ``async for entry in listing``.

    Pages are fetched when the iteration comes to them. Iterating again begins anew.
    """

    def __init__(self, pages: Callable[[], AsyncIterator[Page[T]]]) -> None:
        self._pages = pages

    def __aiter__(self) -> AsyncIterator[T]:
        return self._entries()

    def pages(self) -> AsyncIterator[Page[T]]:
        """Give the entries in pages, as the service sends them, with the length of the list.

        Raises:
            PDFShiftError: As iterating does: whatever a call may end in.
        """
        return self._pages()

    async def _entries(self) -> AsyncIterator[T]:
        async for page in self._pages():
            for entry in page.data:
                yield entry


async def numbered(
    fetch: Callable[[int], Awaitable[Page[T]]], subject: str
) -> AsyncIterator[Page[T]]:
    """Give the pages of a list whose answers number them.

    Answers name their ``page``, but no parameter to ask for one is documented. The obvious one is
    tried where more is there, and the list ends where the answer is another page.

    Source: PDFShift API v3, ``GET /templates`` and ``GET /invoices`` (read 2026-11).
    """
    number = 0
    page = await fetch(number)
    yield page
    while page.has_more and page.data:
        number += 1
        following = await _page_after(fetch, number)
        if following is None or following.data == page.data:
            _log.warning("%s: the service gives the first page of %s only", subject, page.total)
            return
        page = following
        yield page


async def _page_after(fetch: Callable[[int], Awaitable[Page[T]]], number: int) -> Page[T] | None:
    """Give a further page, or None where the service does not know how."""
    try:
        page = await fetch(number)
    except SubmitRejected as error:
        if error.status == HTTPStatus.BAD_REQUEST:
            return None
        raise
    return page if page.page == number else None
