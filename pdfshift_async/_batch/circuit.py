"""Keeps a batch from spending on documents that nobody will ever hear of."""

from __future__ import annotations

import asyncio
from typing import Final

from pdfshift_async.errors import BatchStopped

__all__ = ["Budget", "Circuit"]

_SILENT: Final = 250
"""Submissions after the newest callback: a minute's worth at the highest documented rate. Each
callback allows as many again, so a batch whose callbacks come is not held up."""

_CHECK: Final = (
    "Check that webhook_url reaches the receiver from the internet, and that the receiver has the "
    "same webhook secrets and store; then run the batch again under the same name."
)


class Circuit:
    """Lets submissions go for as long as callbacks come.

    Before the first callback only the canary's may go, and after each one a limited number more.

    Args:
        canary: How many may go before any callback; None lets all go.
    """

    def __init__(self, canary: int | None) -> None:
        self._canary = canary
        self._allowed = canary or 0
        self._silent = 0
        self._room = asyncio.Event()
        self._room.set()

    async def admit(self) -> None:
        """Wait until one more may go."""
        while self._canary is not None and self._silent >= self._allowed:
            self._room.clear()
            await self._room.wait()
        self._silent += 1

    def unused(self) -> None:
        """Take back a submission that was not accepted."""
        self._silent = max(0, self._silent - 1)
        self._room.set()

    def heard(self) -> None:
        """Note that a callback has come."""
        self._silent = 0
        self._allowed = max(self._allowed, _SILENT)
        self._room.set()

    def lost(self) -> None:
        """Note that a callback has not come in time.

        Raises:
            BatchStopped: And none has come after so many submissions.
        """
        if self._canary is not None and self._silent >= self._allowed:
            reason = f"no callback has come for the last {self._silent} documents"
            raise BatchStopped(reason, hint=_CHECK)


class Budget:
    """What a batch spends, and what it may.

    Args:
        cap: Credits at most; None for any number.
        spent: By earlier runs.
    """

    def __init__(self, cap: int | None, spent: int) -> None:
        self._cap = cap
        self._reserved = 0
        self._settled = asyncio.Event()
        self.spent = spent

    async def reserve(self) -> None:
        """Set a credit aside for a submission; what fails gives its credit back.

        Raises:
            BatchStopped: There is none, and none will come back.
        """
        while self._cap is not None and self.spent + self._reserved >= self._cap:
            if not self._reserved:
                reason = f"its spend_cap of {self._cap} credits is reached"
                raise BatchStopped(reason, hint="Raise spend_cap and run it again: it goes on.")
            self._settled.clear()
            await self._settled.wait()
        self._reserved += 1

    def owe(self) -> None:
        """Set a credit aside for what an earlier run has sent, whether there is one or not."""
        self._reserved += 1

    def settle(self, cost: int) -> None:
        """Put the cost in place of what was set aside."""
        self._reserved -= 1
        self.spent += cost
        self._settled.set()
