"""The machine's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from pdfshift_async._clock import Clock, SystemClock


def test_it_tells_the_time_of_the_machine_in_utc() -> None:
    """Aware, so that it can be compared with what the service says."""
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_its_seconds_never_go_back() -> None:
    """Whatever happens to the machine's date."""
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


async def test_sleeping_for_nothing_lets_others_run() -> None:
    """One turn of the event loop."""
    ran = asyncio.Event()
    asyncio.get_running_loop().call_soon(ran.set)
    await SystemClock().sleep(0)
    assert ran.is_set()
