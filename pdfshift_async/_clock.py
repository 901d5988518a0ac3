"""The only place that reads time or sleeps."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Time as the library sees it; tests put a virtual one in its place."""

    def now(self) -> datetime:
        """Give the wall-clock time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; zero lets other tasks run."""
        ...


class SystemClock:
    """The machine's time, optionally running faster.

    Args:
        scale: How many seconds pass here in one real second: an hour at ``scale=3600`` lasts a
            second. The emulator's ``--time-scale``.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._started_at = time.time()
        self._started = time.monotonic()

    def now(self) -> datetime:
        """Give the wall-clock time, aware, in UTC."""
        if self._scale == 1.0:
            return datetime.now(UTC)
        return datetime.fromtimestamp(self._started_at + self.monotonic() - self._started, UTC)

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return self._started + (time.monotonic() - self._started) * self._scale

    async def sleep(self, seconds: float) -> None:
        """Wait; zero lets other tasks run."""
        await asyncio.sleep(seconds / self._scale)
