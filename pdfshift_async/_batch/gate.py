"""Who may fetch a document next."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Final

__all__ = ["Gate"]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Gate:
    """Lets so many through at a time, and first whoever has the least time left.

    Args:
        places: How many.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._order = count()
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def passage(self, expires_at: datetime | None) -> AsyncIterator[None]:
        """Wait for a place, and leave it at the end."""
        await self._enter(expires_at or _NEVER)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, expires_at: datetime) -> None:
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (expires_at, next(self._order), place))
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was given in the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
