"""Sends again what was not accepted."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pdfshift_async._clock import Clock
from pdfshift_async._core.retrying import Verdict, pause_before, verdict_on
from pdfshift_async._settings import Retry
from pdfshift_async.errors import PDFShiftError, RateLimited

__all__ = ["accepted"]

T = TypeVar("T")


async def accepted(
    send: Callable[[], Awaitable[T]],
    *,
    retry: Retry,
    clock: Clock,
    pausing: Callable[[int, float, PDFShiftError], None],
) -> T:
    """Give what ``send`` gives, sending again for as long as nothing can have been accepted.

    Args:
        send: Makes one attempt.
        retry: The limits.
        clock: Measures and waits.
        pausing: Is told the attempt, the seconds until the next one, and why.

    Raises:
        PDFShiftError: The last attempt's error.
    """
    started = clock.monotonic()
    attempt = 0
    while True:
        attempt += 1
        try:
            return await send()
        except PDFShiftError as error:
            if verdict_on(error) is not Verdict.AGAIN:
                raise
            pause = pause_before(
                attempt,
                retry,
                asked=error.retry_after if isinstance(error, RateLimited) else None,
                elapsed=clock.monotonic() - started,
                chance=random.random(),  # noqa: S311 -- spreads retries, protects nothing
            )
            if pause is None:
                raise
            pausing(attempt, pause, error)
        await clock.sleep(pause)
