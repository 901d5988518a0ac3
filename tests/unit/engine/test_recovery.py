"""What becomes of conversions that nobody has in hand any more."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from pdfshift_async import MemoryStore, State, StoreUnavailable
from pdfshift_async._core.interfaces import Observer
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.states import Trigger
from pdfshift_async._engine.recovery import Recovery
from pdfshift_async.events import Event, Settled
from pdfshift_async.models.outcomes import Failed, Failure
from pdfshift_async.testing import VirtualClock


async def planned(store: MemoryStore, clock: VirtualClock) -> Record:
    """Plan a conversion."""
    record = Record("cv_one", "inv-1", State.PLANNED, clock.now(), Request("pdf", {}))
    return await store.plan(record)


async def sending(store: MemoryStore, clock: VirtualClock) -> Record:
    """Begin to send one."""
    record = await planned(store, clock)
    deadline = clock.now() + timedelta(seconds=100)
    sent, _ = await store.advance(record.id, Change(Trigger.SEND, clock.now(), deadline=deadline))
    return sent


def drop(recovery: Recovery, record: Record, *, sent: bool = True) -> StoreUnavailable:
    """Let the store fail while a conversion is in hand."""
    msg = "disk full"
    with pytest.raises(StoreUnavailable) as caught, recovery.holding(record, sent=sent):
        raise StoreUnavailable(msg)
    return caught.value


async def state_of(store: MemoryStore, record: Record) -> State:
    """Give what is stored."""
    stored = await store.get(record.id)
    assert stored is not None
    return stored.state


async def test_what_dead_processes_left_is_taken_over(
    store: MemoryStore, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells how much there was."""
    record = await planned(store, clock)
    recovery = Recovery(store, clock, None)
    await recovery.recover()
    assert await state_of(store, record) is State.PLANNED
    await store.close()
    with caplog.at_level(logging.WARNING):
        await recovery.recover()
    assert await state_of(store, record) is State.FAILED
    assert "1 conversions were in hand" in caplog.text


async def test_a_plan_that_the_store_failed_ends_when_the_store_is_back(
    store: MemoryStore, clock: VirtualClock
) -> None:
    """Its process lives on, so nobody else would ever end it."""
    record = await planned(store, clock)
    recovery = Recovery(store, clock, None)
    error = drop(recovery, record)
    assert (error.conversion_id, error.key) == ("cv_one", "inv-1")
    await recovery.recover()
    assert await state_of(store, record) is State.FAILED


async def test_what_was_only_about_to_be_sent_ends(store: MemoryStore, clock: VirtualClock) -> None:
    """Whatever the store took of that: here it is known that nothing went out."""
    record = await sending(store, clock)
    recovery = Recovery(store, clock, None)
    drop(recovery, record, sent=False)
    drop(recovery, record)
    await recovery.recover()
    assert await state_of(store, record) is State.FAILED


async def test_what_was_being_sent_waits_for_its_callback(
    store: MemoryStore, clock: VirtualClock
) -> None:
    """It may have been accepted."""
    record = await sending(store, clock)
    recovery = Recovery(store, clock, None)
    drop(recovery, record)
    await recovery.recover()
    assert await state_of(store, record) is State.UNCONFIRMED


async def test_what_was_recorded_after_all_stays_as_it_is(
    store: MemoryStore, clock: VirtualClock
) -> None:
    """A write that failed may have been done; and one that never was leaves nothing to end."""
    record = await sending(store, clock)
    recovery = Recovery(store, clock, None)
    drop(recovery, record)
    await store.advance(record.id, Change(Trigger.ACCEPTED, clock.now()))
    await recovery.recover()
    assert await state_of(store, record) is State.QUEUED
    drop(recovery, Record("cv_two", None, State.PLANNED, clock.now(), None))
    await recovery.recover()
    assert await store.get("cv_two") is None


class AwayStore(MemoryStore):
    """Cannot be read for a while."""

    away = True

    async def get(self, conversion_id: str) -> Record | None:
        if self.away:
            msg = "gone"
            raise StoreUnavailable(msg)
        return await super().get(conversion_id)


async def test_a_store_that_is_still_away_is_tried_again(clock: VirtualClock) -> None:
    """Nothing is forgotten meanwhile."""
    store = AwayStore()
    store.away = False
    record = await planned(store, clock)
    recovery = Recovery(store, clock, None)
    drop(recovery, record)
    store.away = True
    with pytest.raises(StoreUnavailable, match="gone"):
        await recovery.recover()
    store.away = False
    await recovery.recover()
    assert await state_of(store, record) is State.FAILED


async def test_a_cancellation_drops_nothing(store: MemoryStore, clock: VirtualClock) -> None:
    """Whoever is cancelled records that, and the store has not failed."""
    record = await planned(store, clock)
    recovery = Recovery(store, clock, None)
    with pytest.raises(asyncio.CancelledError), recovery.holding(record):
        raise asyncio.CancelledError
    await recovery.recover()
    assert await state_of(store, record) is State.PLANNED


async def test_the_observer_hears_of_what_is_ended(
    store: MemoryStore, clock: VirtualClock, events: list[Event], observer: Observer
) -> None:
    """Of what was dropped here, and of what dead processes left; the rest has not ended."""
    recovery = Recovery(store, clock, observer)
    dropped = await planned(store, clock)
    drop(recovery, dropped)
    await recovery.recover()
    assert events == [Settled("cv_one", "inv-1", State.FAILED, 0.0)]
    for name in ("cv_two", "cv_three"):
        await store.plan(replace(dropped, id=name))
    deadline = clock.now() + timedelta(seconds=100)
    await store.advance("cv_three", Change(Trigger.SEND, clock.now(), deadline=deadline))
    await store.close()
    await recovery.recover()
    assert events[1:] == [Settled("cv_two", "inv-1", State.FAILED, 0.0)]


class OvertakenStore(MemoryStore):
    """Takes a callback just after it has been read for the first time."""

    reads = 0

    async def get(self, conversion_id: str) -> Record | None:
        before = await super().get(conversion_id)
        self.reads += 1
        if before is not None and self.reads == 1:
            failed = Failed(failure=Failure(kind="reported"))
            await self.settle(conversion_id, failed, before.created_at)
        return before


async def test_whoever_takes_the_callback_tells_of_it(
    clock: VirtualClock, events: list[Event], observer: Observer
) -> None:
    """The observer hears of each end once."""
    store = OvertakenStore()
    record = await planned(store, clock)
    store.reads = 0
    recovery = Recovery(store, clock, observer)
    drop(recovery, record)
    await recovery.recover()
    assert await state_of(store, record) is State.FAILED
    assert not events
