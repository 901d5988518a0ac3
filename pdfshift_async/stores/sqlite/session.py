"""The file while it is open: one thread that writes, and one that reads."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from pdfshift_async._core.records import Record
from pdfshift_async._core.states import State
from pdfshift_async.errors import PDFShiftError, StoreUnavailable

from .connections import connect, create, identity, is_busy, transaction, unavailable
from .lanes import Lane, Order
from .ledger import Ledger
from .schema import migrate
from .senders import Sender
from .watching import Watch

__all__ = ["Session"]

T = TypeVar("T")

_RECENT: Final = 1000
"""Records kept in memory of what has settled last: whoever waits for one reads it at once."""

_LOOK_EVERY: Final = 0.02
"""Seconds between two looks at what other processes have written: each costs some microseconds."""


class Session:
    """Connections, threads and the sender's lock, from opening the file to closing it.

    Opening and closing block; call them in a thread.

    Args:
        path: Of the file.
        lock_timeout: Seconds to wait for another program that is writing.
        tell: Is told the ids of what has settled, in one of the threads.
        watched: Whether anybody wants to be told.

    Raises:
        StoreError: It cannot be opened.
        ConfigurationError: It cannot be a store.
    """

    def __init__(
        self,
        path: Path,
        *,
        lock_timeout: float,
        tell: Callable[[Sequence[str]], None],
        watched: Callable[[], bool],
    ) -> None:
        self._path = path
        self._tell = tell
        self._watched = watched
        self._watching = False
        create(path)
        with ExitStack() as opened:
            try:
                self._writing = opened.enter_context(closing(connect(path, lock_timeout)))
                migrate(self._writing, path)
                reading = opened.enter_context(closing(connect(path, lock_timeout)))
                with transaction(self._writing):
                    self._sender = opened.enter_context(closing(Sender(path)))
                self._watch = Watch(reading, tell)
            except sqlite3.Error as error:
                raise unavailable(path, error) from error
            self._opened = opened.pop_all()
        self._identity = identity(path)
        self._recent: OrderedDict[str, Record] = OrderedDict()
        self._written = Ledger(self._writing, self._sender.name, self._sender.living)
        self._read = Ledger(reading)
        self._writer = Lane("pdfshift store writer", self._commit)
        self._reader = Lane("pdfshift store reader", self._do, self._look)

    def close(self) -> None:
        """Write what was ordered, and release everything."""
        self._writer.close()
        self._reader.close()
        self._opened.close()

    async def write(self, work: Callable[[Ledger], T]) -> T:
        """Have something written, together with all that waits for the same commit."""
        return await self._writer.order(lambda: work(self._written))

    async def read(self, work: Callable[[Ledger], T]) -> T:
        """Have something read, after what was committed before."""
        return await self._reader.order(lambda: work(self._read))

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        return self._recent.get(conversion_id) or await self.read(
            lambda ledger: ledger.get(conversion_id)
        )

    async def purge(self, older_than: datetime, limit: int) -> int:
        """Delete as many at most of what settled before, and of orphans; give their number."""

        def work(ledger: Ledger) -> int:
            self._recent.clear()
            return ledger.purge(older_than, limit)

        return await self.write(work)

    async def recover(self, now: datetime) -> list[str]:
        """Apply `abandoned` to what dead processes had in hand, and give its ids."""
        return await self.write(lambda ledger: ledger.recover(now))

    def watch(self) -> None:
        """Tell what settles from what is ordered next on, until nobody wants to be told."""
        self._reader.put(Order(self._begin))

    def _commit(self, orders: Sequence[Order]) -> None:
        """Carry all orders with one commit; where that fails, each with its own.

        So an order fails only by its own fault or that of the file, never by its neighbour's.
        """
        try:
            self._write_together(orders)
        except Exception as error:  # noqa: BLE001 -- it is the answer to whoever ordered
            if len(orders) > 1 and not is_busy(error):
                for order in orders:
                    self._commit([order])
                return
            for order in orders:
                order.fail(self._translated(error))

    def _write_together(self, orders: Sequence[Order]) -> None:
        if identity(self._path) != self._identity:
            # SQLite would go on writing into a file that nobody will ever find again.
            msg = f"{self._path} was removed or replaced while it was open"
            raise StoreUnavailable(msg, hint="Restart the programs that use it.")
        settled = self._written.settled
        settled.clear()
        with transaction(self._writing):
            for order in orders:
                order.do()
        if settled:
            self._remember(settled)
            self._tell([record.id for record in settled])

    def _remember(self, settled: Sequence[Record]) -> None:
        """Keep what nothing changes any more, once it is on the disk."""
        for record in settled:
            if record.state is not State.LOST:
                self._recent[record.id] = record
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    def _do(self, orders: Sequence[Order]) -> None:
        for order in orders:
            try:
                order.do()
            except Exception as error:  # noqa: BLE001 -- it is the answer to whoever ordered
                order.fail(self._translated(error))

    def _begin(self) -> None:
        self._watching = True
        self._watch.skip()

    def _look(self) -> float | None:
        self._watching = self._watching and self._watched()
        if not self._watching:
            return None
        # A file that cannot be read is reported to whoever reads; the next look makes up for it.
        with suppress(sqlite3.Error):
            self._watch.look()
        return _LOOK_EVERY

    def _translated(self, error: Exception) -> PDFShiftError:
        if isinstance(error, PDFShiftError):
            return error
        if isinstance(error, sqlite3.Error):
            translated = unavailable(self._path, error)
        else:
            reason = f"a record cannot be read or written: {type(error).__name__}"
            translated = StoreUnavailable(f"{self._path}: {reason}")
        translated.__cause__ = error
        return translated
