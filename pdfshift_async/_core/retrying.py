"""May a submission go again, and after which pause."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pdfshift_async._settings import Retry
from pdfshift_async.errors import (
    PDFShiftError,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitUnconfirmed,
    UnexpectedResponse,
)

from .states import Trigger

__all__ = ["Verdict", "pause_before", "trigger_on", "verdict_on", "verdict_on_idempotent"]


class Verdict(StrEnum):
    """What follows from a submission that was not accepted."""

    AGAIN = "again"
    """Nothing was accepted: sending it again cannot bill twice."""
    UNCONFIRMED = "unconfirmed"
    """It may have been accepted: only its callback tells."""
    UNCLEAR = "unclear"
    """It may have been accepted, but the answer makes no sense: the caller has to look."""
    END = "end"
    """The service refused it."""


_TRIGGERS: Final = {
    Verdict.AGAIN: Trigger.NOT_SENT,
    Verdict.UNCONFIRMED: Trigger.NO_ANSWER,
    Verdict.UNCLEAR: Trigger.NO_ANSWER,
    Verdict.END: Trigger.REFUSED,
}


def verdict_on(error: PDFShiftError) -> Verdict:
    """Judge a failed submission.

    General retry libraries decide by exception and idempotent method; here the same POST is free
    to repeat before its first byte was sent and may bill twice after it.
    """
    if isinstance(error, RateLimited | ServiceUnreachable):
        return Verdict.AGAIN
    if isinstance(error, SubmitUnconfirmed | ServiceError):
        return Verdict.UNCONFIRMED
    if isinstance(error, UnexpectedResponse):
        return Verdict.UNCLEAR
    return Verdict.END


def verdict_on_idempotent(error: PDFShiftError) -> Verdict:
    """Judge a failed call that may be repeated whatever became of it: it bills nothing."""
    verdict = verdict_on(error)
    return Verdict.AGAIN if verdict is Verdict.UNCONFIRMED else verdict


def trigger_on(error: PDFShiftError) -> Trigger:
    """Give what a failed submission means for the conversion's life."""
    return _TRIGGERS[verdict_on(error)]


def pause_before(
    attempt: int, retry: Retry, *, asked: float | None, elapsed: float, chance: float
) -> float | None:
    """Give the seconds before the next attempt, or None when no more time is allowed.

    Args:
        attempt: Attempts so far, at least 1.
        retry: The caller's limits.
        asked: The pause that the service asked for.
        elapsed: Seconds since the first attempt.
        chance: A random number from 0 to 1: jitter is only ever added, since a pause that the
            service asked for must not be cut short.
    """
    grown = min(retry.longest_pause, retry.first_pause * 2.0 ** min(attempt - 1, 32))
    pause = max(grown, asked or 0.0) + chance * min(grown, retry.first_pause * 4)
    return pause if elapsed + pause < retry.max_elapsed else None
