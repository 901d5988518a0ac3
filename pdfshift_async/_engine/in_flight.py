"""How many queued conversions the service has at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from pdfshift_async._core.interfaces import Store
from pdfshift_async.errors import ServiceUnreachable

__all__ = ["InFlight"]


class InFlight:
    """Counts the conversions that were submitted here and have not settled.

    The store is listened to only while there are any: some stores have to look again and again
    for what they tell.

    Args:
        store: Tells which ones settle.
        limit: How many there may be; None for any number.
    """

    def __init__(self, store: Store, limit: int | None) -> None:
        self._store = store
        self._limit = limit
        self._inside: set[str] = set()
        self._waiting: OrderedDict[str, asyncio.Future[None]] = OrderedDict()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._closed = False

    @property
    def count(self) -> int | None:
        """How many there are; None where nothing limits them."""
        return None if self._limit is None else len(self._inside)

    @property
    def waiting(self) -> int:
        """How many wait to be counted."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether one more would have to wait."""
        return self._limit is not None and len(self._inside) >= self._limit

    async def enter(self, conversion_id: str) -> None:
        """Wait until there is room for one more, in the order of asking.

        Raises:
            ServiceUnreachable: The client was closed meanwhile (not billed).
        """
        if self._limit is None:
            return
        if self._closed:
            raise _closed()
        if not self._inside:
            self._unsubscribe = self._store.subscribe(self.leave)
        if not self.full:
            self._inside.add(conversion_id)
            return
        room = self._waiting[conversion_id] = asyncio.get_running_loop().create_future()
        try:
            await room
        except asyncio.CancelledError:
            self._waiting.pop(conversion_id, None)
            self.leave(conversion_id)
            raise

    async def check(self, conversion_id: str) -> None:
        """Make room if it has settled, maybe before anybody listened."""
        if conversion_id in self._inside:
            record = await self._store.get(conversion_id)
            if record is not None and record.settled:
                self.leave(conversion_id)

    def leave(self, conversion_id: str) -> None:
        """Make room, when a conversion has settled or was not accepted; twice does nothing."""
        if conversion_id not in self._inside:
            return
        self._inside.remove(conversion_id)
        while self._waiting:
            following, room = self._waiting.popitem(last=False)
            if not room.done():  # else cancelled, and about to leave
                self._inside.add(following)
                room.set_result(None)
                return
        if not self._inside:
            self._unsubscribe()

    def open(self) -> None:
        """Let conversions ask for room."""
        self._closed = False

    def close(self) -> None:
        """End every wait, and count nothing any more: nobody here hears what settles now."""
        self._closed = True
        self._inside.clear()
        self._unsubscribe()
        while self._waiting:
            _, room = self._waiting.popitem()
            if not room.done():
                room.set_exception(_closed())


def _closed() -> ServiceUnreachable:
    closed = ServiceUnreachable("the client was closed before there was room for it")
    closed.hint = "Submit it again while the client is open."
    return closed
