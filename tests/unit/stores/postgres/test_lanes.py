from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from pdfshift_async.errors import StoreUnavailable
from pdfshift_async.stores.postgres.entries import Entry
from pdfshift_async.stores.postgres.lanes import Lane, Order

from .conftest import SENT, planned


class Gate:
    """Lets a lane do nothing before the test says so, and remembers its batches."""

    def __init__(self) -> None:
        self.passed = asyncio.Event()
        self.batches: list[int] = []

    async def carry(self, orders: Sequence[Order]) -> None:
        """Do a batch."""
        await self.passed.wait()
        self.batches.append(len(orders))
        for order in orders:
            order.do(Entry(order.id))
            order.answer()


@pytest.fixture
async def gate() -> Gate:
    """One that is shut."""
    return Gate()


@pytest.fixture
async def lane(gate: Gate) -> AsyncIterator[Lane]:
    """A lane behind the gate; a batch holds five."""
    lane = Lane("test", gate.carry, together=5)
    lane.start()
    yield lane
    gate.passed.set()
    await lane.close()


async def ordered(lane: Lane, count: int, *, weight: int = 1) -> list[asyncio.Task[str]]:
    """Order the names of some ids."""
    tasks = [
        asyncio.ensure_future(lane.order(f"cv_{n}", lambda entry: entry.id, weight=weight))
        for n in range(count)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_gathers_during_a_batch_is_the_next_one(gate: Gate, lane: Lane) -> None:
    """The first does not wait for others, and the others share."""
    first = await ordered(lane, 1)
    others = await ordered(lane, 3)
    gate.passed.set()
    assert await asyncio.gather(*first, *others) == ["cv_0", "cv_0", "cv_1", "cv_2"]
    assert gate.batches == [1, 3]


@pytest.mark.parametrize(
    ("weight", "batches"), [(1, [1, 5, 2]), (3, [1, 2, 2, 2, 1]), (9, [1] * 8)]
)
async def test_a_batch_has_an_end(gate: Gate, lane: Lane, weight: int, batches: list[int]) -> None:
    """The first of very many, or of very large ones, does not wait for the last."""
    first = await ordered(lane, 1)
    others = await ordered(lane, 7, weight=weight)
    gate.passed.set()
    await asyncio.gather(*first, *others)
    assert gate.batches == batches


async def test_a_cancelled_caller_takes_nothing_back(gate: Gate, lane: Lane) -> None:
    """Its order is done, and so are those of its neighbours."""
    done: list[str] = []
    cancelled = asyncio.ensure_future(lane.order("cv_one", lambda entry: done.append(entry.id)))
    neighbour = asyncio.ensure_future(lane.order("cv_two", lambda entry: done.append(entry.id)))
    await asyncio.sleep(0)
    cancelled.cancel()
    gate.passed.set()
    await neighbour
    assert done == ["cv_one", "cv_two"]
    assert cancelled.cancelled()


async def test_a_lane_does_what_was_ordered_and_then_no_more(gate: Gate, lane: Lane) -> None:
    """Closing waits for it, and twice does nothing."""
    orders = await ordered(lane, 7)
    gate.passed.set()
    await lane.close()
    assert all(order.done() for order in orders)
    with pytest.raises(StoreUnavailable, match="the store is not open"):
        await lane.order("cv_one", lambda entry: entry.id)
    await lane.close()


async def test_an_order_that_fails_after_its_caller_has_gone_is_no_error() -> None:
    """There is nobody to be told."""
    order = Order("cv_one", lambda entry: entry.id)
    order.future.cancel()
    order.fail(StoreUnavailable("away"))
    order.answer()
    assert order.future.cancelled()


async def test_what_took_effect_at_the_first_time_has_its_answer() -> None:
    """The connection was lost in the commit, and the batch is done again."""
    order = Order("cv_one", lambda entry: entry.advance(SENT))
    first = Entry("cv_one", record=planned())
    order.do(first)
    order.do(Entry("cv_one", record=first.record))
    order.answer()
    assert await order.future == (first.record, True)


async def test_what_took_no_effect_at_the_first_time_is_done() -> None:
    """What another process has made of the record meanwhile counts."""
    order = Order("cv_one", lambda entry: entry.advance(SENT))
    order.do(Entry("cv_one", record=planned()))
    again = Entry("cv_one", record=planned(source="<p>other</p>"))
    order.do(again)
    order.answer()
    assert await order.future == (again.record, True)
    assert again.is_changed
