"""Sends again what was not accepted."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TypeVar

from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Observer
from pdfshift_async._core.observing import notify
from pdfshift_async._core.pacing import ROUNDING
from pdfshift_async._core.records import Record
from pdfshift_async._core.retrying import Verdict, pause_before, verdict_on
from pdfshift_async._settings import Retry
from pdfshift_async.errors import PDFShiftError, RateLimited
from pdfshift_async.events import Throttled

from .places import Place

__all__ = ["accepted"]

T = TypeVar("T")


async def accepted(
    send: Callable[[], Awaitable[T]],
    *,
    retry: Retry,
    clock: Clock,
    observer: Observer | None,
    record: Record | None = None,
    verdict: Callable[[PDFShiftError], Verdict] = verdict_on,
    place: Place | None = None,
) -> T:
    """Give what ``send`` gives, sending again for as long as nothing can have been accepted.

    Args:
        send: Makes one attempt.
        retry: The limits.
        clock: Measures and waits.
        observer: Is told of each pause.
        record: What is sent; None for calls that have none.
        verdict: Judges an error: whether to send again.
        place: Where each attempt waits for its turn; None for calls that are not paced.

    Raises:
        PDFShiftError: The last attempt's error.
    """
    failing_since: float | None = None
    attempt = 0
    while True:
        attempt += 1
        turn = nullcontext() if place is None else await place.turn()
        try:
            with turn:
                return await send()
        except PDFShiftError as error:
            if verdict(error) is not Verdict.AGAIN:
                raise
            now = clock.monotonic()
            failing_since = now if failing_since is None else failing_since
            pause = pause_before(
                attempt,
                retry,
                asked=_asked(error),
                elapsed=now - failing_since,
                chance=random.random(),  # noqa: S311 -- spreads retries, protects nothing
            )
            if pause is None:
                raise
            notify(observer, _throttled(record, attempt, pause, error))
            limited = isinstance(error, RateLimited)
        if place is not None and limited:
            place.hold(pause)
        else:
            await clock.sleep(pause)


def _throttled(
    record: Record | None, attempt: int, pause: float, error: PDFShiftError
) -> Throttled:
    name, key = (None, None) if record is None else (record.id, record.key)
    return Throttled(name, key, attempt, pause, error.message)


def _asked(error: PDFShiftError) -> float | None:
    """Give the pause that the service asked for, at its longest."""
    if not isinstance(error, RateLimited) or error.retry_after is None:
        return None
    return error.retry_after + ROUNDING
