"""How long a callback is waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pdfshift_async._core.deadlines import conversion_time, deadline_of
from pdfshift_async._core.records import Request

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
