"""A clock that moves when a test says so."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

__all__ = ["VirtualClock"]

_ROUNDS = 50
"""Turns of the event loop that are given to what woke up, before time goes on."""


class VirtualClock:
    """Time for tests: sleepers wake in order, as fast as the machine can.

    Args:
        now: Where it starts; noon of an ordinary day unless said otherwise.
    """

    def __init__(self, now: datetime = datetime(2026, 10, 1, 12, tzinfo=UTC)) -> None:
        self._start = now
        self._elapsed = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Give the wall-clock time, aware, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has advanced the clock that far; zero lets other tasks run."""
        if seconds <= 0:
            await asyncio.sleep(0)  # noqa: TID251 -- this is the clock
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let the time pass and run everything that becomes due, in order."""
        if seconds < 0:
            msg = "time does not go back"
            raise ValueError(msg)
        target = self._elapsed + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            self._elapsed, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self._elapsed = target

    async def _settle(self) -> None:
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)  # noqa: TID251 -- this is the clock
