"""Credits of the account."""

from __future__ import annotations

from .answers import Count, IfUsable
from .responses import Answered

__all__ = ["CreditUsage"]


class CreditUsage(Answered):
    """How many credits are used in the current period, and how many are left.

    Source: PDFShift API v3, ``GET /credits/usage`` (read 2026-11).
    """

    remaining: Count
    used: Count
    total: Count
    """Where conversions are refused: the plan's credits, or the limit set for overage."""
    base: IfUsable[Count] = None
    """Credits of the plan."""
