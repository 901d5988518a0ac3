"""Who waits for which conversion."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pdfshift_async._core.interfaces import Store
from pdfshift_async._core.records import Record
from pdfshift_async.errors import UnknownConversion, WaitError

__all__ = ["Waiting"]


class Waiting:
    """Waits until the store says that a conversion has settled.

    The store's word is the truth and a wake-up only a hint: each waiter registers first and reads
    the store afterwards, so a callback between the two is not missed. What is submitted here is
    listened for before it is sent, so whoever awaits it need not read before there is a wake-up.
    Otherwise the store is listened to only while somebody waits: some have to look again and again
    for what they tell.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # Ordered: they go on in the order in which they came.
        self._waiters: dict[str, dict[asyncio.Event, None]] = {}
        self._expected: set[str] = set()
        """What was submitted here, and has not been told to have settled."""
        self._leave: Callable[[], None] | None = None
        self._left = asyncio.Event()
        self._closed = False

    @contextmanager
    def expecting(self, conversion_id: str) -> Iterator[None]:
        """Listen for a conversion that is sent inside, until it settles; not if that fails."""
        self._listen()
        self._expected.add(conversion_id)
        try:
            yield
        except BaseException:
            self._expected.discard(conversion_id)
            self._rest()
            raise

    async def until_settled(self, conversion_id: str) -> Record:
        """Give the record once its outcome is known.

        Raises:
            UnknownConversion: The store has no such conversion.
            WaitError: The client was closed meanwhile.
        """
        with self._registered(conversion_id) as woken:
            expected = conversion_id in self._expected
            record = None if expected else await self._settled(conversion_id)
            while record is None:
                await woken.wait()
                woken.clear()
                record = await self._settled(conversion_id)
            return record

    def open(self) -> None:
        """Let conversions be awaited."""
        self._closed = False

    async def close(self) -> None:
        """Let every waiter look once more and then leave: nobody settles anything now."""
        self._closed = True
        self._expected.clear()
        for conversion_id in list(self._waiters):
            self._wake(conversion_id)
        if self._waiters:
            await self._left.wait()
        self._rest()

    async def _settled(self, conversion_id: str) -> Record | None:
        """Give the record if it has settled; others, with their requests, are not held on to."""
        record = await self._store.get(conversion_id)
        if record is None:
            raise UnknownConversion(conversion_id)
        if self._closed and not record.settled:
            raise WaitError(
                "the client was closed before the callback came",
                conversion_id=conversion_id,
                key=record.key,
                hint="The conversion goes on; await it again while the client is open.",
            )
        return record if record.settled else None

    def _listen(self) -> None:
        if self._leave is None:
            self._leave = self._store.subscribe(self._wake)

    def _rest(self) -> None:
        """Stop listening when there is nothing to listen for."""
        if self._leave is not None and not self._waiters and not self._expected:
            self._leave()
            self._leave = None

    def _wake(self, conversion_id: str) -> None:
        self._expected.discard(conversion_id)
        self._rest()
        for woken in self._waiters.get(conversion_id, ()):
            woken.set()

    @contextmanager
    def _registered(self, conversion_id: str) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        if not self._waiters:
            self._left = asyncio.Event()
        self._listen()
        waiters = self._waiters.setdefault(conversion_id, {})
        waiters[woken] = None
        try:
            yield woken
        finally:
            del waiters[woken]
            if not waiters:
                self._waiters.pop(conversion_id, None)
            if not self._waiters:
                self._rest()
                self._left.set()
