"""How many queued conversions may be unsettled at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from pdfshift_async import MemoryStore, ServiceUnreachable, State
from pdfshift_async._core.records import Record
from pdfshift_async._engine.in_flight import InFlight


async def start(in_flight: InFlight, *names: str) -> dict[str, asyncio.Task[None]]:
    """Let conversions ask for room."""
    tasks = {name: asyncio.ensure_future(in_flight.enter(name)) for name in names}
    await asyncio.sleep(0)
    return tasks


async def test_without_a_limit_nobody_waits_or_is_counted(store: MemoryStore) -> None:
    """The store is not even listened to."""
    in_flight = InFlight(store, None)
    tasks = await start(in_flight, "a", "b")
    assert all(task.done() for task in tasks.values())
    assert (in_flight.count, in_flight.waiting) == (None, 0)
    assert not store._listeners


async def test_whoever_asked_first_follows_the_one_that_settles(store: MemoryStore) -> None:
    """A hint that comes twice, or for a conversion of somebody else, makes no room."""
    in_flight = InFlight(store, 1)
    tasks = await start(in_flight, "a", "b", "c")
    assert [task.done() for task in tasks.values()] == [True, False, False]
    assert (in_flight.count, in_flight.waiting) == (1, 2)
    assert len(store._listeners) == 1
    tell = store._listeners.tell
    tell("stranger")
    tell("a")
    tell("a")
    await asyncio.sleep(0)
    assert [task.done() for task in tasks.values()] == [True, True, False]
    tell("b")
    await tasks["c"]
    tell("c")
    assert in_flight.count == 0


async def test_who_gives_up_is_not_waited_for(store: MemoryStore) -> None:
    """Neither when its task has noticed, nor in the moment before."""
    in_flight = InFlight(store, 1)
    tasks = await start(in_flight, "a", "b", "c", "d")
    tasks["b"].cancel()
    in_flight.leave("a")
    await asyncio.sleep(0)
    assert tasks["b"].cancelled()
    assert tasks["c"].done()
    tasks["d"].cancel()
    await asyncio.sleep(0)
    assert in_flight.waiting == 0
    in_flight.leave("c")
    assert in_flight.count == 0


async def test_room_that_nobody_takes_any_more_goes_to_the_next(store: MemoryStore) -> None:
    """Cancelled in the very moment it came."""
    in_flight = InFlight(store, 1)
    tasks = await start(in_flight, "a", "b", "c")
    in_flight.leave("a")
    tasks["b"].cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert tasks["b"].cancelled()
    assert tasks["c"].done()


async def test_closing_ends_every_wait(store: MemoryStore) -> None:
    """The error says what to do."""
    in_flight = InFlight(store, 1)
    tasks = await start(in_flight, "a", "b", "c")
    tasks["c"].cancel()
    in_flight.close()
    with pytest.raises(ServiceUnreachable, match=r"closed before there was room.*Submit it again"):
        await tasks["b"]
    with pytest.raises(asyncio.CancelledError):
        await tasks["c"]
    assert in_flight.waiting == 0


async def test_the_store_is_listened_to_while_there_is_something_to_hear(
    store: MemoryStore,
) -> None:
    """A listener that stayed would be told, and keep the client in memory, for ever."""
    in_flight = InFlight(store, 2)
    assert not store._listeners
    await start(in_flight, "a", "b")
    assert len(store._listeners) == 1
    in_flight.leave("a")
    assert len(store._listeners) == 1
    in_flight.leave("b")
    assert not store._listeners
    await start(in_flight, "c")
    in_flight.close()
    assert not store._listeners


async def test_after_closing_there_is_room_again(store: MemoryStore) -> None:
    """What settled while nobody listened would keep its place in a client that is opened again."""
    in_flight = InFlight(store, 1)
    await start(in_flight, "a")
    in_flight.close()
    in_flight.open()
    tasks = await start(in_flight, "b")
    assert tasks["b"].done()
    assert in_flight.count == 1


async def test_after_closing_nobody_comes_in(store: MemoryStore) -> None:
    """It would listen to the store for ever: what is sent now settles elsewhere."""
    in_flight = InFlight(store, 1)
    in_flight.close()
    tasks = await start(in_flight, "a")
    with pytest.raises(ServiceUnreachable, match="closed before there was room"):
        await tasks["a"]
    assert not store._listeners


async def test_what_has_not_settled_keeps_its_room(store: MemoryStore) -> None:
    """Looking at it changes nothing; nor does it where the store has lost it."""
    in_flight = InFlight(store, 2)
    await store.plan(Record("cv_one", None, State.PLANNED, datetime.now(UTC), None))
    for name in ("cv_one", "cv_two"):
        await in_flight.enter(name)
        await in_flight.check(name)
    assert in_flight.count == 2
