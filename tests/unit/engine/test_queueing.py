"""In which order requests go, and what happens to those that wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from pdfshift_async import Billed, Pacing, PDFShiftError, RateLimited, ServiceUnreachable
from pdfshift_async._core.wire import Answer
from pdfshift_async._engine.places import Place
from pdfshift_async._engine.queueing import Queue
from pdfshift_async.errors import ConfigurationError, SubmitUnconfirmed
from pdfshift_async.testing import VirtualClock


def answered(clock: VirtualClock, remaining: int, *, limit: int = 10, reset: int = 40) -> Answer:
    """Give a 202 with rate headers."""
    headers = {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(int(clock.now().timestamp()) + reset),
    }
    return Answer(202, headers, b"")


UNLIMITED = Answer(202, {}, b"")


@pytest.fixture
async def queue(clock: VirtualClock) -> AsyncIterator[Queue]:
    """A queue that is closed in the end."""
    queue = Queue(clock=clock, pacing=Pacing(max_open=2))
    yield queue
    await queue.close()


async def let_through(queue: Queue, answer: Answer, *, sandbox: bool = False) -> None:
    """Send one request and let it be answered."""
    place = queue.place(sandbox=sandbox)
    with await place.turn():
        place.heard(answer)


class Line:
    """Tasks that wait for their turn, named by letters."""

    def __init__(self, queue: Queue) -> None:
        self.order: list[str] = []
        """Whose turn came, in which order."""
        self.tasks: dict[str, asyncio.Task[Place]] = {}
        self._queue = queue

    async def join(self, names: str, *, sandbox: bool = False) -> None:
        """Let one task for each letter wait, and keep its turn."""
        for name in names:
            self.again(name, self._queue.place(sandbox=sandbox))
        await asyncio.sleep(0)

    def again(self, name: str, place: Place) -> None:
        """Let a task wait at a place."""
        self.tasks[name] = asyncio.ensure_future(self._turn(place, name))

    async def hear(self, name: str, answer: Answer = UNLIMITED) -> None:
        """Let the request of that task be answered."""
        self.tasks[name].result().heard(answer)
        await asyncio.sleep(0)

    async def leave(self, name: str, error: BaseException | None = None) -> None:
        """End the request of that task."""
        place = self.tasks[name].result()
        place.__exit__(None if error is None else type(error), error, None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _turn(self, place: Place, name: str) -> Place:
        await place.turn()
        self.order.append(name)
        return place


@pytest.fixture
async def line(queue: Queue) -> AsyncIterator[Line]:
    """Nobody yet; no task outlives its test."""
    line = Line(queue)
    yield line
    for task in line.tasks.values():
        task.cancel()
    await asyncio.gather(*line.tasks.values(), return_exceptions=True)


async def test_the_first_request_goes_alone_and_the_others_in_their_order(
    queue: Queue, line: Line
) -> None:
    """No more than the ceiling at a time."""
    await line.join("abcd")
    assert line.order == ["a"]
    await line.hear("a")
    assert line.order == ["a", "b", "c"]
    assert queue.open == 2
    await line.leave("c", SubmitUnconfirmed("silent"))
    assert line.order == ["a", "b", "c", "d"]
    live, sandbox = queue.statistics()
    assert (live.waiting, live.rate, live.limit, live.remaining) == (0, 2.0, None, None)
    assert (live.next_slot, live.finish, sandbox.rate) == (None, 0.0, 0.0)


async def test_what_has_been_heard_ends_once(queue: Queue) -> None:
    """Leaving the context afterwards changes nothing; hearing twice does not either."""
    place = queue.place(sandbox=False)
    with await place.turn():
        place.heard(UNLIMITED)
        place.heard(UNLIMITED)
        assert queue.open == 0
    assert queue.open == 0
    assert queue.statistics()[0].rate == 1.0


async def test_when_nothing_is_left_a_timer_waits_for_the_reset(
    queue: Queue, line: Line, clock: VirtualClock
) -> None:
    """A second past it, one goes; its answer lets the others go."""
    await let_through(queue, answered(clock, 0))
    await line.join("abc")
    await clock.advance(40)
    assert line.order == []
    live, _ = queue.statistics()
    assert (live.waiting, live.limit, live.remaining) == (3, 10, 0)
    assert live.next_slot == pytest.approx(1, abs=1.1)
    assert live.finish is not None
    await clock.advance(5)
    assert line.order == ["a"]
    await line.hear("a", answered(clock, 9))
    assert line.order == ["a", "b"], "a step at a time, while others use the key"


async def test_an_earlier_occasion_replaces_the_timer(
    queue: Queue, line: Line, clock: VirtualClock
) -> None:
    """Live conversions do not wait for the reset of the sandbox."""
    await let_through(queue, answered(clock, 0, reset=50), sandbox=True)
    await line.join("s", sandbox=True)
    await let_through(queue, answered(clock, 0, reset=20))
    await line.join("l")
    await clock.advance(30)
    assert line.order == ["l"]
    await clock.advance(30)
    assert line.order == ["l", "s"]


async def test_the_sandbox_does_not_hold_up_live_conversions(
    queue: Queue, line: Line, clock: VirtualClock
) -> None:
    """Each has its own limit; where both may go, the older place is first."""
    await let_through(queue, answered(clock, 0), sandbox=True)
    await line.join("s", sandbox=True)
    await let_through(queue, UNLIMITED)
    await line.join("ab")
    assert line.order == ["a", "b"]
    await line.join("c")
    await clock.advance(50)
    assert line.order == ["a", "b"]
    await line.hear("a")
    assert line.order == ["a", "b", "s"]


async def test_who_gives_up_leaves_the_queue_at_once(queue: Queue, line: Line) -> None:
    """Nobody waits behind him."""
    await line.join("abcd")
    line.tasks["b"].cancel()
    await asyncio.sleep(0)
    assert queue.statistics()[0].waiting == 2
    await line.hear("a")
    assert line.order == ["a", "c", "d"]


async def test_a_queue_of_those_who_gave_up_is_empty(queue: Queue, line: Line) -> None:
    """Even before their tasks have noticed."""
    await line.join("abc")
    line.tasks["b"].cancel()
    line.tasks["c"].cancel()
    await line.hear("a")
    assert queue.statistics()[0].waiting == 0
    assert line.order == ["a"]


async def test_a_turn_that_nobody_takes_any_more_goes_to_the_next(queue: Queue, line: Line) -> None:
    """Cancelled in the very moment it came."""
    await line.join("abc")
    line.tasks["a"].result().heard(UNLIMITED)
    line.tasks["b"].cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    assert line.order == ["a", "c"]
    assert queue.open == 1


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (ServiceUnreachable("refused"), 0),
        (ConfigurationError("client", "is not open"), 0),
        (SubmitUnconfirmed("silent"), 1),
        (asyncio.CancelledError(), 1),
        (None, 1),
    ],
    ids=["unreachable", "closed", "silent", "cancelled", "settled"],
)
async def test_only_what_surely_was_not_sent_uses_no_place(
    queue: Queue, line: Line, error: BaseException | None, counted: int
) -> None:
    """Everything else the service may have counted."""
    await line.join("a")
    await line.leave("a", error)
    assert queue.open == 0
    assert queue.statistics()[0].rate == counted


async def test_a_refused_request_keeps_its_place(
    queue: Queue, line: Line, clock: VirtualClock
) -> None:
    """After the pause it goes before everyone that came later."""
    await line.join("abc")
    limited = RateLimited("Slow.", retry_after=20.0)
    place = line.tasks["a"].result()
    await line.leave("a", limited)
    place.hold(22.0)
    line.again("again", place)
    await clock.advance(21.9)
    assert line.order == ["a"]
    assert queue.statistics()[0].refused == 1
    await clock.advance(0.2)
    assert line.order == ["a", "again"]


async def test_a_refusal_without_a_pause_waits_for_the_one_who_was_refused(
    queue: Queue, line: Line
) -> None:
    """He may hold the others back before any of them goes."""
    await line.join("ab")
    place = line.tasks["a"].result()
    place.__exit__(RateLimited, RateLimited("Slow."), None)
    place.hold(5.0)
    await asyncio.sleep(0)
    assert line.order == ["a"]


async def test_closing_ends_every_wait(queue: Queue, line: Line, clock: VirtualClock) -> None:
    """The error says that nothing was sent; what is under way goes on."""
    await let_through(queue, answered(clock, 0))
    await line.join("abc")
    line.tasks["b"].cancel()
    await queue.close()
    results: Mapping[str, object] = dict(
        zip(
            line.tasks,
            await asyncio.gather(*line.tasks.values(), return_exceptions=True),
            strict=True,
        )
    )
    for name in "ac":
        error = results[name]
        assert isinstance(error, PDFShiftError)
        assert error.billed is Billed.NO
        assert "closed before its turn came" in str(error)
        assert "Submit it again while the client is open" in str(error)
    assert isinstance(results["b"], asyncio.CancelledError)
    assert queue.statistics()[0].waiting == 0


async def test_giving_up_in_the_moment_of_closing_is_giving_up(queue: Queue, line: Line) -> None:
    """There is no turn to give back."""
    await line.join("ab")
    closing = asyncio.ensure_future(queue.close())
    await asyncio.sleep(0)
    line.tasks["b"].cancel()
    with pytest.raises(asyncio.CancelledError):
        await line.tasks["b"]
    await closing
    assert queue.open == 1
