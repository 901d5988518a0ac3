"""How overdue conversions are given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pdfshift_async import MemoryStore, StoreUnavailable
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.states import State, Trigger
from pdfshift_async._engine.overdue import Overdue
from pdfshift_async.events import Event, Settled
from pdfshift_async.testing import VirtualClock


class Watcher:
    """Remembers events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def notify(self, event: Event) -> None:
        """Take one event."""
        self.events.append(event)


class MoodyStore(MemoryStore):
    """Cannot be read for a while."""

    down = True

    async def next_deadline(self) -> datetime | None:
        if self.down:
            msg = "gone"
            raise StoreUnavailable(msg)
        return await super().next_deadline()

    async def overdue(self, now: datetime) -> Sequence[str]:
        return await super().overdue(now)


async def queued(store: MemoryStore, clock: VirtualClock, name: str) -> None:
    """Put one conversion into the store that is due in ten seconds."""
    now = clock.now()
    await store.plan(Record(name, None, State.PLANNED, now, Request("pdf", {})))
    deadline = datetime.fromtimestamp(now.timestamp() + 10, now.tzinfo)
    await store.advance(name, Change(Trigger.SEND, now, deadline=deadline))
    await store.advance(name, Change(Trigger.ACCEPTED, now))


async def test_only_what_is_overdue_is_given_up(store: MemoryStore, clock: VirtualClock) -> None:
    """The observer hears of each loss; what was submitted later goes on."""
    watcher = Watcher()
    overdue = Overdue(store=store, clock=clock, observer=watcher)
    overdue.start()
    overdue.start()
    await queued(store, clock, "first")
    await clock.advance(5)
    await queued(store, clock, "second")
    await clock.advance(6)
    await overdue.stop()
    await overdue.stop()
    first, second = await store.get("first"), await store.get("second")
    assert first is not None
    assert second is not None
    assert (first.state, second.state) == (State.LOST, State.QUEUED)
    assert watcher.events == [Settled("first", None, "lost", 10.0)]


async def test_a_store_that_is_down_is_asked_again(clock: VirtualClock) -> None:
    """The watcher survives the outage and goes on."""
    store = MoodyStore()
    overdue = Overdue(store=store, clock=clock, observer=None)
    overdue.start()
    await queued(store, clock, "first")
    await clock.advance(20)
    assert (await store.get("first")).state is State.QUEUED  # type: ignore[union-attr]
    store.down = False
    await clock.advance(2)
    assert (await store.get("first")).state is State.LOST  # type: ignore[union-attr]
    await overdue.stop()
