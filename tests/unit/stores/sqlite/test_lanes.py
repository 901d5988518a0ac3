from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from pdfshift_async.errors import StoreUnavailable, UnknownConversion
from pdfshift_async.stores.sqlite import lanes
from pdfshift_async.stores.sqlite.lanes import Lane, Order, call_on


class Gate:
    """Lets a lane do nothing before the test says so, and remembers its batches."""

    def __init__(self) -> None:
        self.passed = threading.Event()
        self.busy = threading.Event()
        self.batches: list[int] = []

    def do(self, orders: Sequence[Order]) -> None:
        """Do a batch."""
        self.busy.set()
        self.passed.wait()
        self.batches.append(len(orders))
        for order in orders:
            order.do()


@pytest.fixture
def gate() -> Gate:
    """One that is shut."""
    return Gate()


@pytest.fixture
def lane(gate: Gate) -> Iterator[Lane]:
    """A lane behind the gate."""
    lane = Lane("test", gate.do)
    yield lane
    gate.passed.set()
    lane.close()


async def ordered(lane: Lane, count: int) -> list[asyncio.Task[int]]:
    """Order numbers, one after the other."""
    tasks = [asyncio.ensure_future(lane.order(lambda n=n: n)) for n in range(count)]  # type: ignore[misc]
    await asyncio.sleep(0)
    return tasks


async def test_what_gathers_during_a_batch_is_the_next_one(gate: Gate, lane: Lane) -> None:
    """The first does not wait for others, and the others share."""
    first = await ordered(lane, 1)
    await asyncio.to_thread(gate.busy.wait)
    others = await ordered(lane, 5)
    gate.passed.set()
    assert await asyncio.gather(*first, *others) == [0, 0, 1, 2, 3, 4]
    assert gate.batches == [1, 5]


async def test_a_batch_has_an_end(gate: Gate, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of very many does not wait for the last."""
    monkeypatch.setattr(lanes, "_TOGETHER", 2)
    first = await ordered(lane, 1)
    await asyncio.to_thread(gate.busy.wait)
    others = await ordered(lane, 5)
    gate.passed.set()
    await asyncio.gather(*first, *others)
    assert gate.batches == [1, 2, 2, 1]


async def test_a_cancelled_caller_takes_nothing_back(gate: Gate, lane: Lane) -> None:
    """Its order is done, and so are those of its neighbours."""
    done: list[str] = []
    cancelled = asyncio.ensure_future(lane.order(lambda: done.append("cancelled")))
    neighbour = asyncio.ensure_future(lane.order(lambda: done.append("neighbour")))
    await asyncio.to_thread(gate.busy.wait)
    cancelled.cancel()
    gate.passed.set()
    await neighbour
    assert done == ["cancelled", "neighbour"]
    assert cancelled.cancelled()


async def test_an_error_of_the_library_is_an_answer(gate: Gate, lane: Lane) -> None:
    """It ends neither the batch nor the thread."""
    gate.passed.set()

    def refuse() -> None:
        raise UnknownConversion("cv_none")

    with pytest.raises(UnknownConversion):
        await lane.order(refuse)
    assert await lane.order(lambda: "next") == "next"


async def test_what_was_ordered_is_done_before_the_end(gate: Gate, lane: Lane) -> None:
    """Closing waits for it; nothing can be ordered afterwards."""
    orders = await ordered(lane, 3)
    gate.passed.set()
    await asyncio.to_thread(lane.close)
    assert await asyncio.gather(*orders) == [0, 1, 2]
    with pytest.raises(StoreUnavailable, match="the store is closed"):
        await lane.order(lambda: None)
    await asyncio.to_thread(lane.close)


async def test_a_lane_with_nothing_to_do_is_called_again() -> None:
    """After each batch, and whenever so many seconds have passed without one."""
    called = threading.Semaphore(0)

    def meanwhile() -> float:
        called.release()
        return 0.001

    lane = Lane("test", lambda orders: orders[0].do(), meanwhile)
    for _ in range(3):
        await asyncio.to_thread(called.acquire)
    assert await lane.order(lambda: "done") == "done"
    await asyncio.to_thread(lane.close)


async def test_nobody_need_wait_for_an_order(gate: Gate, lane: Lane) -> None:
    """It is done in its turn."""
    gate.passed.set()
    done: list[str] = []
    lane.put(Order(lambda: done.append("first")))
    await lane.order(lambda: done.append("second"))
    assert done == ["first", "second"]


def test_an_event_loop_that_is_closed_waits_for_nothing(gate: Gate, lane: Lane) -> None:
    """One that died while it waited does not stop the lane for the next one."""

    async def leave() -> None:
        await ordered(lane, 1)

    asyncio.run(leave())
    gate.passed.set()

    async def come() -> str:
        return await lane.order(lambda: "next loop")

    assert asyncio.run(come()) == "next loop"


def test_calling_on_a_closed_loop_does_nothing() -> None:
    """Nobody is left there."""
    loop = asyncio.new_event_loop()
    loop.close()
    called: list[Callable[..., None]] = []
    call_on(loop, called.append, print)
    assert called == []
