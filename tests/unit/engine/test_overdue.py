"""What is done about conversions that are overdue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta

import pytest

from pdfshift_async import MemoryStore, Observer, StoreUnavailable, _defaults
from pdfshift_async._core.deadlines import Step
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.states import State, Trigger
from pdfshift_async._engine.overdue import Overdue
from pdfshift_async._engine.recovery import Recovery
from pdfshift_async._settings import OnLost
from pdfshift_async.events import Event, Overdue as OverdueEvent, Settled
from pdfshift_async.testing import VirtualClock

RAISE = OnLost("raise", 0)
RESUBMIT = OnLost("resubmit", 1)


class Repeats:
    """Stands for what sends again: takes as long as it is told."""

    def __init__(self, store: MemoryStore, clock: VirtualClock, seconds: float = 0) -> None:
        self.begun: list[tuple[str, Step]] = []
        self.ended: list[str] = []
        self.errors: list[Exception] = []
        self.at_once = 0
        self._store = store
        self._clock = clock
        self._seconds = seconds

    async def __call__(self, conversion_id: str, step: Step) -> None:
        """Send one again."""
        self.begun.append((conversion_id, step))
        self.at_once = max(self.at_once, len(self.begun) - len(self.ended))
        try:
            await self._clock.sleep(self._seconds)
            if self.errors:
                raise self.errors.pop()
            now = self._clock.now()
            change = Change(Trigger.SEND_AGAIN, now, deadline=now + timedelta(days=1))
            await self._store.advance(conversion_id, change)
        finally:
            self.ended.append(conversion_id)


class MoodyStore(MemoryStore):
    """Fails as it is told."""

    error: Exception | None = None
    listed: Sequence[str] | None = None
    unreadable: str | None = None
    recoveries = 0
    lasting = False

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give the error or the list, if there is one."""
        if self.error is not None:
            raise self.error
        return self.listed or await super().overdue(now)

    async def get(self, conversion_id: str) -> Record | None:
        """Give nothing of the one that is unreadable."""
        if conversion_id == self.unreadable:
            msg = "it is damaged"
            raise StoreUnavailable(msg)
        return await super().get(conversion_id)

    async def recover(self, now: datetime) -> Sequence[str]:
        """Count the calls, and fail while that lasts."""
        self.recoveries += 1
        if self.lasting:
            msg = "gone"
            raise StoreUnavailable(msg)
        return await super().recover(now)


@pytest.fixture
def store() -> MoodyStore:
    """A store without anything in it."""
    return MoodyStore()


@pytest.fixture
def repeats(store: MoodyStore, clock: VirtualClock) -> Repeats:
    """Sends again at once."""
    return Repeats(store, clock)


Watch = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
def watching(store: MoodyStore, clock: VirtualClock, repeats: Repeats, observer: Observer) -> Watch:
    """Give what watches for a while."""

    @asynccontextmanager
    async def watch(on_lost: OnLost, repeats: Repeats = repeats) -> AsyncIterator[None]:
        overdue = Overdue(
            store=store,
            repeat=repeats,
            recovery=Recovery(store, clock, observer),
            clock=clock,
            on_lost=on_lost,
            observer=observer,
        )
        overdue.start()
        overdue.start()
        try:
            yield
        finally:
            await overdue.stop()
            await overdue.stop()

    return watch


async def sending(store: MemoryStore, clock: VirtualClock, name: str, due: float = 10) -> None:
    """Put one conversion into the store that is being sent, and due in so many seconds."""
    now = clock.now()
    await store.plan(Record(name, None, State.PLANNED, now, Request("pdf", {})))
    await store.advance(name, Change(Trigger.SEND, now, deadline=now + timedelta(seconds=due)))


async def queued(store: MemoryStore, clock: VirtualClock, name: str, due: float = 10) -> None:
    """Put one conversion into the store that the service has accepted."""
    await sending(store, clock, name, due)
    await store.advance(name, Change(Trigger.ACCEPTED, clock.now()))


async def state_of(store: MemoryStore, name: str) -> State:
    """Give what the store says of it."""
    record = await store.get(name)
    assert record is not None
    return record.state


async def test_only_what_is_overdue_is_given_up(
    watching: Watch, store: MoodyStore, clock: VirtualClock, events: list[Event]
) -> None:
    """The observer hears of each loss; what was submitted later goes on."""
    async with watching(RAISE):
        await queued(store, clock, "first")
        await clock.advance(5)
        await queued(store, clock, "second")
        await clock.advance(6)
    assert await state_of(store, "first") is State.LOST
    assert await state_of(store, "second") is State.QUEUED
    assert events == [
        OverdueEvent("first", None, 1, "lost"),
        Settled("first", None, "lost", 10.0),
    ]


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), RuntimeError("a mistake")], ids=repr)
async def test_whatever_the_store_raises_the_watch_goes_on(
    watching: Watch, store: MoodyStore, clock: VirtualClock, error: Exception
) -> None:
    """A store of the application's own may raise anything; without the watch, waits never end."""
    store.error = error
    async with watching(RAISE):
        await queued(store, clock, "first")
        await clock.advance(20)
        assert await state_of(store, "first") is State.QUEUED
        store.error = None
        await clock.advance(2)
        assert await state_of(store, "first") is State.LOST


