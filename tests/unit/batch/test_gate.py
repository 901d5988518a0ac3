"""Who may fetch next."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pdfshift_async._batch.gate import Gate

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


async def test_whoever_has_the_least_time_left_is_first() -> None:
    """Then in the order of arrival; what never expires can wait."""
    gate = Gate(1)
    order: list[object] = []

    async def pass_through(expires_at: datetime | None) -> None:
        async with gate.passage(expires_at):
            await asyncio.sleep(0)
            order.append(expires_at)

    first, soon, late = (NOON + timedelta(hours=hours) for hours in (5, 1, 2))
    await asyncio.gather(*map(pass_through, (first, None, late, soon)))
    assert order == [first, soon, late, None]


async def test_a_place_is_not_lost_by_a_cancellation() -> None:
    """Neither while waiting, nor in the moment in which it is given."""
    gate = Gate(1)

    async def pass_through() -> None:
        async with gate.passage(None):
            pass

    async with gate.passage(None):
        waiting = [asyncio.ensure_future(pass_through()) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
    waiting[1].cancel()  # its place has just become free
    for task in waiting:
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(1), gate.passage(NOON):
        pass
