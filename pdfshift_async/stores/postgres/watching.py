"""What has settled, in this process and in others."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import psycopg
from psycopg import AsyncConnection, sql

from pdfshift_async._clock import Clock

from .connections import Server, cut_off

__all__ = ["Watch"]

_log = logging.getLogger("pdfshift_async")

_LOOK_EVERY: Final = 5.0
"""Seconds after which it looks without having been told: a lost notification only delays."""

_RECONNECT_EVERY: Final = 0.5
"""Seconds between two tries to connect again."""

# Shared, so that after a break the new connection can have it while the server still believes in
# the old one. The name of the table keeps the schemas of one database apart.
_LIVE: Final = "SELECT pg_advisory_lock_shared('conversions'::regclass::oid::int, %s)"
_SETTLED: Final = """
    SELECT settlement, id FROM conversions WHERE settlement > %s ORDER BY settlement
"""


class Watch:
    """A connection that listens, and by being there says that this process lives.

    Each settlement raises a number in the database and notifies whoever listens; then this looks
    for what has settled since the number that it has seen. It also holds a lock which the server
    frees when the connection ends, however that comes.

    Args:
        server: Where the database is.
        clock: For the pauses.
        timeout: Seconds after which a server that does not answer counts as away.
        tell: Takes the ids, in the order in which they settled.
        watched: Whether anybody wants to be told.
    """

    def __init__(
        self,
        server: Server,
        clock: Clock,
        timeout: float,
        *,
        tell: Callable[[Sequence[str]], None],
        watched: Callable[[], bool],
    ) -> None:
        self._server = server
        self._clock = clock
        self._timeout = timeout
        self._tell = tell
        self._watched = watched
        self.sender = secrets.randbelow(2**31 - 1) + 1
        """Stands in each record that this process has in hand."""
        self._seen: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and watch until `close`."""
        connection = await self._connected()
        # No TaskGroup: it would have to end in the task that opened the store.
        self._task = asyncio.create_task(  # noqa: TID251
            self._watch(connection), name="pdfshift store watch"
        )

    async def close(self) -> None:
        """Stop watching."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _connected(self) -> AsyncConnection:
        connection = await self._server.connect(self._timeout)
        try:
            with cut_off(connection, self._timeout):
                await connection.execute(
                    sql.SQL("LISTEN {}").format(sql.Identifier(self._server.schema))
                )
                await connection.execute(_LIVE, (self.sender,))
                newest = await _newest(connection)
        except BaseException:
            await connection.close()
            raise
        # A server that has taken over may have fewer than the one that is gone.
        self._seen = newest if self._seen is None else min(self._seen, newest)
        return connection

    async def _connected_again(self) -> AsyncConnection:
        while True:
            await self._clock.sleep(_RECONNECT_EVERY)
            with suppress(psycopg.Error):
                return await self._connected()

    async def _watch(self, connection: AsyncConnection) -> None:
        while True:
            try:
                while True:
                    await self._look(connection)
                    async for _ in connection.notifies(timeout=_LOOK_EVERY, stop_after=1):
                        pass
            except psycopg.Error as error:
                _log.warning("%s; it is tried again", self._server.translated(error).message)
            finally:
                await connection.close()
            connection = await self._connected_again()

    async def _look(self, connection: AsyncConnection) -> None:
        """Tell what has settled since the last look."""
        with cut_off(connection, self._timeout):
            if not self._watched():
                newest = await _newest(connection)
                # Asked again: whoever has come meanwhile may have read what is settled now as it
                # was before.
                if not self._watched():
                    self._seen = newest
                    return
            rows = await (await connection.execute(_SETTLED, (self._seen,))).fetchall()
        if rows:
            self._seen = rows[-1][0]
            ids = [conversion_id for _, conversion_id in rows]
            # Called by the loop, so that a listener's error does not end the watch.
            asyncio.get_running_loop().call_soon(self._tell, ids)


async def _newest(connection: AsyncConnection) -> int:
    """Give the number of the last settlement."""
    ((number,),) = await (await connection.execute("SELECT settlements FROM counters")).fetchall()
    return int(number)
