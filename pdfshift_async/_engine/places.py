"""Places in a queue of requests, and who waits at them."""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pdfshift_async._core.pacing import ROUNDING, Pace, Turn
from pdfshift_async._core.sharing import Ending
from pdfshift_async._core.standing import standing_in
from pdfshift_async._core.wire import Answer
from pdfshift_async.errors import (
    ConfigurationError,
    PDFShiftError,
    RateLimited,
    ServiceUnreachable,
)

__all__ = ["AnyQueue", "Line", "Place", "answer_of", "closed", "ending_of"]


class AnyQueue(Protocol):
    """A queue, whether its pace is its own or shared."""

    def place(self, *, sandbox: bool) -> Place:
        """Give the next place."""
        ...

    def is_free(self, *, sandbox: bool) -> bool:
        """Whether the next place's turn would come at once."""
        ...

    async def turn(self, number: int, *, sandbox: bool) -> Turn:
        """Wait for the turn of a place."""
        ...

    def answered(self, turn: Turn, answer: Answer, *, sandbox: bool) -> None:
        """Take a successful answer."""
        ...

    def hold(self, pause: float, *, sandbox: bool) -> None:
        """Let nobody who counts together with it go for so many seconds."""
        ...

    def ended(self, turn: Turn, error: BaseException | None, *, sandbox: bool) -> None:
        """Note that a request has ended without an answer that was heard."""
        ...


class Place:
    """A submission's place in the queue, which it keeps when it has to be sent again.

    So who was refused goes before everyone that came later, and nobody starves.
    """

    def __init__(self, queue: AnyQueue, number: int, *, sandbox: bool) -> None:
        self._queue = queue
        self._number = number
        self._sandbox = sandbox
        self._turn: Turn | None = None

    @property
    def free(self) -> bool:
        """Whether its turn would come at once."""
        return self._queue.is_free(sandbox=self._sandbox)

    async def turn(self) -> Self:
        """Wait until the request may go; leave the context that this gives when it has ended.

        Raises:
            ServiceUnreachable: The client was closed meanwhile (not billed).
            StoreError: The pace is shared, and its store is away (not billed).
        """
        self._turn = await self._queue.turn(self._number, sandbox=self._sandbox)
        return self

    def heard(self, answer: Answer) -> None:
        """Take a successful answer; the next one may go."""
        if self._turn is not None:
            self._queue.answered(self._turn, answer, sandbox=self._sandbox)
            self._turn = None

    def hold(self, pause: float) -> None:
        """Let nobody go for so many seconds: the service's limit is the same for all."""
        self._queue.hold(pause, sandbox=self._sandbox)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._turn is not None:
            self._queue.ended(self._turn, error, sandbox=self._sandbox)
            self._turn = None


class Line:
    """Those who wait for requests that the service counts together, in the order of places."""

    def __init__(self) -> None:
        self.waiting = 0
        # Who gave up stays inside until he is first, and is skipped then.
        self._queue: list[tuple[int, asyncio.Future[Turn]]] = []

    async def turn(
        self, number: int, *, entered: Callable[[], None], unused: Callable[[Turn], None]
    ) -> Turn:
        """Wait for the turn of a place.

        Args:
            number: Of the place.
            entered: Is called when it waits.
            unused: Takes back a turn that came in the moment in which the wait was cancelled.
        """
        ready: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (number, ready))
        self.waiting += 1
        entered()
        try:
            return await ready
        except asyncio.CancelledError:
            if ready.cancelled():
                self.waiting -= 1
            elif ready.exception() is None:
                unused(ready.result())
            raise

    def first(self) -> float:
        """Give the number of the first place; infinity where nobody waits."""
        while self._queue and self._queue[0][1].done():
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else math.inf

    def let_go(self, turn: Turn) -> None:
        """Give the first one his turn; only when `first` gave a number."""
        _, ready = heapq.heappop(self._queue)
        ready.set_result(turn)
        self.waiting -= 1

    def dismiss(self, error: Callable[[], PDFShiftError]) -> None:
        """End every wait with an error of its own."""
        for _, ready in self._queue:
            if not ready.done():
                self.waiting -= 1
                ready.set_exception(error())
        self._queue.clear()


def closed() -> ServiceUnreachable:
    """Give the error of those whose turn does not come any more."""
    error = ServiceUnreachable("the client was closed before its turn came")
    error.hint = "Submit it again while the client is open."
    return error


def answer_of(answer: Answer, now: datetime) -> Ending:
    """Give what a successful answer tells the pace."""
    standing = standing_in(answer.headers, now)
    return lambda pace, turn, at: pace.answered(turn, standing, at)


def ending_of(error: BaseException | None) -> Ending:
    """Give what any other end tells the pace."""
    if isinstance(error, RateLimited):
        asked = error.retry_after
        pause = 0.0 if asked is None else asked + ROUNDING
        return lambda pace, turn, at: pace.refused(turn, at, pause)
    if isinstance(error, ServiceUnreachable | ConfigurationError):
        return Pace.unsent
    return Pace.unanswered
