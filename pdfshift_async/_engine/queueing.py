"""The queue of requests that convert: each goes when the service's rate limit has room for it."""

from __future__ import annotations

import asyncio
import heapq
import math
from itertools import count
from types import TracebackType
from typing import Self

from pdfshift_async._clock import Clock
from pdfshift_async._core.pacing import ROUNDING, LaneStatistics, Pace, Turn
from pdfshift_async._core.standing import standing_in
from pdfshift_async._core.wire import Answer
from pdfshift_async._settings import Pacing
from pdfshift_async.errors import ConfigurationError, RateLimited, ServiceUnreachable

__all__ = ["Place", "Queue"]


class Place:
    """A submission's place in the queue, which it keeps when it has to be sent again.

    So who was refused goes before everyone that came later, and nobody starves.
    """

    def __init__(self, queue: Queue, lane: _Lane, number: int) -> None:
        self._queue = queue
        self._lane = lane
        self._number = number
        self._turn: Turn | None = None

    async def turn(self) -> Self:
        """Wait until the request may go; leave the context that this gives when it has ended.

        Raises:
            ServiceUnreachable: The client was closed meanwhile (not billed).
        """
        self._turn = await self._queue.turn(self._lane, self._number)
        return self

    def heard(self, answer: Answer) -> None:
        """Take a successful answer; the next one may go."""
        if self._turn is not None:
            self._queue.answered(self._lane, self._turn, answer)
            self._turn = None

    def hold(self, pause: float) -> None:
        """Let nobody go for so many seconds: the service's limit is the same for all."""
        self._queue.hold(self._lane, pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._turn is not None:
            self._queue.ended(self._lane, self._turn, error)
            self._turn = None


class Queue:
    """Lets requests go in the order of their places, live and sandbox conversions paced apart.

    One timer serves them all, and nothing runs while there is nothing to do.

    Source: PDFShift, rate limits (read 2026-11): sandbox conversions have a limit of their own.
    """

    def __init__(self, *, clock: Clock, pacing: Pacing) -> None:
        self._clock = clock
        self._ceiling = pacing.max_open
        self._live = _Lane(pacing.window)
        self._sandbox = _Lane(pacing.window)
        self._numbers = count()
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = 0.0
        self.open = 0
        """Requests under way."""

    def place(self, *, sandbox: bool) -> Place:
        """Give the next place."""
        return Place(self, self._sandbox if sandbox else self._live, next(self._numbers))

    def statistics(self) -> tuple[LaneStatistics, LaneStatistics]:
        """Tell how live and sandbox conversions flow."""
        now = self._clock.monotonic()
        return self._live.statistics(now), self._sandbox.statistics(now)

    async def close(self) -> None:
        """End every wait; what is under way goes on."""
        for lane in (self._live, self._sandbox):
            lane.dismiss()
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            await asyncio.wait([timer])

    async def turn(self, lane: _Lane, number: int) -> Turn:
        """Wait for the turn of a place."""
        ready: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        lane.enter(number, ready)
        self._let_go()
        try:
            return await ready
        except asyncio.CancelledError:
            if ready.cancelled():
                lane.waiting -= 1
            elif ready.exception() is None:  # its turn came in the same moment
                self.ended(lane, ready.result(), ServiceUnreachable("cancelled"))
            raise

    def answered(self, lane: _Lane, turn: Turn, answer: Answer) -> None:
        """Take a successful answer."""
        self.open -= 1
        standing = standing_in(answer.headers, self._clock.now())
        lane.pace.answered(turn, standing, self._clock.monotonic())
        self._let_go()

    def hold(self, lane: _Lane, pause: float) -> None:
        """Let nobody of the lane go for so many seconds."""
        lane.pace.hold(self._clock.monotonic() + pause)

    def ended(self, lane: _Lane, turn: Turn, error: BaseException | None) -> None:
        """Note that a request has ended without an answer that was heard."""
        self.open -= 1
        now = self._clock.monotonic()
        if isinstance(error, RateLimited):
            asked = error.retry_after
            lane.pace.refused(turn, now, 0.0 if asked is None else asked + ROUNDING)
        elif isinstance(error, ServiceUnreachable | ConfigurationError):
            lane.pace.unsent(turn, now)
        else:
            lane.pace.unanswered(turn, now)
        # Soon, not now: who was refused may yet hold everyone back.
        asyncio.get_running_loop().call_soon(self._let_go)

    def _let_go(self) -> None:
        """Let all go that may go now, and look again when the next one may."""
        now = self._clock.monotonic()
        while self.open < self._ceiling:
            ready = [lane for lane in (self._live, self._sandbox) if lane.wait(now) <= 0]
            if not ready:
                self._look_again(now)
                return
            self.open += 1
            min(ready, key=_Lane.first).let_go(now)

    def _look_again(self, now: float) -> None:
        pause = min(self._live.wait(now), self._sandbox.wait(now))
        if pause == math.inf or (self._timer is not None and self._timer_at <= now + pause):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = now + pause
        # No TaskGroup: it would have to end in the task that opened the client.
        self._timer = asyncio.create_task(self._after(pause), name="pdfshift pace")  # noqa: TID251

    async def _after(self, pause: float) -> None:
        await self._clock.sleep(pause)
        self._timer = None
        self._let_go()


class _Lane:
    """Those who wait for requests that the service counts together."""

    def __init__(self, window: float) -> None:
        self.pace = Pace(window)
        self.waiting = 0
        # Ordered by place. Who gave up stays inside until it is first, and is skipped then.
        self._queue: list[tuple[int, asyncio.Future[Turn]]] = []

    def enter(self, number: int, ready: asyncio.Future[Turn]) -> None:
        heapq.heappush(self._queue, (number, ready))
        self.waiting += 1

    def wait(self, now: float) -> float:
        """Give the seconds until the first one may go; infinity as well where there is none."""
        while self._queue and self._queue[0][1].done():
            heapq.heappop(self._queue)
        return self.pace.wait(now, self.waiting) if self._queue else math.inf

    def first(self) -> int:
        return self._queue[0][0]

    def let_go(self, now: float) -> None:
        _, ready = heapq.heappop(self._queue)
        ready.set_result(self.pace.take(now, self.waiting))
        self.waiting -= 1

    def dismiss(self) -> None:
        for _, ready in self._queue:
            if not ready.done():
                self.waiting -= 1
                closed = ServiceUnreachable("the client was closed before its turn came")
                closed.hint = "Submit it again while the client is open."
                ready.set_exception(closed)
        self._queue.clear()

    def statistics(self, now: float) -> LaneStatistics:
        return LaneStatistics(
            waiting=self.waiting,
            rate=self.pace.rate(now),
            limit=self.pace.limit,
            remaining=self.pace.remaining,
            refused=self.pace.refused_requests,
            next_slot=self.pace.estimate(now, 0),
            finish=self.pace.estimate(now, self.waiting - 1) if self.waiting else 0.0,
        )
