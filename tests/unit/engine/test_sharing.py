"""Queues that share one pace: the tests of `test_queueing` hold for one alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

import pytest

from pdfshift_async import Billed, Pacing, PDFShiftError, RateLimited, StoreUnavailable
from pdfshift_async._core.interfaces import Moment, PaceStore
from pdfshift_async._core.sharing import SharedPace
from pdfshift_async._core.wire import Answer
from pdfshift_async._engine.places import Place
from pdfshift_async._engine.sharing import SharedQueue
from pdfshift_async.errors import SubmitUnconfirmed
from pdfshift_async.testing import VirtualClock

UNLIMITED = Answer(202, {}, b"")


class Row:
    """What all stores have in common."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.text = ""
        self.living = {1, 2}
        self.changes = 0
        self.fails: Exception | None = None
        """What is raised instead of an answer."""
        self.writes = True
        """Whether what fails has been written all the same."""

    @property
    def open(self) -> int:
        """Requests under way, as the row has it."""
        return SharedPace.loaded(self.text, self.clock.monotonic(), 60.0).open


class Desk:
    """A store of one process."""

    def __init__(self, row: Row, worker: int) -> None:
        self._row = row
        self._worker = worker

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        """Change the row; it takes a moment before and after."""
        row = self._row
        await asyncio.sleep(0)
        if row.fails and not row.writes:
            raise row.fails
        row.text = change(row.text, Moment(row.clock.monotonic(), self._worker, row.living))
        row.changes += 1
        await asyncio.sleep(0)
        if row.fails:
            raise row.fails


@pytest.fixture
def row(clock: VirtualClock) -> Row:
    """An empty one."""
    return Row(clock)


def queue_of(row: Row, worker: int, ceiling: int = 3) -> SharedQueue:
    """Give the queue of a process."""
    return SharedQueue(Desk(row, worker), "pace", clock=row.clock, pacing=Pacing(max_open=ceiling))


@pytest.fixture
async def queues(row: Row) -> AsyncIterator[tuple[SharedQueue, SharedQueue]]:
    """Those of two processes."""
    one, two = queue_of(row, 1), queue_of(row, 2)
    yield one, two
    row.fails = None
    await one.close()
    await two.close()


@pytest.fixture
def one(queues: tuple[SharedQueue, SharedQueue]) -> SharedQueue:
    """That of the first process."""
    return queues[0]


@pytest.fixture
def two(queues: tuple[SharedQueue, SharedQueue]) -> SharedQueue:
    """That of the second."""
    return queues[1]


Waits = list[asyncio.Task[Place]]


def wait(queue: SharedQueue, count: int = 1, *, sandbox: bool = False) -> Waits:
    """Let so many wait for their turn."""
    places = [queue.place(sandbox=sandbox) for _ in range(count)]
    return [asyncio.ensure_future(place.turn()) for place in places]


def gone(waits: Iterable[asyncio.Task[Place]]) -> list[bool]:
    """Tell whose turn has come."""
    return [task.done() and not task.cancelled() and task.exception() is None for task in waits]


def end(place: Place, error: BaseException | None = None) -> None:
    """End a request."""
    place.__exit__(None if error is None else type(error), error, None)


async def unlimited(queue: SharedQueue, clock: VirtualClock) -> None:
    """Let the service say that there is no limit."""
    (first,) = wait(queue)
    await clock.advance(0)
    first.result().heard(UNLIMITED)
    await clock.advance(0)


def limited(clock: VirtualClock, remaining: int) -> Answer:
    """Give a 202 with rate headers: ten in a window that ends in forty seconds."""
    reset = str(int(clock.now().timestamp()) + 40)
    names = ("limit", "remaining", "reset")
    values = ("10", str(remaining), reset)
    return Answer(202, {f"x-ratelimit-{n}": v for n, v in zip(names, values, strict=True)}, b"")


def test_its_store_is_a_pace_store(row: Row) -> None:
    """As the real one is."""
    assert isinstance(Desk(row, 1), PaceStore)


async def test_two_queues_are_as_one(
    one: SharedQueue, two: SharedQueue, clock: VirtualClock
) -> None:
    """The first request goes alone, whoever else waits; its answer lets all of them go."""
    ours, theirs = wait(one, 2), wait(two, 2)
    await clock.advance(3.9)
    assert gone(ours + theirs).count(True) == 1
    assert one.open + two.open == 1
    assert gone(ours) == [True, False]
    ours[0].result().heard(UNLIMITED)
    await clock.advance(0.5)
    assert gone(ours + theirs) == [True] * 4
    assert (one.open, two.open) == (1, 2)
    live, sandbox = two.statistics()
    assert (live.rate, live.waiting, live.limit, sandbox.rate) == (1.0, 0, None, 0.0)


