"""``client.invoices``."""

from __future__ import annotations

from pdfshift_async._core.values import page_in
from pdfshift_async.models.invoices import Invoice
from pdfshift_async.models.pages import Page

from .callers import Caller
from .listings import Listing, numbered

__all__ = ["InvoiceCalls"]


class InvoiceCalls:
    """What the account was billed."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self) -> Listing[Invoice]:
        """Give the invoices, newest first.

        Source: PDFShift API v3, ``GET /invoices`` (read 2026-11); it documents no way to the
        second page, see `Page.total`.
        """
        return Listing(lambda: numbered(self._page, "invoices"))

    async def _page(self, number: int) -> Page[Invoice]:
        path = "/invoices" if number == 0 else f"/invoices?page={number}"
        return await self._caller.get(
            path, "invoices", lambda answer: page_in(answer, "invoices", Invoice)
        )
