"""Gives up conversions whose stored deadline has passed."""

from __future__ import annotations

import asyncio
import logging

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify_settled
from pdfshift_async._core.records import Change
from pdfshift_async._core.states import Trigger
from pdfshift_async.errors import StoreError

__all__ = ["Overdue"]

_log = logging.getLogger("pdfshift_async")


class Overdue:
    """Watches the deadlines in the store, also those that other processes wrote there."""

    def __init__(self, *, store: Store, clock: Clock, observer: Observer | None) -> None:
        self._store = store
        self._clock = clock
        self._observer = observer
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Watch until `stop`."""
        if self._task is None:
            # No TaskGroup: it would have to end in the task that opened the client, and an error
            # here would cancel the application around it.
            self._task = asyncio.create_task(self._watch(), name="pdfshift overdue")  # noqa: TID251

    async def stop(self) -> None:
        """Stop watching."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def give_up(self) -> None:
        """Give up everything that is overdue now."""
        now = self._clock.now()
        for conversion_id in await self._store.overdue(now):
            record = await self._store.advance(conversion_id, Change(Trigger.GIVEN_UP, now))
            notify_settled(self._observer, record)
            _log.warning("no callback of %s before its deadline", conversion_id)

    async def _watch(self) -> None:
        while True:
            try:
                deadline = await self._store.next_deadline()
                if deadline is not None and deadline <= self._clock.now():
                    await self.give_up()
            except StoreError as error:
                _log.warning("deadlines cannot be read: %s", error)
            await self._clock.sleep(_defaults.OVERDUE_CHECK)