async def test_one_that_cannot_be_read_does_not_keep_the_others(
    watching: Watch, store: MoodyStore, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says which one it is."""
    await queued(store, clock, "damaged", due=1)
    await queued(store, clock, "sound", due=2)
    store.unreadable = "damaged"
    async with watching(RAISE):
        await clock.advance(2)
    assert await state_of(store, "sound") is State.LOST
    assert "ending damaged failed: it is damaged" in caplog.text


async def test_what_settled_meanwhile_needs_nothing(
    watching: Watch, store: MoodyStore, clock: VirtualClock, events: list[Event]
) -> None:
    """It was overdue when the list was made; another process has ended it, or even purged it."""
    for name in ("gone", "ended", "first"):
        await queued(store, clock, name, due=1)
    store.listed = ["gone", "ended", "first"]
    del store._pending["gone"]
    due = clock.now() + timedelta(seconds=1)
    await store.advance("ended", Change(Trigger.GIVEN_UP, due))
    async with watching(RAISE):
        await clock.advance(1)
    assert [event.conversion_id for event in events] == ["first", "first"]


async def test_what_is_to_go_again_is_handed_over_once(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """However often the watch looks while it waits for its turn."""
    await queued(store, clock, "first")
    repeats = Repeats(store, clock, seconds=30)
    async with watching(RESUBMIT, repeats):
        await clock.advance(35)
        assert (repeats.begun, repeats.ended) == ([("first", Step.RESUBMIT)], [])
        await clock.advance(60)
    assert repeats.begun == [("first", Step.RESUBMIT)]


async def test_a_thousand_at_once_go_again_in_turn(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """Some at a time, since each has its document in memory, and all of them in the end."""
    for number in range(1000):
        await queued(store, clock, f"cv_{number:03}")
    repeats = Repeats(store, clock, seconds=1)
    async with watching(RESUBMIT, repeats):
        await clock.advance(60)
    assert repeats.at_once == _defaults.OVERDUE_AT_ONCE
    assert sorted(repeats.ended) == [f"cv_{number:03}" for number in range(1000)]


async def test_what_is_given_up_does_not_wait_for_what_goes_again(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """Its wait ends at its deadline, however many others are in hand."""
    for number in range(100):
        await queued(store, clock, f"cv_{number}", due=5)
    await queued(store, clock, "last", due=5)
    due = clock.now() + timedelta(seconds=5)
    await store.advance("last", Change(Trigger.SEND_AGAIN, due, deadline=due))
    async with watching(RESUBMIT, Repeats(store, clock, seconds=1000)):
        await clock.advance(6)
        assert await state_of(store, "last") is State.LOST


async def test_what_is_still_being_sent_is_unconfirmed_when_it_is_overdue(
    watching: Watch, store: MoodyStore, clock: VirtualClock, repeats: Repeats
) -> None:
    """Nobody will hear that answer any more; it can go again like any other."""
    await sending(store, clock, "first")
    async with watching(RESUBMIT):
        await clock.advance(11)
    record = await store.get("first")
    assert record is not None
    assert (record.state, record.resubmits) == (State.UNCONFIRMED, 1)


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), RuntimeError("a mistake")], ids=repr)
async def test_what_could_not_go_again_is_tried_once_more(
    watching: Watch,
    store: MoodyStore,
    clock: VirtualClock,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is overdue still; the others and the watch go on."""
    await queued(store, clock, "first")
    repeats = Repeats(store, clock)
    repeats.errors.append(error)
    async with watching(RESUBMIT, repeats):
        await clock.advance(12)
    assert repeats.begun == [("first", Step.RESUBMIT)] * 2
    assert "sending first again failed" in caplog.text


async def test_stopping_ends_what_is_going_again(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """No task is left behind, and another watch can take it up."""
    await queued(store, clock, "first")
    slow = Repeats(store, clock, seconds=1000)
    tasks = asyncio.all_tasks()
    async with watching(RESUBMIT, slow):
        await clock.advance(11)
        assert (len(slow.begun), len(slow.ended)) == (1, 0)
    assert len(slow.ended) == 1
    assert asyncio.all_tasks() == tasks
    async with watching(RESUBMIT, again := Repeats(store, clock)):
        await clock.advance(1)
    assert again.ended == ["first"]


async def test_what_dead_processes_leave_behind_is_looked_for(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """Now and then: they may die long after this one began."""
    async with watching(RAISE):
        await clock.advance(59)
        assert store.recoveries == 0
        await clock.advance(60)
        assert store.recoveries == 1
        await clock.advance(60)
        assert store.recoveries == 2


async def test_what_could_not_be_taken_over_is_looked_for_again_soon(
    watching: Watch, store: MoodyStore, clock: VirtualClock
) -> None:
    """Somebody may wait for it: a minute after each failure could be long."""
    async with watching(RAISE):
        store.lasting = True
        await clock.advance(65)
        assert store.recoveries == 6
        store.lasting = False
        await clock.advance(10)
        assert store.recoveries == 7
