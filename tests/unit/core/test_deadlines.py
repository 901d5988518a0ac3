"""How long a callback is waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pdfshift_async._core.deadlines import Step, conversion_time, deadline_of, step_after
from pdfshift_async._core.records import Record, Request
from pdfshift_async._core.states import State
from pdfshift_async._settings import OnLost

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({}, 100),
        ({"timeout": 900}, 900),
        ({"timeout": 0}, 100),
        ({"delay": 2500}, 102.5),
        ({"wait_for": "ready"}, 130),
        ({"timeout": 20, "delay": 10_000, "wait_for": "ready"}, 60),
    ],
)
def test_a_conversion_may_take_what_its_options_allow(
    options: dict[str, object], seconds: float
) -> None:
    """Loading, the delay, and polling for `wait_for`, or the limit of the account."""
    request = Request("pdf", {"source": "<p>", **options})
    assert conversion_time(request) == seconds
    assert deadline_of(request, NOW, 600) == NOW + timedelta(seconds=seconds + 600)


def test_a_deadline_keeps_its_zone() -> None:
    """It is a moment, not a wall clock."""
    sent_at = NOW.astimezone(timezone(timedelta(hours=2)))
    assert deadline_of(Request("pdf", {}), sent_at, 0) == NOW + timedelta(seconds=100)


@pytest.mark.parametrize(
    ("on_lost", "resubmits", "step"),
    [
        (OnLost("raise", 0), 0, Step.LOST),
        (OnLost("resubmit", 1), 0, Step.RESUBMIT),
        (OnLost("resubmit", 1), 1, Step.LOST),
        (OnLost("resubmit", 3), 2, Step.RESUBMIT),
        (OnLost("resubmit", 3), 3, Step.LOST),
        (OnLost("direct", 1), 0, Step.DIRECT),
        (OnLost("direct", 1), 1, Step.LOST),
    ],
    ids=str,
)
def test_what_is_overdue_goes_again_as_often_as_it_was_asked_for(
    on_lost: OnLost, resubmits: int, step: Step
) -> None:
    """And is given up then; at once where nothing was asked for."""
    record = Record("cv_one", None, State.QUEUED, NOW, Request("pdf", {}), resubmits=resubmits)
    assert step_after(record, on_lost) is step


def test_what_is_not_there_any_more_cannot_go_again() -> None:
    """A process that asks for no resubmission has erased the request."""
    record = Record("cv_one", None, State.QUEUED, NOW, None)
    assert step_after(record, OnLost("resubmit", 1)) is Step.LOST
