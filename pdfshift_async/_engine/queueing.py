"""The queue of requests that convert: each goes when the service's rate limit has room for it."""

from __future__ import annotations

import asyncio
import math
from itertools import count

from pdfshift_async._clock import Clock
from pdfshift_async._core.pacing import LaneStatistics, Pace, Turn
from pdfshift_async._core.wire import Answer
from pdfshift_async._settings import Pacing
from pdfshift_async.errors import ServiceUnreachable

from .places import Line, Place, answer_of, closed, ending_of

__all__ = ["Queue"]


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
        return Place(self, next(self._numbers), sandbox=sandbox)

    def statistics(self) -> tuple[LaneStatistics, LaneStatistics]:
        """Tell how live and sandbox conversions flow."""
        now = self._clock.monotonic()
        live, sandbox = self._live, self._sandbox
        return (
            live.pace.statistics(now, live.line.waiting),
            sandbox.pace.statistics(now, sandbox.line.waiting),
        )

    async def close(self) -> None:
        """End every wait; what is under way goes on."""
        for lane in (self._live, self._sandbox):
            lane.line.dismiss(closed)
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            await asyncio.wait([timer])

    def is_free(self, *, sandbox: bool) -> bool:
        """Whether the next place's turn would come at once."""
        lane = self._lane(sandbox=sandbox)
        return self.open < self._ceiling and lane.is_free(self._clock.monotonic())

    async def turn(self, number: int, *, sandbox: bool) -> Turn:
        """Wait for the turn of a place."""

        def unused(turn: Turn) -> None:
            self.ended(turn, ServiceUnreachable("cancelled"), sandbox=sandbox)

        line = self._lane(sandbox=sandbox).line
        return await line.turn(number, entered=self._let_go, unused=unused)

    def answered(self, turn: Turn, answer: Answer, *, sandbox: bool) -> None:
        """Take a successful answer."""
        self.open -= 1
        ending = answer_of(answer, self._clock.now())
        ending(self._lane(sandbox=sandbox).pace, turn, self._clock.monotonic())
        self._let_go()

    def hold(self, pause: float, *, sandbox: bool) -> None:
        """Let nobody of the lane go for so many seconds."""
        self._lane(sandbox=sandbox).pace.hold(self._clock.monotonic() + pause)

    def ended(self, turn: Turn, error: BaseException | None, *, sandbox: bool) -> None:
        """Note that a request has ended without an answer that was heard."""
        self.open -= 1
        ending_of(error)(self._lane(sandbox=sandbox).pace, turn, self._clock.monotonic())
        # Soon, not now: who was refused may yet hold everyone back.
        asyncio.get_running_loop().call_soon(self._let_go)

    def _lane(self, *, sandbox: bool) -> _Lane:
        return self._sandbox if sandbox else self._live

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
    """Requests that the service counts together."""

    def __init__(self, window: float) -> None:
        self.pace = Pace(window)
        self.line = Line()

    def first(self) -> float:
        """Give the number of the first place."""
        return self.line.first()

    def is_free(self, now: float) -> bool:
        """Whether one that comes now need not wait, as far as the pace and the others go."""
        return not self.line.waiting and self.pace.wait(now, 1) <= 0

    def wait(self, now: float) -> float:
        """Give the seconds until the first one may go; infinity as well where there is none."""
        if self.line.first() == math.inf:
            return math.inf
        return self.pace.wait(now, self.line.waiting)

    def let_go(self, now: float) -> None:
        self.line.let_go(self.pace.take(now, self.line.waiting))
