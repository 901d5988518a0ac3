"""Time in fast motion."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pdfshift_async.testing import ScaledClock, VirtualClock


async def test_a_scaled_clock_runs_faster_by_its_scale(clock: VirtualClock) -> None:
    """A minute there lasts two seconds here, on the wall, by the count and asleep."""
    scaled = ScaledClock(30, clock)
    wall, count = scaled.now(), scaled.monotonic()
    sleeping = asyncio.ensure_future(scaled.sleep(60))
    await clock.advance(1.9)
    assert not sleeping.done()
    await clock.advance(0.1)
    assert sleeping.done()
    assert scaled.now() - wall == timedelta(seconds=60)
    assert scaled.monotonic() - count == 60


async def test_a_scaled_clock_scales_the_machines_time_by_itself() -> None:
    """It needs no other clock."""
    scaled = ScaledClock(1000)
    before = scaled.monotonic()
    await scaled.sleep(1)
    assert scaled.monotonic() - before >= 1


async def test_clocks_of_the_same_moment_agree(clock: VirtualClock) -> None:
    """Though one of them was made later, in another process."""
    since = clock.now()
    first = ScaledClock(30, clock, since=since)
    await clock.advance(2)
    second = ScaledClock(30, clock, since=since)
    await clock.advance(2)
    assert first.now() == second.now() == since + timedelta(seconds=120)
