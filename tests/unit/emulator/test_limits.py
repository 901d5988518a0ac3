"""Rates and parallel conversions."""

from __future__ import annotations

import pytest

from pdfshift_async.emulator.authentication import Caller
from pdfshift_async.emulator.bodies import Refusal
from pdfshift_async.emulator.limits import Limits, ParallelConversions, Rates

NOON = 1_795_521_600.0


def test_live_sandbox_and_keyless_requests_are_counted_apart() -> None:
    """Each has a limit of its own, in a window that the time scale shortens."""
    rates = Rates(Limits(live=1, sandbox=1, keyless=1), time_scale=30)
    rates.count(Caller.ACCOUNT, NOON, sandbox=False)
    rates.count(Caller.ACCOUNT, NOON, sandbox=True)
    rates.count(Caller.KEYLESS, NOON, sandbox=True)

    with pytest.raises(Refusal) as live:
        rates.count(Caller.ACCOUNT, NOON + 1.5, sandbox=False)
    with pytest.raises(Refusal) as keyless:
        rates.count(Caller.KEYLESS, NOON, sandbox=False)
    rates.count(Caller.ACCOUNT, NOON + 2, sandbox=False)

    assert live.value.status == 429
    assert live.value.body["reset"] == NOON + 2
    assert live.value.body["error"] == "You have been rate limited."
    assert keyless.value.body["error"].endswith("please authenticate yourself.")


def test_parallel_conversions_end_at_the_limit() -> None:
    """Places are taken all or none, and come back one by one; queued ones need none."""
    parallel = ParallelConversions(Limits(parallel=2))
    parallel.enter(2, queued=False)
    parallel.enter(100, queued=True)
    parallel.leave(queued=True)

    with pytest.raises(Refusal) as caught:
        parallel.enter(1, queued=False)
    assert caught.value.status == 429
    parallel.leave(queued=False)
    with pytest.raises(Refusal):
        parallel.enter(2, queued=False)
    parallel.enter(1, queued=False)


def test_queued_conversions_count_when_asked() -> None:
    """Whether the service counts them is unknown, so it can be set."""
    parallel = ParallelConversions(Limits(parallel=1, parallel_counts_queued=True))
    parallel.enter(1, queued=True)

    with pytest.raises(Refusal):
        parallel.enter(1, queued=False)
    parallel.leave(queued=True)
    parallel.enter(1, queued=False)
