"""Observers are told, and cost nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from pdfshift_async import Observer
from pdfshift_async._core.deadlines import Step
from pdfshift_async._core.observing import notify, notify_overdue, notify_settled
from pdfshift_async._core.records import Record
from pdfshift_async._core.states import State
from pdfshift_async.events import CallbackReceived, Event, Overdue, Settled

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
EVENT = CallbackReceived("cv_one", "settled", 200)


class Broken:
    """Fails on each event."""

    def notify(self, event: Event) -> None:
        """Take no event."""
        msg = "no space left"
        raise OSError(msg)


def record(settled_at: datetime | None) -> Record:
    """Give a conversion that began at noon."""
    return Record("cv_one", "inv-1", State.CONVERTED, NOW, None, settled_at=settled_at)


def test_an_observer_is_told(observer: Observer, events: list[Event]) -> None:
    """It gets the event as it is."""
    notify(observer, EVENT)
    assert events == [EVENT]


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


def test_a_settled_conversion_is_told_with_its_duration(
    observer: Observer, events: list[Event]
) -> None:
    """From its plan to its outcome."""
    notify_settled(observer, record(NOW + timedelta(seconds=3)))
    assert events == [Settled("cv_one", "inv-1", "converted", 3.0)]


def test_a_conversion_under_way_is_not_told(observer: Observer, events: list[Event]) -> None:
    """It has not settled."""
    notify_settled(observer, record(None))
    assert events == []


def test_an_overdue_conversion_is_told_and_logged(
    observer: Observer, events: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    """With what is done about it."""
    notify_overdue(observer, record(None), Step.RESUBMIT)
    assert events == [Overdue("cv_one", "inv-1", 0, "resubmit")]
    assert caplog.messages == ["no callback of cv_one before its deadline: resubmit"]
