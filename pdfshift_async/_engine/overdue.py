"""Finds conversions whose stored deadline has passed, and ends them or has them sent again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.deadlines import Step, step_after
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify_overdue, notify_settled
from pdfshift_async._core.records import Change, Record
from pdfshift_async._core.states import State, Trigger
from pdfshift_async._settings import OnLost
from pdfshift_async.errors import StoreError

from .recovery import Recovery

__all__ = ["Overdue"]

_log = logging.getLogger("pdfshift_async")


class Overdue:
    """Watches the deadlines in the store, also those that other processes wrote there.

    And what such processes leave behind when they die: nobody else would ever end it.

    Args:
        store: Has the deadlines.
        repeat: Sends a conversion again, if it is overdue still and nobody else does so.
        recovery: Ends what has no deadline, and nobody who sends it.
        clock: Tells which have passed.
        on_lost: Whether to send again, and how often.
        observer: Is told of each.
    """

    def __init__(
        self,
        *,
        store: Store,
        repeat: Callable[[str, Step], Awaitable[None]],
        recovery: Recovery,
        clock: Clock,
        on_lost: OnLost,
        observer: Observer | None,
    ) -> None:
        self._store = store
        self._recovery = recovery
        self._repeat = repeat
        self._clock = clock
        self._on_lost = on_lost
        self._observer = observer
        self._task: asyncio.Task[None] | None = None
        self._in_hand: set[str] = set()
        self._at_once = asyncio.Semaphore(0)

    def start(self) -> None:
        """Watch until `stop`."""
        if self._task is None:
            # No TaskGroup: it would have to end in the task that opened the client, and an error
            # here would cancel the application around it.
            self._at_once = asyncio.Semaphore(_defaults.OVERDUE_AT_ONCE)  # of this event loop
            self._task = asyncio.create_task(self._watch(), name="pdfshift overdue")  # noqa: TID251

    async def stop(self) -> None:
        """Stop watching and sending; what is on its way has its deadline and counts as sent."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _watch(self) -> None:
        recover_at = self._clock.monotonic() + _defaults.RECOVERY_CHECK
        async with asyncio.TaskGroup() as repeats:
            while True:
                with _survival("the watch for overdue conversions"):
                    await self._look(repeats)
                    if self._clock.monotonic() >= recover_at:
                        await self._recovery.recover()
                        recover_at = self._clock.monotonic() + _defaults.RECOVERY_CHECK
                await self._clock.sleep(_defaults.OVERDUE_CHECK)

    async def _look(self, repeats: asyncio.TaskGroup) -> None:
        """Do what is to be done about everything that is overdue now."""
        now = self._clock.now()
        deadline = await self._store.next_deadline()
        if deadline is None or deadline > now:
            return
        for conversion_id in await self._store.overdue(now):
            if conversion_id not in self._in_hand:
                with _survival(f"ending {conversion_id}"):
                    await self._act(conversion_id, now, repeats)

    async def _act(self, conversion_id: str, now: datetime, repeats: asyncio.TaskGroup) -> None:
        record = await self._store.get(conversion_id)
        if record is None:
            return
        step = step_after(record, self._on_lost)
        if step is Step.LOST:
            await self._give_up(record, now)
            return
        if record.state is State.SENDING:  # whoever did so hears no answer any more
            await self._store.advance(record.id, Change(Trigger.NO_ANSWER, now))
        self._in_hand.add(record.id)
        # Of the record only the id is held while it waits: its document may be large.
        repeats.create_task(self._sent_again(record.id, step))

    async def _give_up(self, record: Record, now: datetime) -> None:
        after, given_up = await self._store.advance(record.id, Change(Trigger.GIVEN_UP, now))
        if given_up:
            notify_overdue(self._observer, record, Step.LOST)
            notify_settled(self._observer, after)

    async def _sent_again(self, conversion_id: str, step: Step) -> None:
        try:
            with _survival(f"sending {conversion_id} again"):
                async with self._at_once:
                    await self._repeat(conversion_id, step)
        finally:
            self._in_hand.discard(conversion_id)


@contextmanager
def _survival(act: str) -> Iterator[None]:
    """Log what goes wrong: without the watch, waits would never end."""
    try:
        yield
    except StoreError as error:
        _log.warning("%s failed: %s", act, error)
    except Exception:  # noqa: BLE001 -- a store of the application's own may raise anything
        _log.exception("%s failed", act)
