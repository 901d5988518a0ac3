"""Observers are told, and cost nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from pdfshift_async._core.deadlines import Step
from pdfshift_async._core.observing import notify, notify_overdue, notify_settled
from pdfshift_async._core.records import Record
from pdfshift_async._core.states import State
from pdfshift_async.events import CallbackReceived, Event, Overdue, Settled

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
EVENT = CallbackReceived("cv_one", "settled", 200)


class Seen:
    """Remembers the events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def notify(self, event: Event) -> None:
        """Take one event."""
        self.events.append(event)


class Broken:
    """Fails on each event."""

    def notify(self, event: Event) -> None:
        """Take no event."""
        msg = "no space left"
        raise OSError(msg)


def record(settled_at: datetime | None) -> Record:
    """Give a conversion that began at noon."""
    return Record("cv_one", "inv-1", State.CONVERTED, NOW, None, settled_at=settled_at)


def test_an_observer_is_told() -> None:
    """It gets the event as it is."""
    observer = Seen()
    notify(observer, EVENT)
    assert observer.events == [EVENT]


def test_nobody_has_to_watch() -> None:
    """Without an observer there is nothing to do."""
    notify(None, EVENT)
    notify_settled(None, record(NOW))


def test_a_broken_observer_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """What it raised is logged with its traceback, and which event it was."""
    notify(Broken(), EVENT)
    [logged] = caplog.records
    assert (logged.levelno, logged.name) == (logging.ERROR, "pdfshift_async")
    assert logged.getMessage() == "the observer failed on CallbackReceived"
    assert logged.exc_info is not None


def test_a_settled_conversion_is_told_with_its_duration() -> None:
    """From its plan to its outcome."""
    observer = Seen()
    notify_settled(observer, record(NOW + timedelta(seconds=3)))
    assert observer.events == [Settled("cv_one", "inv-1", "converted", 3.0)]


def test_a_conversion_under_way_is_not_told() -> None:
    """It has not settled."""
    observer = Seen()
    notify_settled(observer, record(None))
    assert observer.events == []


def test_an_overdue_conversion_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """With what is done about it."""
    observer = Seen()
    notify_overdue(observer, record(None), Step.RESUBMIT)
    assert observer.events == [Overdue("cv_one", "inv-1", 0, "resubmit")]
    assert caplog.messages == ["no callback of cv_one before its deadline: resubmit"]
