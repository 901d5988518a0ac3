"""The clock that tests move."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pdfshift_async.testing import VirtualClock

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


async def test_time_stands_still_until_it_is_advanced() -> None:
    """Wall clock and seconds move together."""
    clock = VirtualClock(NOON)
    assert (clock.now(), clock.monotonic()) == (NOON, 0.0)
    await clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(seconds=90), 90.0)


async def test_sleepers_wake_in_their_order() -> None:
    """Each at its own moment, and those of one moment as they came."""
    clock = VirtualClock(NOON)
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as tasks:
        for name, seconds in (("late", 20.0), ("first", 5.0), ("second", 5.0)):
            tasks.create_task(sleep(name, seconds))
        await clock.advance(4.9)
        assert woken == []
        await clock.advance(0.1)
        assert woken == [("first", 5.0), ("second", 5.0)]
        await clock.advance(60)
    assert woken[2:] == [("late", 20.0)]
    assert clock.monotonic() == 65.0


async def test_who_sleeps_again_is_woken_again() -> None:
    """A loop that looks every second runs sixty times in a minute."""
    clock = VirtualClock(NOON)
    looks: list[float] = []

    async def watch() -> None:
        while len(looks) < 60:
            await clock.sleep(1)
            looks.append(clock.monotonic())

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watch())
        await clock.advance(60)
    assert looks == [float(second) for second in range(1, 61)]


async def test_a_cancelled_sleeper_holds_nobody_up() -> None:
    """Time goes on without it."""
    clock = VirtualClock(NOON)
    async with asyncio.TaskGroup() as tasks:
        sleeper = tasks.create_task(clock.sleep(5))
        await clock.advance(1)
        sleeper.cancel()
        await clock.advance(10)
    assert sleeper.cancelled()
    assert clock.monotonic() == 11.0


@pytest.mark.parametrize("seconds", [0, -1])
async def test_sleeping_for_nothing_lets_others_run(seconds: float) -> None:
    """It needs nobody to advance the time."""
    clock = VirtualClock(NOON)
    ran = asyncio.Event()
    asyncio.get_running_loop().call_soon(ran.set)
    await clock.sleep(seconds)
    assert ran.is_set()
    assert clock.monotonic() == 0.0


async def test_time_does_not_go_back() -> None:
    """A test that asks for it has a mistake."""
    with pytest.raises(ValueError, match="time does not go back"):
        await VirtualClock(NOON).advance(-1)
