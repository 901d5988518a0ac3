"""The awaitable."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from ._core.records import Record
from ._core.refusals import error_of
from ._core.states import State
from ._engine.waiting import Waiting
from ._settings import seconds
from .errors import Billed, CallbackLost, CallbackOverdue, PDFShiftError, StoreError
from .models.outcomes import Converted, Failed, Lost, Outcome
from .models.results import Downloads, Result, Via

__all__ = ["Conversion"]


class Conversion:
    """One document on its way: ``result = await conversion``.

    Awaiting again, later or from other tasks, gives the same result or the same error.
    Cancelling an await ends only that await. Keep `id` to await it from another process:
    ``client.conversion(id)``.
    """

    __slots__ = ("_downloads", "_state", "_waiting", "id", "key")

    id: str
    """Names the conversion wherever its store is open."""
    key: str | None
    """The caller's own name, once it is known here."""

    def __init__(
        self,
        conversion_id: str,
        key: str | None = None,
        *,
        state: State | None = None,
        waiting: Waiting,
        downloads: Downloads,
    ) -> None:
        self.id = conversion_id
        self.key = key
        self._state = state
        self._waiting = waiting
        self._downloads = downloads

    def __repr__(self) -> str:
        key = "" if self.key is None else f" key={self.key!r}"
        state = "" if self._state is None else f" {self._state}"
        return f"<Conversion {self.id}{key}{state}>"

    @property
    def state(self) -> State | None:
        """What was last seen here of its life; None for a handle that was not awaited yet."""
        return self._state

    def __await__(self) -> Generator[Any, None, Result]:
        return self.wait().__await__()

    async def wait(self, *, timeout: float | timedelta | None = None) -> Result:
        """Give the result as soon as the callback has come.

        Args:
            timeout: Seconds to wait at most; the conversion goes on after them.

        Raises:
            ConversionFailed: The service could not convert it (billed: unknown).
            CallbackLost: Its deadline passed, and so did that of each submission that ``on_lost``
                asks for; a late callback still counts (billed: unknown).
            CallbackOverdue: The timeout passed first (billed: unknown).
            SubmitRejected, RateLimited, ServiceUnreachable: It was never accepted (not billed).
            UnexpectedResponse: The callback makes no sense (billed: unknown).
            UnknownConversion: The store does not know it.
        """
        limit = None if timeout is None else seconds("timeout", timeout)
        try:
            async with asyncio.timeout(limit):
                record = await self._waiting.until_settled(self.id)
        except TimeoutError as error:
            raise CallbackOverdue(limit or 0.0).about(self.id, self.key) from error
        self.key, self._state = record.key, record.state
        return self._result_of(record, record.outcome)

    def _result_of(self, record: Record, outcome: Outcome | None) -> Result:
        if isinstance(outcome, Converted):
            return Result.of(
                outcome.document,
                self._downloads,
                conversion_id=record.id,
                key=record.key,
                via=_via(record, outcome),
                submitted_at=record.created_at,
                received_at=record.settled_at or record.created_at,
                own_bucket=record.own_bucket,
            )
        if isinstance(outcome, Failed):
            error = error_of(outcome.failure, sandbox=record.sandbox)
            raise error.about(record.id, record.key)
        if isinstance(outcome, Lost):
            raise _error_of_loss(record, outcome)
        fact = f"the store has it as {record.state}, without an outcome"
        hint = "A store keeps what `applied` and `called` give: run its contract suite."
        raise StoreError(fact, hint=hint).about(record.id, record.key)


def _via(record: Record, outcome: Converted) -> Via:
    if outcome.direct:
        return Via.DIRECT
    return Via.RESUBMIT if record.resubmits else Via.CALLBACK


def _error_of_loss(record: Record, lost: Lost) -> PDFShiftError:
    cause = None if lost.failure is None else error_of(lost.failure, sandbox=record.sandbox)
    error = CallbackLost(
        lost.deadline,
        confirmed=lost.confirmed,
        resubmits=lost.resubmits,
        reason=None if cause is None else cause.message,
    )
    error.__cause__ = cause
    if record.sandbox:
        error.billed = Billed.NO
    return error.about(record.id, record.key)
