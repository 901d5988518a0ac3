"""``client.credits``."""

from __future__ import annotations

from pdfshift_async._core.values import value_in
from pdfshift_async.models.credits import CreditUsage

from .callers import Caller

__all__ = ["CreditCalls"]


class CreditCalls:
    """What the account may convert."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def usage(self) -> CreditUsage:
        """Give how many credits are used, and how many are left.

        Raises:
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``GET /credits/usage`` (read 2026-11).
        """
        return await self._caller.get(
            "/credits/usage", "credits", lambda answer: value_in(answer, "credits", CreditUsage)
        )
