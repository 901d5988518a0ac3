"""``client.account``."""

from __future__ import annotations

from pdfshift_async._core.values import value_in
from pdfshift_async.models.account import Account

from .callers import Caller

__all__ = ["AccountCalls"]


class AccountCalls:
    """Who owns the API key, and the plan."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def get(self) -> Account:
        """Give the account that the API key belongs to.

        Raises:
            PDFShiftError: The service refused, or gave no usable answer.

        Source: PDFShift API v3, ``GET /account`` (read 2026-11).
        """
        return await self._caller.get(
            "/account", "account", lambda answer: value_in(answer, "account", Account)
        )
