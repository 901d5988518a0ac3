"""When a callback is overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

from pdfshift_async import _defaults

from .records import Request

__all__ = ["conversion_time", "deadline_of"]


def conversion_time(request: Request) -> float:
    """Give the seconds that the service may take for the conversion itself."""
    body = request.body
    loading = body.get("timeout") or _defaults.CONVERSION_TIMEOUT
    polling = _defaults.WAIT_FOR_LIMIT if body.get("wait_for") else 0.0
    return float(loading) + float(body.get("delay") or 0) / 1000 + polling


def deadline_of(request: Request, sent_at: datetime, margin: float) -> datetime:
    """Give the moment after which a callback is no longer expected."""
    return sent_at + timedelta(seconds=conversion_time(request) + margin)
