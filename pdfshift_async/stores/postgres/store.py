"""The store, as the event loop sees it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Self

from pdfshift_async import _defaults
from pdfshift_async._core.interfaces import Listener, Moment
from pdfshift_async._core.members import Member, Tally
from pdfshift_async._core.records import Change, Effect, Record, Request
from pdfshift_async._settings import seconds
from pdfshift_async.errors import ConfigurationError
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.stores.listeners import Listeners

from . import members
from .connections import Server
from .lanes import not_open
from .ledger import next_deadline, overdue, purge, touch
from .session import Session

__all__ = ["PostgresStore"]

_SCHEMA: Final = "pdfshift"

_LIGHT: Final = 4000
"""Characters of a document that weigh as much as a record without one."""

_DELETED_AT_ONCE: Final = 1000
"""Rows deleted by one statement: whoever waits for another question notices little."""


class PostgresStore:
    """A store in PostgreSQL, for as many processes on as many machines as like.

    What is written is committed before the call returns; calls that wait at the same time share a
    transaction. Each process opens three connections, and a fourth when it sends. They have to be
    direct, or by a pooler that gives each client a session of its own: the store listens, and
    holds a lock.

    Args:
        conninfo: A URL, ``postgresql://user:password@host:5432/database``, or any other connection
            string of libpq; what it leaves out comes from ``PGHOST``, ``PGPASSWORD`` and the like.
        schema: What the tables are in; it is made when there is none.
        timeout: Seconds within which a server that is away has to come back, or else what was
            called for fails: a restart of the server is waited out.

    Raises:
        ConfigurationError: The connection string or the name of the schema cannot work.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        schema: str = _SCHEMA,
        timeout: float | timedelta = _defaults.SERVER_TIMEOUT,
    ) -> None:
        if not re.fullmatch("[a-z_][a-z0-9_]{0,62}", schema) or schema.startswith("pg_"):
            rule = "must be a name in lower case: letters, digits and _, and not begin with pg_"
            raise ConfigurationError("schema", rule)
        self._server = Server(conninfo, schema)
        self._timeout = seconds("timeout", timeout)
        self._session: Session | None = None
        self._listeners = Listeners()

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Give the store that a URL names, with its schema where there is one: ``?schema=name``.

        Raises:
            ConfigurationError: It cannot work.
        """
        address, _, query = url.partition("?")
        # Taken out by hand: libpq refuses what it does not know, and has rules of its own for the
        # rest.
        options = [option.partition("=") for option in query.split("&") if option]
        schemas = [value for name, _, value in options if name == "schema"]
        others = [f"{name}={value}" for name, _, value in options if name != "schema"]
        return cls(f"{address}?{'&'.join(others)}", schema=(schemas or [_SCHEMA])[-1])

    def __repr__(self) -> str:
        return f"<PostgresStore {self._server.address}>"

    async def open(self) -> None:
        """Connect, and make the tables where there are none; opening twice does nothing.

        Raises:
            StoreTooNew: A newer version of the library made the tables.
            StoreUnavailable: The server cannot be reached, or refuses.
            ConfigurationError: The schema belongs to another program.
        """
        if self._session is None or self._session.loop is not asyncio.get_running_loop():
            self._session = Session(
                self._server,
                timeout=self._timeout,
                tell=self._tell,
                watched=lambda: bool(self._listeners),
            )
        await self._session.open()

    async def close(self) -> None:
        """Write what is left and disconnect; closing twice does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def plan(self, record: Record) -> Record:
        """Keep a new record and give it back; it comes back settled if its callback is there."""
        return await self._opened.write(
            record.id, lambda entry: entry.plan(record), weight=_weight_of(record.request)
        )

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        return await self._opened.read(conversion_id)

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own; one that the life cycle refuses leaves the record as it is."""
        return await self._opened.write(conversion_id, lambda entry: entry.advance(change))

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback; on return it is committed, and on the server's disk."""
        # Without the request: it may be large, and what is settled has none.
        return await self._opened.write(
            conversion_id, lambda entry: entry.settle(outcome, at), whole=False
        )

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give the ids whose deadline has passed, oldest first."""
        return await self._opened.ask(lambda connection: overdue(connection, now))

    async def next_deadline(self) -> datetime | None:
        """Give the earliest deadline of all conversions that wait for their callback."""
        return await self._opened.ask(next_deadline)

    async def recover(self, now: datetime) -> Sequence[str]:
        """Go on with what dead processes had in hand, and give its ids.

        A process that has only lost its connection is given two seconds to come back.
        """
        return await self._opened.recover(now)

    async def purge(self, *, older_than: datetime) -> int:
        """Forget what settled before that moment, and orphans that came before it.

        Gives their number. The server uses the space again after its next vacuum.
        """
        purged = 0
        while deleted := await self._opened.ask(
            lambda connection: purge(connection, older_than, _DELETED_AT_ONCE)
        ):
            purged += deleted
        return purged

    async def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member of a batch, or give the known one, and whether it is in hand here."""
        return await self._opened.change(
            lambda connection, sender: members.enrol(connection, member, sender)
        )

    async def lease(self, batch: str, keys: Sequence[str], run: str) -> Sequence[Member]:
        """Take in hand what no process has any more; give it, and what has ended."""
        return await self._opened.change(
            lambda connection, sender: members.lease(connection, batch, keys, run, sender)
        )

    async def release(self, batch: str) -> None:
        """Have nothing of a batch in hand any more."""
        await self._opened.change(
            lambda connection, sender: members.release(connection, batch, sender)
        )

    async def rewrite(self, member: Member, *, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        return await self._opened.change(
            lambda connection, sender: members.rewrite(connection, member, instead_of, sender)
        )

    async def members(self, batch: str, *, after: str = "", limit: int = 500) -> Sequence[Member]:
        """Give members in the order of their keys, beginning behind a key."""
        return await self._opened.ask(
            lambda connection: members.page(connection, batch, after, limit)
        )

    async def tally(self, batch: str) -> Tally:
        """Give a batch in numbers."""
        return await self._opened.ask(lambda connection: members.tally(connection, batch))

    async def forget(self, batch: str) -> int:
        """Forget the members of a batch, and give their number."""
        forgotten = 0
        while deleted := await self._opened.change(
            lambda connection, _: members.forget(connection, batch, _DELETED_AT_ONCE)
        ):
            forgotten += deleted
        return forgotten

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        """Replace a text by what ``change`` makes of it, while no process anywhere else can."""
        await self._opened.change_pace(name, change)

    async def check(self) -> None:
        """Return when the store can be written; it writes, and waits for the disk."""
        await self._opened.ask(touch)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the id of each conversion that settles, in any process."""
        return self._listeners.subscribe(listener)

    @property
    def schema(self) -> str:
        """What the tables are in."""
        return self._server.schema

    @property
    def _opened(self) -> Session:
        if self._session is None or self._session.loop is not asyncio.get_running_loop():
            raise not_open()
        return self._session

    def _tell(self, ids: Sequence[str]) -> None:
        for conversion_id in ids:
            self._listeners.tell(conversion_id)


def _weight_of(request: Request | None) -> int:
    """Give how much of a transaction a new record takes."""
    source = None if request is None else request.body.get("source")
    return 1 + len(source) // _LIGHT if isinstance(source, str) else 1
