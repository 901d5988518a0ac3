"""Invoices, whose links are secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from pdfshift_async import Invoice

INVOICE = {
    "created": 1763123660000,
    "amount": 99.9,
    "reference": "PS202511-00010",
    "download_url": "https://api.pdfshift.io/v3/invoices/PS202511-00010.pdf?token=secret",
}


def test_an_invoice_is_read_whole() -> None:
    """The amount is exact: it is money."""
    invoice = Invoice.model_validate(INVOICE)
    assert invoice.created == datetime(2025, 11, 14, 12, 34, 20, tzinfo=UTC)
    assert invoice.amount == Decimal("99.9")
    assert invoice.download_url == INVOICE["download_url"]


def test_the_link_is_not_shown() -> None:
    """Whoever has it can open the document."""
    assert "secret" not in repr(Invoice.model_validate(INVOICE))


def test_only_the_number_is_needed() -> None:
    """The rest may be missing."""
    invoice = Invoice.model_validate({"reference": "PS1"})
    assert (invoice.amount, invoice.created, invoice.download_url) == (None, None, None)