async def test_while_an_answer_is_awaited_it_is_looked_for_soon_and_then_less_often(
    one: SharedQueue, two: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """Another queue hears it, and nobody tells."""
    await unlimited(one, clock)
    ours = wait(one, 3)
    await clock.advance(0)
    theirs = wait(two, 2)
    await clock.advance(0.1)
    end(ours[0].result(), SubmitUnconfirmed("silent"))
    await clock.advance(0.06)
    assert gone(theirs) == [True, False]
    before = row.changes
    await clock.advance(10)
    assert 20 <= row.changes - before <= 24


async def test_the_ceiling_is_for_all(
    one: SharedQueue, two: SharedQueue, clock: VirtualClock
) -> None:
    """Whoever waits goes on when somebody else has ended."""
    await unlimited(one, clock)
    ours = wait(one, 3)
    await clock.advance(0)
    theirs = wait(two, 2)
    await clock.advance(5)
    assert gone(ours + theirs) == [True] * 3 + [False] * 2
    end(ours[0].result(), SubmitUnconfirmed("silent"))
    await clock.advance(0.5)
    assert gone(theirs) == [True, False]


async def test_what_one_has_heard_holds_for_all(
    one: SharedQueue, two: SharedQueue, clock: VirtualClock
) -> None:
    """Nothing is left, so nobody goes before the reset; live and sandbox are told apart."""
    (first,) = wait(one)
    await clock.advance(0)
    first.result().heard(limited(clock, 0))
    await clock.advance(0)
    theirs, sandbox = wait(two), wait(two, sandbox=True)
    await clock.advance(39)
    assert gone(theirs + sandbox) == [False, True]
    assert two.statistics()[0].remaining == 0
    assert two.statistics()[0].next_slot == pytest.approx(1.5, abs=1.5)
    await clock.advance(3)
    assert gone(theirs) == [True]


async def test_a_refusal_holds_back_everybody(
    one: SharedQueue, two: SharedQueue, clock: VirtualClock
) -> None:
    """Who was refused goes first among his own."""
    await clock.advance(100)
    await unlimited(one, clock)
    (refused,) = wait(one)
    await clock.advance(0)
    place = refused.result()
    end(place, RateLimited("Slow.", retry_after=20.0))
    place.hold(25.0)
    late = wait(one)
    again = asyncio.ensure_future(place.turn())
    theirs = wait(two)
    await clock.advance(24.9)
    assert gone([again, *late, *theirs]) == [False] * 3
    assert (one.statistics()[0].refused, two.statistics()[0].refused) == (1, 0)
    await clock.advance(0.6)
    assert gone([again, *late, *theirs]) == [True] * 3


@pytest.mark.parametrize("moment", range(6))
async def test_what_comes_during_an_exchange_is_told_by_the_next(
    one: SharedQueue, row: Row, clock: VirtualClock, moment: int
) -> None:
    """At once: whoever waits goes on without a pause."""
    await unlimited(one, clock)
    waits = wait(one, 5)
    await clock.advance(0)
    waits[0].result().heard(UNLIMITED)
    for _ in range(moment):
        await asyncio.sleep(0)
    waits[1].result().heard(UNLIMITED)
    await clock.advance(0)
    assert gone(waits) == [True] * 5
    for task in waits[2:]:
        task.result().heard(UNLIMITED)
    await clock.advance(0)
    assert (row.open, one.open, one.statistics()[0].rate) == (0, 0, 6.0)


@pytest.mark.parametrize("sandbox_first", [False, True])
async def test_of_both_lanes_the_older_place_goes_first(
    row: Row, clock: VirtualClock, sandbox_first: bool
) -> None:
    """Where only one more may be open."""
    queue = queue_of(row, 1, ceiling=1)
    first = wait(queue, sandbox=sandbox_first)
    second = wait(queue, sandbox=not sandbox_first)
    await clock.advance(0)
    assert gone(first + second) == [True, False]
    await queue.close()


async def test_of_many_that_wait_one_exchange_takes_only_some(
    row: Row, clock: VirtualClock
) -> None:
    """So that another queue has its share; one exchange serves many."""
    queue = queue_of(row, 1, ceiling=50)
    await unlimited(queue, clock)
    before = row.changes
    waits = wait(queue, 25)
    await clock.advance(0)
    assert gone(waits) == [True] * 25
    assert row.changes == before + 3
    await queue.close()


async def test_nothing_runs_while_there_is_nothing_to_do(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """An open request is not looked after."""
    await unlimited(one, clock)
    wait(one)
    await clock.advance(0)
    before = row.changes
    await clock.advance(100)
    assert (row.changes, one._task, one.open) == (before, None, 1)


async def test_a_turn_that_nobody_waits_for_any_more_is_given_back(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """Whichever moment of the exchange it is in which the wait was cancelled."""
    await unlimited(one, clock)
    for moment in range(8):
        (task,) = wait(one)
        for _ in range(moment):
            await asyncio.sleep(0)
        if not task.done():
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            end(task.result(), SubmitUnconfirmed("silent"))
        await clock.advance(0)
        assert (row.open, one.open, one.statistics()[0].waiting) == (0, 0, 0)
    (following,) = wait(one)
    await clock.advance(0)
    assert gone([following]) == [True]


async def test_giving_up_while_waiting_for_the_next_look_leaves_nothing(
    one: SharedQueue, clock: VirtualClock
) -> None:
    """The task ends with the pause."""
    wait(one)
    (task,) = wait(one)
    await clock.advance(0.1)
    task.cancel()
    await clock.advance(0.5)
    assert (one.statistics()[0].waiting, one._task) == (0, None)


async def test_a_dead_process_blocks_nobody_for_long(
    one: SharedQueue, two: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """What it had under way is closed; an answer that comes from it after all is too late."""
    await unlimited(one, clock)
    ours = wait(one, 3)
    await clock.advance(0)
    theirs = wait(two, 3)
    row.living = {2}
    await clock.advance(1.9)
    assert gone(theirs) == [False] * 3
    await clock.advance(0.6)
    assert gone(theirs) == [True] * 3
    ours[0].result().heard(UNLIMITED)
    await clock.advance(0)
    assert row.open == 3


async def test_a_store_that_is_away_ends_every_wait(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """Each with an error of its own, which says that nothing was sent."""
    row.fails, row.writes = StoreUnavailable("gone", hint="Wait."), False
    waits = wait(one, 2)
    await clock.advance(0)
    errors = [task.exception() for task in waits]
    assert errors[0] is not errors[1]
    for error in errors:
        assert isinstance(error, StoreUnavailable)
        assert error.billed is Billed.NO
        assert error.message == "the pace cannot be shared: gone"
        assert error.hint == "Wait."
    assert one._task is None
    row.fails = None
    waits = wait(one)
    await clock.advance(0)
    assert gone(waits) == [True]


async def test_a_store_with_errors_of_its_own_ends_every_wait_too(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """Only their kind is told: who knows what they say."""
    row.fails, row.writes = ZeroDivisionError("secret"), False
    (task,) = wait(one)
    await clock.advance(0)
    error = task.exception()
    assert isinstance(error, StoreUnavailable)
    assert "ZeroDivisionError" in str(error)
    assert "secret" not in str(error)


async def test_turns_taken_while_the_store_failed_are_not_lost(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """It had written, and could not say so; the next exchange finds that nobody has them."""
    await unlimited(one, clock)
    row.fails = StoreUnavailable("gone")
    waits = wait(one, 3)
    await clock.advance(0)
    assert gone(waits) == [False] * 3
    assert row.open == 3
    row.fails = None
    waits = wait(one, 3)
    await clock.advance(0)
    assert gone(waits) == [True] * 3


async def test_an_answer_that_the_store_missed_is_told_later(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """With the next exchange, whatever that is for."""
    await unlimited(one, clock)
    first, second = wait(one, 2)
    await clock.advance(0)
    row.fails, row.writes = StoreUnavailable("gone"), False
    first.result().heard(UNLIMITED)
    await clock.advance(5)
    assert (row.open, one.open) == (2, 1)
    row.fails = None
    second.result().heard(UNLIMITED)
    await clock.advance(0)
    assert row.open == 0
    assert one.statistics()[0].rate == 3.0


async def test_a_row_that_was_lost_begins_anew(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """As after a crash of the server: what was under way is forgotten, and one request goes."""
    await unlimited(one, clock)
    before = wait(one, 2)
    await clock.advance(0)
    row.text = ""
    after = wait(one, 2)
    await clock.advance(0)
    assert gone(before + after) == [True, True, True, False]
    before[0].result().heard(UNLIMITED)
    await clock.advance(3.9)
    assert gone(after) == [True, False]
    after[0].result().heard(UNLIMITED)
    await clock.advance(0)
    assert gone(after) == [True, True]


async def test_closing_ends_every_wait_and_leaves_no_open_request(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """What is under way goes on, and counts; how it ends is nobody's business any more."""
    await unlimited(one, clock)
    waits = wait(one, 4)
    await clock.advance(0)
    await one.close()
    error = waits[3].exception()
    assert isinstance(error, PDFShiftError)
    assert "closed before its turn came" in str(error)
    assert (row.open, one.open, one._task) == (0, 0, None)
    before = row.changes
    waits[0].result().heard(UNLIMITED)
    await clock.advance(0)
    assert row.changes == before
    assert one.statistics()[0].rate == 4.0
    (again,) = wait(one)
    await clock.advance(0)
    assert gone([again]) == [True]


async def test_closing_does_not_wait_for_a_store_that_is_away(
    one: SharedQueue, row: Row, clock: VirtualClock
) -> None:
    """It is asked once."""
    await unlimited(one, clock)
    wait(one)
    await clock.advance(0)
    row.fails, row.writes = StoreUnavailable("gone"), False
    await one.close()
    assert (one.open, one._task) == (0, None)


async def test_closing_a_queue_that_was_never_used_asks_nothing(one: SharedQueue, row: Row) -> None:
    """A receiver has no need of a pace."""
    await one.close()
    assert row.changes == 0
