"""Tells an observer, and survives what it raises."""

from __future__ import annotations

import logging

from pdfshift_async.events import Event, Overdue, Settled

from .deadlines import Step
from .interfaces import Observer
from .records import Record

__all__ = ["notify", "notify_overdue", "notify_settled"]

_log = logging.getLogger("pdfshift_async")


def notify(observer: Observer | None, event: Event) -> None:
    """Hand the event over; an observer's own mistake must not cost a conversion."""
    if observer is None:
        return
    try:
        observer.notify(event)
    except Exception:  # noqa: BLE001 -- it is foreign code, and logged
        _log.exception("the observer failed on %s", type(event).__name__)


def notify_overdue(observer: Observer | None, record: Record, step: Step) -> None:
    """Tell of a conversion whose deadline has passed, and what is done about it."""
    _log.warning("no callback of %s before its deadline: %s", record.id, step)
    notify(observer, Overdue(record.id, record.key, record.attempt, step))


def notify_settled(observer: Observer | None, record: Record) -> None:
    """Tell of a conversion that has just settled."""
    if observer is None or record.settled_at is None:
        return
    duration = (record.settled_at - record.created_at).total_seconds()
    notify(observer, Settled(record.id, record.key, record.state, duration))
