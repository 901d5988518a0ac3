"""An event loop on virtual time: when nothing is left to do now, it is later at once."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

__all__ = ["ShiftingClock", "Standstill", "VirtualLoop"]

_START: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)


_STEP: Final = 1e-9
"""Seconds that one turn of the loop takes: the resolution of its clock. Where no time passed, a
timer that is due within it would run, find itself too early and begin anew for ever."""


_ENOUGH: Final = 1_000_000
"""Turns of the loop; a world takes some hundreds or thousands."""


class Standstill(Exception):
    """Nothing can ever happen again, or the same happens for ever."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs timers in their order without waiting for them, and everything else as always.

    Two runs of the same program take the same steps: tasks have numbers for hashes, so that a set
    of them has the same order each time.

    Args:
        born: Is told each task, and the context it runs in.
    """

    def __init__(self, born: Callable[[asyncio.Task[Any], Context], None]) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)
        self._numbers = count()
        self._born = born
        self.set_task_factory(self._task)  # type: ignore[arg-type]  # typeshed is wider

    def time(self) -> float:
        """Give the virtual seconds since the start."""
        return self._skipping.now

    def timers(self) -> list[asyncio.TimerHandle]:
        """Give what is still to come by itself."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return [timer for timer in scheduled if not timer.cancelled()]

    def _task(
        self,
        loop: asyncio.AbstractEventLoop,
        coroutine: Coroutine[Any, Any, Any],
        context: Context | None = None,
    ) -> asyncio.Task[Any]:
        context = copy_context() if context is None else context
        task = _NumberedTask(next(self._numbers), coroutine, loop=loop, context=context)
        self._born(task, context)
        return task


class _NumberedTask(asyncio.Task[Any]):
    def __init__(self, number: int, coroutine: Coroutine[Any, Any, Any], **options: Any) -> None:
        self._number = number
        super().__init__(coroutine, **options)

    def __hash__(self) -> int:
        return self._number


class _Skipping(selectors.SelectSelector):
    """Waits for no file, only for time, and that in no time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass until the next timer, and a little in any case."""
        if timeout is None:
            raise Standstill("nothing can happen any more, and somebody still waits")
        self._turns += 1
        if self._turns == _ENOUGH:
            raise Standstill("something goes on for ever")
        self.now += max(timeout, _STEP)
        return []


class ShiftingClock:
    """The clock of one machine: its wall clock is off, and somebody may set it."""

    def __init__(self, offset: float) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Give what its wall clock shows."""
        return _START + timedelta(seconds=self.monotonic() + self._offset)

    def monotonic(self) -> float:
        """Give the seconds of the loop, which nobody sets."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def jump(self, seconds: float) -> None:
        """Set the wall clock, forwards or backwards."""
        self._offset += seconds
