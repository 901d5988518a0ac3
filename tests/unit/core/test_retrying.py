"""What goes again, and when."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.retrying import Verdict, pause_before, trigger_on, verdict_on
from pdfshift_async._core.states import Trigger
from pdfshift_async._settings import Retry
from pdfshift_async.errors import (
    AuthenticationFailed,
    Billed,
    ConversionFailed,
    PDFShiftError,
    Phase,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)

JUDGED = [
    (RateLimited("slower"), Verdict.AGAIN, Trigger.NOT_SENT),
    (ServiceUnreachable("refused"), Verdict.AGAIN, Trigger.NOT_SENT),
    (SubmitUnconfirmed("timeout"), Verdict.UNCONFIRMED, Trigger.NO_ANSWER),
    (ServiceError("broken", status=502), Verdict.UNCONFIRMED, Trigger.NO_ANSWER),
    (UnexpectedResponse("odd", phase=Phase.SUBMIT), Verdict.UNCLEAR, Trigger.NO_ANSWER),
    (SubmitRejected("wrong", status=400), Verdict.END, Trigger.REFUSED),
    (AuthenticationFailed("wrong", status=401), Verdict.END, Trigger.REFUSED),
    (ConversionFailed("too slow", code=408), Verdict.END, Trigger.REFUSED),
]

durations = st.floats(0, 1000)
retries = st.builds(Retry, max_elapsed=durations, first_pause=durations, longest_pause=durations)


@pytest.mark.parametrize(("error", "verdict", "trigger"), JUDGED)
def test_each_failure_has_one_verdict(
    error: PDFShiftError, verdict: Verdict, trigger: Trigger
) -> None:
    """And one meaning for the conversion's life."""
    assert verdict_on(error) is verdict
    assert trigger_on(error) is trigger


@pytest.mark.parametrize("error", [error for error, _, _ in JUDGED])
def test_only_what_is_certainly_not_billed_goes_again(error: PDFShiftError) -> None:
    """The library never sends by itself what may have been accepted."""
    if verdict_on(error) is Verdict.AGAIN:
        assert error.billed is Billed.NO
    if error.billed is not Billed.NO:
        assert verdict_on(error) is not Verdict.AGAIN


@given(
    attempt=st.integers(1, 100_000),
    retry=retries,
    asked=st.none() | durations,
    elapsed=durations,
    chance=st.floats(0, 1),
)
def test_a_pause_is_within_its_limits(
    attempt: int, retry: Retry, asked: float | None, elapsed: float, chance: float
) -> None:
    """Never shorter than asked, jitter is never negative, and it ends within `max_elapsed`."""
    pause = pause_before(attempt, retry, asked=asked, elapsed=elapsed, chance=chance)
    plain = pause_before(
        attempt,
        Retry(1e6, retry.first_pause, retry.longest_pause),
        asked=asked,
        elapsed=0,
        chance=0,
    )
    assert plain is not None
    assert plain >= (asked or 0)
    if pause is None:
        assert elapsed + 5 * plain + 4 * retry.first_pause >= retry.max_elapsed
    else:
        assert pause >= plain
        assert elapsed + pause < retry.max_elapsed


@pytest.mark.parametrize(
    ("attempt", "pause"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 20.0), (10_000, 20.0)]
)
def test_pauses_double_up_to_the_longest(attempt: int, pause: float) -> None:
    """From half a second to twenty of them."""
    assert pause_before(attempt, Retry(), asked=None, elapsed=0, chance=0) == pause


def test_the_longest_pause_is_exceeded_only_when_asked() -> None:
    """Sending earlier than the service asked for is refused again."""
    assert pause_before(1, Retry(), asked=45.0, elapsed=0, chance=0) == 45.0
    assert pause_before(1, Retry(), asked=181.0, elapsed=0, chance=0) is None


def test_waiters_are_spread() -> None:
    """Those who were refused together do not come back together."""
    pauses = {pause_before(1, Retry(), asked=30.0, elapsed=0, chance=c / 10) for c in range(11)}
    assert len(pauses) == 11
    assert min(filter(None, pauses)) == 30.0


@pytest.mark.parametrize("first_pause", [0, 0.5])
def test_zero_never_retries(first_pause: float) -> None:
    """Not even without a pause, which would never end."""
    retry = Retry(max_elapsed=0, first_pause=first_pause)
    assert pause_before(1, retry, asked=None, elapsed=0, chance=0) is None
