"""The store, as the event loop sees it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pdfshift_async import _defaults
from pdfshift_async._core.interfaces import Listener
from pdfshift_async._core.members import Member, Tally
from pdfshift_async._core.records import Change, Effect, Record
from pdfshift_async._settings import seconds
from pdfshift_async.errors import ConfigurationError, StoreUnavailable
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.stores.listeners import Listeners

from .lanes import call_on
from .session import Session

__all__ = ["SQLiteStore"]

_PURGED_AT_ONCE: Final = 1000
"""Conversions deleted by one commit: callbacks that wait for it notice little."""


class SQLiteStore:
    """A store in one file, for as many processes of one machine as like.

    What is written is on the disk before the call returns; calls that wait at the same time share
    a commit. Nothing is kept in memory but who waits.

    Args:
        path: Of the file; it is made when there is none, readable for its owner alone.
        lock_timeout: Seconds to wait for another program that is writing. Long by default: nothing
            says that the service calls back a second time, so waiting beats refusing.

    Raises:
        ConfigurationError: The path cannot be that of a file.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        lock_timeout: float | timedelta = _defaults.LOCK_TIMEOUT,
    ) -> None:
        if not str(path) or str(path) == ":memory:":
            raise ConfigurationError(
                "store", "needs the path of a file", hint="For a store in memory: memory://"
            )
        self._path = Path(path).absolute()
        self._lock_timeout = seconds("lock_timeout", lock_timeout)
        # Not asyncio's lock: it is held in a thread, and one store may serve several event loops
        # one after the other.
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners = Listeners()

    def __repr__(self) -> str:
        return f"<SQLiteStore {self._path}>"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    async def open(self) -> None:
        """Open the file, or make it; opening twice does nothing.

        Raises:
            StoreTooNew: A newer version of the library wrote it.
            StoreUnavailable: It cannot be opened.
            ConfigurationError: Its folder is missing, or it is no store.
        """
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._open)

    async def close(self) -> None:
        """Write what is left and release the file; closing twice does nothing."""
        await asyncio.to_thread(self._close)

    async def plan(self, record: Record) -> Record:
        """Keep a new record and give it back; it comes back settled if its callback is there."""
        return await self._opened.write(lambda ledger: ledger.plan(record))

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        return await self._opened.get(conversion_id)

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own; one that the life cycle refuses leaves the record as it is."""
        return await self._opened.write(lambda ledger: ledger.advance(conversion_id, change))

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback; on return it is on the disk."""
        return await self._opened.write(lambda ledger: ledger.settle(conversion_id, outcome, at))

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give the ids whose deadline has passed, oldest first."""
        return await self._opened.read(lambda ledger: ledger.overdue(now))

    async def next_deadline(self) -> datetime | None:
        """Give the earliest deadline of all conversions that wait for their callback."""
        return await self._opened.read(lambda ledger: ledger.next_deadline())

    async def recover(self, now: datetime) -> Sequence[str]:
        """Apply `abandoned` to what a process had in hand when it died, and give its ids."""
        return await self._opened.recover(now)

    async def purge(self, *, older_than: datetime) -> int:
        """Forget what settled before that moment, and orphans that came before it.

        Gives their number. The file keeps its size and uses the space again.
        """
        purged = 0
        while deleted := await self._opened.purge(older_than, _PURGED_AT_ONCE):
            purged += deleted
        return purged

    async def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member of a batch, or give the known one, and whether it is in hand here."""
        return await self._opened.write(lambda ledger: ledger.members.enrol(member))

    async def lease(self, batch: str, keys: Sequence[str], run: str) -> Sequence[Member]:
        """Take in hand what no process has any more; give it, and what has ended."""
        return await self._opened.write(lambda ledger: ledger.members.lease(batch, keys, run))

    async def release(self, batch: str) -> None:
        """Have nothing of a batch in hand any more."""
        await self._opened.write(lambda ledger: ledger.members.release(batch))

    async def rewrite(self, member: Member, *, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        return await self._opened.write(lambda ledger: ledger.members.rewrite(member, instead_of))

    async def members(self, batch: str, *, after: str = "", limit: int = 500) -> Sequence[Member]:
        """Give members in the order of their keys, beginning behind a key."""
        return await self._opened.read(lambda ledger: ledger.members.page(batch, after, limit))

    async def tally(self, batch: str) -> Tally:
        """Give a batch in numbers."""
        return await self._opened.read(lambda ledger: ledger.members.tally(batch))

    async def forget(self, batch: str) -> int:
        """Forget the members of a batch, and give their number."""
        forgotten = 0
        while deleted := await self._opened.write(
            lambda ledger: ledger.members.forget(batch, _PURGED_AT_ONCE)
        ):
            forgotten += deleted
        return forgotten

    async def check(self) -> None:
        """Return when the store can be written; it writes, and waits for the disk."""
        await self._opened.write(lambda ledger: ledger.touch())

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the id of each conversion that settles, in any process.

        While there are listeners, the file is looked at fifty times a second.
        """
        first = not self._listeners
        unsubscribe = self._listeners.subscribe(listener)
        session = self._session
        if first and session is not None:
            session.watch()
        return unsubscribe

    @property
    def _opened(self) -> Session:
        if self._session is None:
            msg = f"{self._path} is not open"
            raise StoreUnavailable(msg, hint="Call open() first.")
        return self._session

    def _open(self) -> None:
        with self._lock:
            if self._session is None:
                self._session = Session(
                    self._path,
                    lock_timeout=self._lock_timeout,
                    tell=self._tell,
                    watched=lambda: bool(self._listeners),
                )
            if self._listeners:
                self._session.watch()

    def _close(self) -> None:
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                session.close()

    def _tell(self, ids: Sequence[str]) -> None:
        """Pass it on to the event loop; called in the threads of the session."""
        if self._listeners and self._loop is not None:
            call_on(self._loop, self._tell_listeners, ids)

    def _tell_listeners(self, ids: Sequence[str]) -> None:
        for conversion_id in ids:
            self._listeners.tell(conversion_id)
