"""``pdfshift invoices``."""

from __future__ import annotations

from collections.abc import Sequence

from pdfshift_async import Invoice, PDFShift
from pdfshift_async.cli.answers import AsJSON, Field, show_entries
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.failures import reported

__all__ = ["invoices"]

_FIELDS: Sequence[Field[Invoice]] = (
    Field("Number", lambda invoice: invoice.reference),
    Field("Created", lambda invoice: invoice.created),
    Field("Amount", lambda invoice: invoice.amount, is_number=True),
    Field("Document", lambda invoice: invoice.download_url, folds=True),
)


def invoices(*, api_key: APIKey = None, base_url: BaseURL = None, as_json: AsJSON = False) -> None:
    """List the invoices of the account, newest first."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), _all)
        show_entries("invoices", found, _FIELDS, as_json=as_json)


async def _all(client: PDFShift) -> list[Invoice]:
    return [invoice async for invoice in client.invoices.list()]
