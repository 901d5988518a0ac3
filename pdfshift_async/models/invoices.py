"""Invoices of the account."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from .answers import IfUsable, Moment
from .responses import Answered

__all__ = ["Invoice"]


class Invoice(Answered):
    """What was paid, and where the document is.

    Source: PDFShift API v3, ``GET /invoices`` (read 2026-11).
    """

    reference: str
    """Number of the invoice."""
    created: IfUsable[Moment] = None
    amount: IfUsable[Decimal] = None
    """In which currency is documented nowhere."""
    download_url: IfUsable[str] = Field(default=None, repr=False)
    """Opens for whoever knows it, so it is not part of the repr."""
