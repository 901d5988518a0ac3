"""The disk, which outlives every process, and what each process sees of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pdfshift_async import MemoryStore, StoreUnavailable
from pdfshift_async._core.records import Change, Effect, Record, abandoned
from pdfshift_async._core.states import State
from pdfshift_async.models.outcomes import Outcome, TrueOutcome
from pdfshift_async.stores import Listener

if TYPE_CHECKING:
    from .processes import Process
    from .world import World

__all__ = ["Disk", "ProcessStore"]

T = TypeVar("T")


class Disk:
    """What has been written, by the rules of `MemoryStore`: a step of it is a commit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = MemoryStore()
        self.rules.subscribe(self._tell)
        self.ids: dict[str, str] = {}
        """Of each source that was ever planned: the application has it as key."""
        self.settlements: Counter[str] = Counter()
        """How often a conversion has settled: twice, if the truth came late."""
        self.stores: list[ProcessStore] = []
        self.down_until = 0.0
        self.lost: set[str] = set()
        """What was given up, be it only for a time."""
        self.absent: set[str] = set()
        """What was not on the disk for a time, because it was restored from a backup."""
        self._seen: dict[str, Record] = {}
        self._holders: dict[str, Process] = {}

    def store_for(self, process: Process) -> ProcessStore:
        """Give what a process uses."""
        store = ProcessStore(self, process)
        self.stores.append(store)
        return store

    def records(self) -> list[Record]:
        """Give every record as it is now."""
        return list(self._seen.values())

    def record(self, conversion_id: str) -> Record:
        """Give a record as it is now."""
        return self._seen[conversion_id]

    def source_of(self, conversion_id: str) -> str:
        """Give what a conversion is made of."""
        return next(source for source, name in self.ids.items() if name == conversion_id)

    async def note(self, conversion_id: str, by: Process | None) -> None:
        """Look at what has become of a record, and that nothing true was taken back."""
        after = await self.rules.get(conversion_id)
        before = self._seen.get(conversion_id)
        if after is None or after is before:
            return
        self._seen[conversion_id] = after
        if after.state is State.LOST:
            self.lost.add(conversion_id)
        if after.held and by is not None:
            self._holders[conversion_id] = by
        else:
            self._holders.pop(conversion_id, None)
        self.world.note(f"{by} {conversion_id}: {after.state} {_words(after)}")
        if before is None and after.key is not None:
            self.ids[after.key] = conversion_id
        self.world.seen[after.state] += 1
        if after.settled and (before is None or before.outcome != after.outcome):
            self.settlements[conversion_id] += 1
        if before is not None and _is_true(before) and _truth(before) != _truth(after):
            self.world.blame(f"{conversion_id}: {_truth(before)} became {_truth(after)}")

    async def recover(self, now: datetime, by: Process) -> Sequence[str]:
        """Take over what is in the hands of processes that are gone."""
        left = [name for name, holder in self._holders.items() if not holder.alive]
        for conversion_id in left:
            state = self._seen[conversion_id].state
            await self.rules.advance(conversion_id, abandoned(state, now))
            await self.note(conversion_id, by)
        return left

    async def restore(self, gap: float) -> None:
        """Restore a backup that does not know a conversion, and put that back after a while."""
        pending = self.rules._pending
        queued = [each.id for each in pending.values() if each.state is State.QUEUED]
        if queued:
            record = pending.pop(self.world.rng.choice(queued))
            self.absent.add(record.id)
            await asyncio.sleep(gap)
            await self.rules.plan(record)
            await self.note(record.id, None)

    def _tell(self, conversion_id: str) -> None:
        """Let each process know, soon."""
        loop = asyncio.get_running_loop()
        for store in self.stores:
            for listener in store.listeners.values():
                soon = self.world.rng.random() * self.world.scenario.store_latency
                loop.call_later(soon, listener, conversion_id)


class ProcessStore:
    """A store in one process: its commits take time, fail at times, and end with the process."""

    def __init__(self, disk: Disk, process: Process) -> None:
        self._disk = disk
        self._process = process
        self._rules = disk.rules
        self.listeners: dict[object, Listener] = {}

    async def open(self) -> None:
        """Make ready."""
        await self._step()

    async def close(self) -> None:
        """Do nothing: a process that ends says no more."""

    async def plan(self, record: Record) -> Record:
        """Keep a new record."""
        return await self._write(record.id, lambda: self._rules.plan(record))

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record."""
        await self._step()
        record = await self._rules.get(conversion_id)
        await self._pause()
        return record

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own."""
        return await self._write(conversion_id, lambda: self._rules.advance(conversion_id, change))

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback."""
        return await self._write(
            conversion_id, lambda: self._rules.settle(conversion_id, outcome, at)
        )

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give what is overdue."""
        await self._step()
        return await self._rules.overdue(now)

    async def next_deadline(self) -> datetime | None:
        """Give the earliest deadline."""
        await self._step()
        return await self._rules.next_deadline()

    async def recover(self, now: datetime) -> Sequence[str]:
        """Take over what is in the hands of processes that are gone."""
        await self._step()
        return await self._disk.recover(now, self._process)

    async def purge(self, *, older_than: datetime) -> int:
        """Forget what is old."""
        await self._step()
        return await self._rules.purge(older_than=older_than)

    async def check(self) -> None:
        """Return when it can be written."""
        await self._step()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell the listener what settles."""
        subscription = object()
        self.listeners[subscription] = listener

        def leave() -> None:
            self.listeners.pop(subscription, None)

        return leave

    async def _write(self, conversion_id: str, act: Callable[[], Awaitable[T]]) -> T:
        await self._step()
        fault = self._disk.world.choice(self._disk.world.scenario.faults.store)
        if fault == "undone":
            raise StoreUnavailable("a write failed")
        done = await act()
        await self._disk.note(conversion_id, self._process)
        await self._pause()
        if fault == "done but unanswered":
            raise StoreUnavailable("nobody knows whether a write failed")
        return done

    async def _step(self) -> None:
        await self._pause()
        if self._disk.world.time < self._disk.down_until:
            raise StoreUnavailable("the disk is away")

    async def _pause(self) -> None:
        """Take the time of half a commit; a process that is dead comes no further."""
        latency = self._disk.world.scenario.store_latency
        if self._process.alive and latency:
            await asyncio.sleep(self._disk.world.rng.random() * latency)
        if not self._process.alive:
            await asyncio.get_running_loop().create_future()


def _is_true(record: Record) -> bool:
    return record.state in {State.CONVERTED, State.FAILED}


def _truth(record: Record) -> tuple[State, Outcome | None]:
    return record.state, record.outcome


def _words(record: Record) -> str:
    due = record.deadline and f"{record.deadline:%H:%M:%S}"
    return f"attempt={record.attempt} resubmits={record.resubmits} due={due} {record.outcome or ''}"
