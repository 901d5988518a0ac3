"""The database while the store is open, and the connections to it, each with its own work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

import psycopg
from psycopg import AsyncConnection

from pdfshift_async._clock import SystemClock
from pdfshift_async._core.interfaces import Moment
from pdfshift_async._core.records import Record

from .batches import carry, look_up
from .connections import Line, Server, is_away
from .entries import Entry
from .lanes import Lane, Order, not_open
from .ledger import NOBODY, abandon, abandoned
from .pace import change_pace
from .schema import migrate
from .watching import Watch

__all__ = ["Session"]

T = TypeVar("T")

_Work = Callable[[AsyncConnection, Sequence[Order]], Awaitable[None]]

_WRITTEN_TOGETHER: Final = 500
"""Weight of the orders in one transaction: with more, the first would wait long for the last."""

_READ_TOGETHER: Final = 50
"""Records of one answer: each may come with a large request."""

_GRACE: Final = 2.0
"""Seconds for a process to connect again before it counts as dead: the server may have restarted."""


class Session:
    """Connections and tasks, from opening the store to closing it, all on one event loop.

    Args:
        server: Where the database is.
        timeout: Seconds within which a server that is away has to come back.
        tell: Is told the ids of what has settled.
        watched: Whether anybody wants to be told.
    """

    def __init__(
        self,
        server: Server,
        *,
        timeout: float,
        tell: Callable[[Sequence[str]], None],
        watched: Callable[[], bool],
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self._server = server
        self._clock = SystemClock()
        self._timeout = timeout
        self._writing = Line(server, self._clock, timeout)
        self._reading = Line(server, self._clock, timeout)
        # Whoever settles or reads does not wait until it is our turn to change the pace.
        self._pacing = Line(server, self._clock, timeout)
        self._watch = Watch(server, self._clock, timeout, tell=tell, watched=watched)
        self._writer = Lane("pdfshift store writer", self._write, together=_WRITTEN_TOGETHER)
        self._reader = Lane("pdfshift store reader", self._read, together=_READ_TOGETHER)
        self._lock = asyncio.Lock()
        self._open = False

    async def open(self) -> None:
        """Connect, and make the tables; opening twice does nothing.

        Raises:
            StoreError: The server cannot be reached or used.
            ConfigurationError: The schema belongs to something else.
        """
        async with self._lock:
            if self._open:
                return
            try:
                await self._connect()
            except BaseException:
                await self._writing.drop()
                raise
            self._writer.start()
            self._reader.start()
            self._open = True

    async def close(self) -> None:
        """Write what was ordered, and release everything; closing twice does nothing."""
        async with self._lock:
            if not self._open:
                return
            self._open = False
            await self._writer.close()
            await self._reader.close()
            # Only so that the next one need not wait to see whether this one comes back.
            with suppress(psycopg.Error):
                abandoning = partial(abandon, sender=self._watch.sender)
                await self._writing.once(abandoning, within=self._timeout)
            await self._watch.close()
            await self._writing.close()
            await self._reading.close()
            await self._pacing.close()

    async def write(
        self, conversion_id: str, work: Callable[[Entry], T], *, whole: bool = True, weight: int = 1
    ) -> T:
        """Have something written, together with all that waits for the same commit."""
        return await self._writer.order(conversion_id, work, whole=whole, weight=weight)

    async def read(self, conversion_id: str) -> Record | None:
        """Have a record read, together with all that waits for the same answer."""
        return await self._reader.order(conversion_id, lambda entry: entry.record)

    async def ask(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Have something done that is no order for one conversion."""
        return await self._do(self._reading, question)

    async def change(self, work: Callable[[AsyncConnection, int], Awaitable[T]]) -> T:
        """Have something written that is no order for one conversion; it is given our number."""
        return await self._do(
            self._writing, lambda connection: work(connection, self._watch.sender)
        )

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        """Have the pace of that name changed, while nobody else can."""
        await self._do(
            self._pacing,
            lambda connection: change_pace(connection, name, self._watch.sender, change),
        )

    async def _do(self, line: Line, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        if not self._open:
            raise not_open()
        try:
            return await line.do(work)
        except psycopg.Error as error:
            raise self._server.translated(error) from error

    async def recover(self, now: datetime) -> list[str]:
        """Go on with what dead processes had in hand, and give its ids."""
        left = await self.ask(abandoned)
        if any(sender != NOBODY for _, sender in left):
            await self._clock.sleep(_GRACE)
            left = await self.ask(abandoned)
        recovered = await asyncio.gather(
            *(
                self.write(name, partial(Entry.recover, sender=sender, at=now))
                for name, sender in left
            )
        )
        return [name for (name, _), taken in zip(left, recovered, strict=True) if taken]

    async def _connect(self) -> None:
        try:
            # However long it takes: a migration may have much to do.
            await self._writing.once(self._migrate)
            await self._watch.open()
        except psycopg.Error as error:
            raise self._server.translated(error) from error

    async def _migrate(self, connection: AsyncConnection) -> None:
        await migrate(connection, self._server.schema, self._server.place)

    async def _write(self, orders: Sequence[Order]) -> None:
        await self._carry(self._writing, partial(carry, sender=self._watch.sender), orders)

    async def _read(self, orders: Sequence[Order]) -> None:
        await self._carry(self._reading, look_up, orders)

    async def _carry(self, line: Line, work: _Work, orders: Sequence[Order]) -> None:
        """Do a batch of orders; where that fails, each on its own.

        So an order fails only by its own fault or the server's, never by its neighbour's.
        """
        try:
            await line.do(lambda connection: work(connection, orders))
        except Exception as error:  # noqa: BLE001 -- it is the answer to whoever ordered
            if len(orders) > 1 and not is_away(error):
                for order in orders:
                    await self._carry(line, work, [order])
                return
            for order in orders:
                order.fail(self._server.translated(error))
        else:
            for order in orders:
                order.answer()
