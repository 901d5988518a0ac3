"""Who waits for which conversion."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from pdfshift_async._core.interfaces import Store
from pdfshift_async._core.records import Record
from pdfshift_async.errors import UnknownConversion, WaitError

__all__ = ["Waiting"]


class Waiting:
    """Waits until the store says that a conversion has settled.

    The store's word is the truth and a wake-up only a hint: each waiter registers first and reads
    the store afterwards, so a callback between the two is not missed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiters: dict[str, set[asyncio.Event]] = {}
        store.subscribe(self._wake)
        self._closed = False

    def __len__(self) -> int:
        return sum(map(len, self._waiters.values()))

    async def until_settled(self, conversion_id: str) -> Record:
        """Give the record once its outcome is known.

        Raises:
            UnknownConversion: The store has no such conversion.
            WaitError: The client was closed meanwhile.
        """
        with self._registered(conversion_id) as woken:
            while True:
                woken.clear()
                record = await self._store.get(conversion_id)
                if record is None:
                    raise UnknownConversion(conversion_id)
                if record.settled:
                    return record
                if self._closed:
                    raise WaitError(
                        "the client was closed before the callback came",
                        conversion_id=conversion_id,
                        key=record.key,
                        hint="The conversion goes on; await it again while the client is open.",
                    )
                await woken.wait()

    def open(self) -> None:
        """Let conversions be awaited."""
        self._closed = False

    def close(self) -> None:
        """Let every waiter look once more and then leave: nobody settles anything now."""
        self._closed = True
        for conversion_id in list(self._waiters):
            self._wake(conversion_id)

    def _wake(self, conversion_id: str) -> None:
        for woken in self._waiters.get(conversion_id, ()):
            woken.set()

    @contextmanager
    def _registered(self, conversion_id: str) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        waiters = self._waiters.setdefault(conversion_id, set())
        waiters.add(woken)
        try:
            yield woken
        finally:
            waiters.discard(woken)
            if not waiters:
                self._waiters.pop(conversion_id, None)
