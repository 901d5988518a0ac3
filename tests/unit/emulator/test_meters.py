"""Three ways to count requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from pdfshift_async.emulator.limits import rate_headers
from pdfshift_async.emulator.meters import FixedWindow, SlidingWindow, TokenBucket, meter

if TYPE_CHECKING:
    from pdfshift_async.emulator.meters import Algorithm

NOON = 1_795_521_600.0


def test_a_fixed_window_begins_anew_with_the_clock() -> None:
    """All of the limit is there again when the clock's next window starts, not before."""
    window = FixedWindow(2, 60)

    assert [window.take(NOON + 50), window.take(NOON + 55), window.take(NOON + 59)] == [
        True,
        True,
        False,
    ]
    assert window.reset(NOON + 59) == NOON + 60
    assert window.remaining(NOON + 60) == 2


def test_a_sliding_window_frees_each_place_after_its_length() -> None:
    """A place is free again one window after it was taken."""
    window = SlidingWindow(2, 60)
    assert window.reset(NOON) == NOON
    assert window.take(NOON)
    assert window.take(NOON + 50)

    assert not window.take(NOON + 59)
    assert window.reset(NOON + 59) == NOON + 60
    assert window.take(NOON + 60)
    assert not window.take(NOON + 61)
    assert window.remaining(NOON + 110) == 1


def test_a_token_bucket_refills_evenly() -> None:
    """One request flows in per interval, up to the limit."""
    bucket = TokenBucket(6, 60)
    assert bucket.reset(NOON) == NOON
    assert all(bucket.take(NOON) for _ in range(6))

    assert not bucket.take(NOON + 9.9)
    assert bucket.reset(NOON + 4) == pytest.approx(NOON + 10)
    assert bucket.take(NOON + 10)
    assert bucket.reset(NOON + 10) == pytest.approx(NOON + 20)
    assert bucket.remaining(NOON + 1_000) == 6


@pytest.mark.parametrize("algorithm", ["fixed", "sliding", "bucket"])
def test_a_limit_of_zero_lets_nothing_through(algorithm: Algorithm) -> None:
    """Every kind of meter can be shut."""
    shut = meter(algorithm, 0, 60)

    assert not shut.take(NOON)
    assert rate_headers(shut, NOON)["X-RateLimit-Remaining"] == "0"


@settings(deadline=None)  # the machine may be busy
@given(
    algorithm=st.sampled_from(["fixed", "sliding", "bucket"]),
    limit=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 30), max_size=60),
)
def test_the_headers_never_lie(algorithm: Algorithm, limit: int, pauses: list[float]) -> None:
    """Whoever has something remaining is let in, and whoever waits for the reset too."""
    metered, now = meter(algorithm, limit, 10.0), NOON
    for pause in pauses:
        now += pause
        remaining = int(rate_headers(metered, now)["X-RateLimit-Remaining"])
        assert 0 <= remaining <= limit
        assert metered.take(now) is (remaining > 0)
        if not remaining:
            now = float(rate_headers(metered, now)["X-RateLimit-Reset"])
            assert metered.take(now)
