"""Tells an observer, and survives what it raises."""

from __future__ import annotations

import logging

from pdfshift_async.events import Event, Settled

from .interfaces import Observer
from .records import Record

__all__ = ["notify", "notify_settled"]

_log = logging.getLogger("pdfshift_async")


def notify(observer: Observer | None, event: Event) -> None:
    """Hand the event over; an observer's own mistake must not cost a conversion."""
    if observer is None:
        return
    try:
        observer.notify(event)
    except Exception:  # noqa: BLE001 -- it is foreign code, and logged
        _log.exception("the observer failed on %s", type(event).__name__)


def notify_settled(observer: Observer | None, record: Record) -> None:
    """Tell of a conversion that has just settled."""
    if observer is None or record.settled_at is None:
        return
    duration = (record.settled_at - record.created_at).total_seconds()
    notify(observer, Settled(record.id, record.key, record.state, duration))
