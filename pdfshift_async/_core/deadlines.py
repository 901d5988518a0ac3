"""When a callback is overdue, and what is done then."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pdfshift_async import _defaults
from pdfshift_async._settings import OnLost

from .records import Record, Request

__all__ = ["Step", "conversion_time", "deadline_of", "step_after"]


def conversion_time(request: Request) -> float:
    """Give the seconds that the service may take for the conversion itself."""
    body = request.body
    loading = body.get("timeout") or _defaults.CONVERSION_TIMEOUT
    polling = _defaults.WAIT_FOR_LIMIT if body.get("wait_for") else 0.0
    return float(loading) + float(body.get("delay") or 0) / 1000 + polling


def deadline_of(request: Request, sent_at: datetime, margin: float) -> datetime:
    """Give the moment after which a callback is no longer expected."""
    return sent_at + timedelta(seconds=conversion_time(request) + margin)


class Step(StrEnum):
    """What is done about a conversion whose deadline has passed."""

    LOST = "lost"
    RESUBMIT = "resubmit"
    DIRECT = "direct"


def step_after(record: Record, on_lost: OnLost) -> Step:
    """Give what is done about a conversion whose deadline has passed."""
    if record.request is None or record.resubmits >= on_lost.repeats:
        return Step.LOST
    return Step(on_lost.action)
