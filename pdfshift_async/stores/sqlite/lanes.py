"""One thread with work of its own: orders in, answers out, many at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from pdfshift_async.errors import PDFShiftError, StoreUnavailable

__all__ = ["Lane", "Order", "call_on"]

T = TypeVar("T")

_TOGETHER: Final = 50
"""Orders of one batch at most. A commit costs little more than one of them, while with hundreds the
event loop would go on with all who waited before it does anything else."""


class Order:
    """Something to be done in a thread; whoever waits for it waits on an event loop.

    Args:
        work: What is done.
        future: Where its result is awaited; None where nobody waits.
    """

    __slots__ = ("_error", "_future", "_result", "_work")

    def __init__(self, work: Callable[[], Any], future: asyncio.Future[Any] | None = None) -> None:
        self._work = work
        self._future = future
        self._result: Any = None
        self._error: Exception | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """Where it is awaited."""
        return None if self._future is None else self._future.get_loop()

    def do(self) -> None:
        """Do it, again if need be; an error of the library is its answer like any other."""
        self._error = None
        try:
            self._result = self._work()
        except PDFShiftError as error:
            self._error = error

    def fail(self, error: Exception) -> None:
        """Make the error its answer."""
        self._error = error

    def answer(self) -> None:
        """Answer, on the event loop; a caller who was cancelled is gone, and the work is done."""
        if self._future is None or self._future.done():
            return
        if self._error is None:
            self._future.set_result(self._result)
        else:
            self._future.set_exception(self._error)


class Lane:
    """A thread that takes all orders that have gathered while it was busy.

    That is the group commit: nobody waits for a timer, and under load a commit carries many.

    Args:
        name: Of the thread.
        do: Does a batch of orders, in the thread; it must not raise.
        meanwhile: Called in the thread before it waits; gives the seconds after which it wants
            to be called again when no order comes, or None.
    """

    def __init__(
        self,
        name: str,
        do: Callable[[Sequence[Order]], None],
        meanwhile: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._do = do
        self._meanwhile = meanwhile
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._open = True
        self._lock = threading.Lock()
        # A daemon, since an application that forgets to close the store must be able to end.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def order(self, work: Callable[[], T]) -> T:
        """Have it done after all that was ordered before; cancelling takes nothing back."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.put(Order(work, future))
        return await future

    def put(self, order: Order) -> None:
        """Take an order.

        Raises:
            StoreUnavailable: The lane was closed.
        """
        with self._lock:
            if not self._open:
                msg = "the store is closed"
                raise StoreUnavailable(msg, hint="Open it again.")
            self._orders.put(order)

    def close(self) -> None:
        """Do what was ordered, end the thread and wait for its end."""
        with self._lock:
            if self._open:
                self._open = False
                self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            orders, going = self._gathered(self._meanwhile())
            if orders:
                self._do(orders)
                _answer(orders)

    def _gathered(self, pause: float | None) -> tuple[list[Order], bool]:
        """Give what has gathered, and whether more may come."""
        orders: list[Order] = []
        with suppress(Empty):
            order = self._orders.get(timeout=pause)
            while order is not None:
                orders.append(order)
                if len(orders) == _TOGETHER:
                    return orders, True
                order = self._orders.get_nowait()
            return orders, False
        return orders, True


def call_on(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *args: Any) -> None:
    """Call on the event loop; one that was closed has nobody left who waits."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *args)


def _answer(orders: Sequence[Order]) -> None:
    """Wake each event loop once, however many orders it waits for."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Order]] = {}
    for order in orders:
        if (loop := order.loop) is not None:
            by_loop.setdefault(loop, []).append(order)
    for loop, answered in by_loop.items():
        call_on(loop, _answer_all, answered)


def _answer_all(orders: Sequence[Order]) -> None:
    for order in orders:
        order.answer()
