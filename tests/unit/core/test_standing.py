"""What is read of the rate headers, and what their dates tell of the service's clock."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.standing import ServiceTime, Standing, standing_in

NOW = datetime(2026, 10, 1, 12, 0, 0, 700_000, tzinfo=UTC)
SECOND = int(NOW.timestamp())
DATE = "Thu, 01 Oct 2026 12:00:05 GMT"


def headers(**changes: str | None) -> dict[str, str]:
    """Give the usual headers with some of them changed or missing."""
    usual: dict[str, str | None] = {
        "x-ratelimit-limit": "250",
        "x-ratelimit-remaining": "249",
        "x-ratelimit-reset": str(SECOND + 60),
        "date": DATE,
    }
    named = {f"x-ratelimit-{name}" if name != "date" else name: changes[name] for name in changes}
    return {name: value for name, value in {**usual, **named}.items() if value is not None}


def test_the_headers_of_an_answer_are_read() -> None:
    """The date is the service's own, not ours."""
    assert standing_in(headers(), NOW) == Standing(250, 249, SECOND + 5, SECOND + 60)


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": None},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "many"},
        {"limit": "²"},
        {"limit": "9" * 400},
        {"remaining": None},
        {"remaining": "1.5"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_no_standing(changes: dict[str, str | None]) -> None:
    """A pace that believed it would stand still, or run."""
    assert standing_in(headers(**changes), NOW) is None


def test_more_remaining_than_allowed_is_what_is_allowed() -> None:
    """The smaller figure is the safe one."""
    standing = standing_in(headers(limit="10", remaining="11"), NOW)
    assert standing is not None
    assert standing.remaining == 10


@pytest.mark.parametrize("date", [None, "yesterday", "Thu, 01 Oct 99999 12:00:05 GMT"])
def test_without_a_date_our_own_clock_has_to_do(date: str | None) -> None:
    """In whole seconds, as the service would tell them."""
    standing = standing_in(headers(date=date), NOW)
    assert standing is not None
    assert standing.date == SECOND


def test_a_date_of_unknown_zone_is_utc() -> None:
    """As RFC 5322 has it."""
    standing = standing_in(headers(date="Thu, 01 Oct 2026 12:00:05 -0000"), NOW)
    assert standing is not None
    assert standing.date == SECOND + 5


@pytest.mark.parametrize("reset", [None, "soon", str((SECOND + 60) * 1000), str(SECOND + 3606)])
def test_a_reset_that_cannot_be_meant_is_absent(reset: str | None) -> None:
    """Milliseconds, for instance, would mean never."""
    standing = standing_in(headers(reset=reset), NOW)
    assert standing is not None
    assert standing.reset is None


def test_nothing_is_known_of_a_clock_before_the_first_answer() -> None:
    """Any moment may be past, and none surely is."""
    time = ServiceTime()
    assert (time.earliest(1000), time.latest(1000)) == (-math.inf, math.inf)


@given(
    ahead=st.floats(-1e6, 1e6),
    trips=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3), st.floats(0, 30)), min_size=1),
)
def test_the_service_clock_is_never_misjudged(
    ahead: float, trips: list[tuple[float, float, float]]
) -> None:
    """Whatever the ways take, the moment lies between its bounds, and they close in."""
    time, now, width = ServiceTime(), 0.0, math.inf
    for out, back, pause in trips:
        sent_at = now = now + pause
        date = math.floor(sent_at + out + ahead)
        now += out + back
        time.note(date, sent_at=sent_at, now=now)
        moment = now + ahead
        assert time.earliest(moment) <= now + 1e-6
        assert time.latest(moment) >= now - 1e-6
        assert time.latest(moment) - time.earliest(moment) <= min(width, 1 + out + back) + 1e-6
        width = time.latest(moment) - time.earliest(moment)


def test_a_clock_that_was_set_is_believed() -> None:
    """Bounds that exclude each other mean that something has moved: the newest counts."""
    time = ServiceTime()
    time.note(1000, sent_at=0.0, now=0.25)
    time.note(4600, sent_at=1.0, now=1.25)
    assert (time.earliest(4600), time.latest(4600)) == (0.0, 1.25)
    time.note(1000, sent_at=2.0, now=2.25)
    assert (time.earliest(1000), time.latest(1000)) == (1.0, 2.25)
