"""Connections to the server, and what its errors mean."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict

from pdfshift_async._clock import Clock
from pdfshift_async.errors import ConfigurationError, StoreUnavailable

from .lanes import not_open

__all__ = ["Line", "Server", "cut_off", "is_away"]

T = TypeVar("T")

_PAUSE: Final = 0.2
"""Seconds between two tries: a server that restarts is found again at once."""

# The timeouts free the locks of a process that is stopped, and of one whose machine is gone. Plans
# are not kept: the first ones are made for an empty table.
_SETTINGS: Final = """
    SELECT set_config(name, value, false) FROM (VALUES
        ('search_path', %s),
        ('idle_in_transaction_session_timeout', '2s'),
        ('tcp_keepalives_idle', '10'),
        ('tcp_keepalives_interval', '5'),
        ('tcp_keepalives_count', '3'),
        ('plan_cache_mode', 'force_custom_plan'),
        ('synchronous_commit', coalesce(
            nullif(current_setting('synchronous_commit'), 'off'), 'on'
        ))
    ) AS settings (name, value)
"""

_HINTS: Final = {
    "25006": "Name the primary; with several hosts, add target_session_attrs=read-write.",
    "42501": "Let its user create the schema, or create it and make that user its owner.",
    "53100": "Make space: it goes on without a restart, and what it holds is not lost.",
    "53300": "Raise max_connections: each process that opens the store needs up to four.",
}
"""What to do about the SQL states one meets."""


class Server:
    """Where the database is, and how to connect to it.

    Args:
        conninfo: A URL or another connection string of libpq; what it leaves out is taken from
            the environment, as psql does.
        schema: What the tables are in.

    Raises:
        ConfigurationError: It cannot be understood.
    """

    def __init__(self, conninfo: str, schema: str) -> None:
        try:
            self._parameters: dict[str, Any] = conninfo_to_dict(conninfo)
        except psycopg.Error:
            # Neither its words nor the error itself: they quote what may be the password.
            raise ConfigurationError(
                "store",
                "is no connection string of PostgreSQL",
                hint="For example postgresql://user:password@host:5432/database, "
                "with special characters percent-encoded.",
            ) from None
        self.schema = schema
        self.address = _address(self._parameters)
        """Host, port and database."""
        self.place = f"PostgreSQL at {self.address}"
        """Names it in messages."""

    async def connect(self, timeout: float) -> AsyncConnection:
        """Open a connection that commits each statement outside a transaction."""
        parameters = {"application_name": "pdfshift_async", **self._parameters}
        parameters |= {"client_encoding": "utf8"}
        try:
            async with asyncio.timeout(timeout):
                connection = await AsyncConnection.connect(**parameters, autocommit=True)
        except TimeoutError as error:
            msg = f"no connection within {timeout:.1f} s"
            raise psycopg.errors.ConnectionTimeout(msg) from error
        try:
            with cut_off(connection, timeout):
                await connection.execute(_SETTINGS, (self.schema,))
        except BaseException:
            await connection.close()
            raise
        return connection

    def translated(self, error: Exception) -> StoreUnavailable:
        """Say of an error where it happened and what to do about it; a new one each time."""
        translated = self._translated(error)
        translated.__cause__ = error
        return translated

    def _translated(self, error: Exception) -> StoreUnavailable:
        if not isinstance(error, psycopg.Error) or isinstance(error, psycopg.DataError):
            # Without its words, which may quote a document.
            return StoreUnavailable(f"{self.place} cannot hold this: {type(error).__name__}")
        reason = error.diag.message_primary or str(error).partition("\n")[0]
        code = f" ({error.sqlstate})" if error.sqlstate else ""
        hint = _HINTS.get(error.sqlstate or "")
        return StoreUnavailable(f"{self.place}: {reason}{code}", hint=hint)


class Line:
    """One connection, made when it is needed and again when it is lost.

    Args:
        server: What it leads to.
        clock: For the pauses.
        timeout: Seconds within which a server that is away has to come back.
    """

    def __init__(self, server: Server, clock: Clock, timeout: float) -> None:
        self._server = server
        self._clock = clock
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self._closed = False
        self._connection: AsyncConnection | None = None

    async def do(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Have something done on the connection, while nothing else is.

        When the connection is lost it is done again, though nobody may know whether the first time
        took effect.

        Raises:
            psycopg.Error: It could not be done.
        """
        deadline = self._clock.monotonic() + self._timeout
        while True:
            try:
                return await self.once(work, within=self._timeout)
            except psycopg.Error as error:
                if not is_away(error) or self._clock.monotonic() + _PAUSE >= deadline:
                    raise
            await self._clock.sleep(_PAUSE)

    async def once(
        self, work: Callable[[AsyncConnection], Awaitable[T]], *, within: float | None = None
    ) -> T:
        """Have something done, and not again; within so many seconds, or however long it takes.

        Raises:
            psycopg.Error: It could not be done.
            StoreUnavailable: The line is closed.
        """
        async with self._lock:
            if self._closed:
                raise not_open()
            try:
                if self._connection is None:
                    self._connection = await self._server.connect(self._timeout)
                with cut_off(self._connection, within):
                    return await work(self._connection)
            except psycopg.Error:
                # A new one may lead to another server, or to one that may be written again.
                await self.drop()
                raise

    async def close(self) -> None:
        """Close the connection for good, after what is being done."""
        async with self._lock:
            self._closed = True
            await self.drop()

    async def drop(self) -> None:
        """Close the connection; the next one is another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def is_away(error: BaseException) -> bool:
    """Whether the server cannot be reached, or cannot do anything now."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


@contextmanager
def cut_off(connection: AsyncConnection, seconds: float | None) -> Iterator[None]:
    """Break the connection if what happens inside takes longer; None lets it take its time.

    Cancelling would not do: psycopg then waits for the very server that does not answer.
    """
    if seconds is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(seconds, _cut, connection)
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: AsyncConnection) -> None:
    with suppress(OSError, psycopg.OperationalError):
        line = socket.socket(fileno=connection.fileno())
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.detach()  # psycopg closes it


def _address(parameters: dict[str, Any]) -> str:
    """Give host, port and database, as libpq finds them."""
    host = parameters.get("host") or os.environ.get("PGHOST", "localhost")
    port = parameters.get("port") or os.environ.get("PGPORT", "5432")
    user = parameters.get("user") or os.environ.get("PGUSER", "")
    database = parameters.get("dbname") or os.environ.get("PGDATABASE", user)
    return f"{host}:{port}/{database}"
