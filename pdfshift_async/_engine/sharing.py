"""The queue of a client that shares its account's pace with others through the store."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Final

from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Moment, PaceStore
from pdfshift_async._core.pacing import LaneStatistics, Pace, Turn
from pdfshift_async._core.sharing import Ending, Held, SharedPace
from pdfshift_async._core.wire import Answer
from pdfshift_async._settings import Pacing
from pdfshift_async.errors import Billed, PDFShiftError, RateLimited, StoreUnavailable

from .places import Line, Place, answer_of, closed, ending_of

__all__ = ["SharedQueue"]

_LOOK_EVERY: Final = 0.5
"""Seconds at most until the next look for those who wait: another client may have heard an answer,
and nobody tells."""

_LOOK_SOON: Final = 0.05
"""Seconds until the first look while only an answer can help; doubled for each one after it."""


class SharedQueue:
    """Lets requests go in the order of their places, when the pace that all clients share allows.

    One task exchanges with the store: it tells how requests have ended, takes turns, and writes
    the pace back. What comes while it does so waits for the next exchange, so under load one
    serves many. Nothing runs while nobody waits and there is nothing to tell.

    Args:
        store: Has the pace.
        name: What the pace is stored under.
        clock: For the pauses.
        pacing: Its ceiling counts the open requests of all clients.
    """

    def __init__(self, store: PaceStore, name: str, *, clock: Clock, pacing: Pacing) -> None:
        self._store = store
        self._name = name
        self._holder = secrets.token_hex(8)
        self._clock = clock
        self._pacing = pacing
        self._lines = {False: Line(), True: Line()}
        self._numbers = count()
        self._refused = {False: 0, True: 0}
        self._held: set[Held] = set()
        self._events: list[Callable[[SharedPace], None]] = []
        """What the store has not been told."""
        self._known = SharedPace.loaded("", 0.0, pacing.window)
        self._known_at = 0.0
        self._look = _LOOK_SOON
        self._task: asyncio.Task[None] | None = None
        self._pausing = False
        self._news = False

    @property
    def open(self) -> int:
        """Requests under way here."""
        return len(self._held)

    def place(self, *, sandbox: bool) -> Place:
        """Give the next place."""
        return Place(self, next(self._numbers), sandbox=sandbox)

    def statistics(self) -> tuple[LaneStatistics, LaneStatistics]:
        """Tell how live and sandbox conversions flow.

        Who waits, and was refused, is our own; the rest is of all clients, as of the last exchange.
        """
        return self._statistics(sandbox=False), self._statistics(sandbox=True)

    def _statistics(self, *, sandbox: bool) -> LaneStatistics:
        now = self._known.at + self._clock.monotonic() - self._known_at
        waiting, refused = self._lines[sandbox].waiting, self._refused[sandbox]
        return replace(self._known.pace(sandbox=sandbox).statistics(now, waiting), refused=refused)

    async def close(self) -> None:
        """End every wait; what is under way goes on, and nobody tells how it ends."""
        for line in self._lines.values():
            line.dismiss(closed)
        for held in list(self._held):
            self._end(held, Pace.unanswered)
        if self._task is not None:
            self._wake()
            await asyncio.wait([self._task])

    def is_free(self, *, sandbox: bool) -> bool:  # noqa: ARG002 -- the same for both
        """Tell that no turn comes at once: only an exchange gives one."""
        return False

    async def turn(self, number: int, *, sandbox: bool) -> Turn:
        """Wait for the turn of a place.

        Raises:
            StoreError: The store is away (not billed).
        """

        def unused(turn: Turn) -> None:
            self._end(Held(sandbox, turn), Pace.unsent)

        return await self._lines[sandbox].turn(number, entered=self._wake, unused=unused)

    def answered(self, turn: Turn, answer: Answer, *, sandbox: bool) -> None:
        """Take a successful answer."""
        self._end(Held(sandbox, turn), answer_of(answer, self._clock.now()))

    def hold(self, pause: float, *, sandbox: bool) -> None:
        """Let nobody of the lane go for so many seconds, here or elsewhere."""
        self._tell(lambda shared: shared.pace(sandbox=sandbox).hold(shared.at + pause))

    def ended(self, turn: Turn, error: BaseException | None, *, sandbox: bool) -> None:
        """Note that a request has ended without an answer that was heard."""
        self._refused[sandbox] += isinstance(error, RateLimited)
        self._end(Held(sandbox, turn), ending_of(error))

    def _end(self, held: Held, ending: Ending) -> None:
        """Tell how a request has ended, unless closing was its end."""
        if held in self._held:
            self._held.remove(held)
            self._tell(lambda shared: shared.end(self._holder, held, ending))

    def _tell(self, event: Callable[[SharedPace], None]) -> None:
        self._events.append(event)
        self._wake()

    def _wake(self) -> None:
        """Let there be an exchange: soon, or when the one that is under way is over."""
        self._news = True
        if self._task is not None and self._pausing:
            self._task.cancel()
            self._task, self._pausing = None, False
        if self._task is None:
            # No TaskGroup: it would have to end in the task that opened the client.
            self._task = asyncio.create_task(self._run(), name="pdfshift pace")  # noqa: TID251

    async def _run(self) -> None:
        while self._news or self._waiting():
            self._news = False
            pause = await self._exchange()
            if not self._news and self._waiting():
                self._pausing = True
                await self._clock.sleep(pause)
                self._pausing = False
        self._task = None

    def _waiting(self) -> dict[bool, int]:
        """Give how many wait, by whether they are for the sandbox; first come first."""
        lines = sorted(self._lines.items(), key=lambda item: item[1].first())
        return {sandbox: line.waiting for sandbox, line in lines if line.first() < math.inf}

    async def _exchange(self) -> float:
        """Tell what has happened, and take what may go; give the pause until the next time."""
        told: list[Callable[[SharedPace], None]] = []
        taken: list[Held] = []

        def change(text: str, moment: Moment) -> str:
            shared = SharedPace.loaded(text, moment.now, self._pacing.window)
            told[:] = self._events
            for event in told:
                event(shared)
            shared.call_roll(self._holder, moment, self._held)
            waiting = self._waiting()
            taken[:] = shared.take(self._holder, moment.worker, waiting, self._pacing.max_open)
            self._known, self._known_at = shared, self._clock.monotonic()
            return shared.model_dump_json()

        try:
            await self._store.change_pace(self._name, change)
        except Exception as error:  # noqa: BLE001 -- it is the answer to those who wait
            self._dismiss(error)
            return 0.0
        del self._events[: len(told)]
        self._let_go(taken)
        return self._pause(self._known.pause(self._waiting(), self._pacing.max_open))

    def _pause(self, pause: float) -> float:
        if pause < math.inf:
            self._look = _LOOK_SOON
            return min(pause, _LOOK_EVERY)
        look, self._look = self._look, min(_LOOK_EVERY, 2 * self._look)
        return look

    def _let_go(self, taken: list[Held]) -> None:
        for held in taken:
            self._held.add(held)
            if (line := self._lines[held.sandbox]).first() < math.inf:
                line.let_go(held.turn)
            else:  # nobody waits any more
                self._end(held, Pace.unsent)

    def _dismiss(self, error: Exception) -> None:
        """Let nobody wait for a store that is away; the next exchange tells what it missed."""
        for line in self._lines.values():
            line.dismiss(lambda: _unavailable(error))


def _unavailable(error: Exception) -> StoreUnavailable:
    reason, hint = type(error).__name__, None
    if isinstance(error, PDFShiftError):
        reason, hint = error.message, error.hint
    unavailable = StoreUnavailable(f"the pace cannot be shared: {reason}", hint=hint)
    unavailable.billed = Billed.NO
    unavailable.__cause__ = error
    return unavailable
