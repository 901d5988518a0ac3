"""Orders for the database that are carried out together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pdfshift_async._core.records import Record
from pdfshift_async.errors import PDFShiftError, StoreUnavailable

from .entries import Entry

__all__ = ["Lane", "Order", "not_open"]

T = TypeVar("T")


def not_open() -> StoreUnavailable:
    """Give the error of whoever asks for something before `open` or after `close`."""
    return StoreUnavailable("the store is not open", hint="Call open() first.")


class Order:
    """Something to be done with what stands under an id.

    Args:
        conversion_id: The id.
        work: What is done; it may be done again when the batch has to begin anew.
        whole: Whether it needs the request, which may be large.
        weight: How much of a batch it takes.
    """

    __slots__ = ("_after", "_answer", "_work", "future", "id", "weight", "whole")

    def __init__(
        self,
        conversion_id: str,
        work: Callable[[Entry], Any],
        *,
        whole: bool = True,
        weight: int = 1,
    ) -> None:
        self.id = conversion_id
        self.whole = whole
        self.weight = weight
        self._work = work
        self._after: Record | None = None
        self._answer: Any = None
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def do(self, entry: Entry) -> None:
        """Do it; an error of the library is its answer like any other."""
        if self._after is not None and self._after == entry.record:
            return  # The first time took effect, though the connection was lost in the commit.
        before = entry.record
        try:
            self._answer = self._work(entry)
        except PDFShiftError as error:
            self._answer = error
        self._after = entry.record if entry.record is not before else None

    def answer(self) -> None:
        """Answer with what was done; a caller who was cancelled is gone, and the work is done."""
        if isinstance(self._answer, PDFShiftError):
            self.fail(self._answer)
        elif not self.future.done():
            self.future.set_result(self._answer)

    def fail(self, error: Exception) -> None:
        """Answer with an error."""
        if not self.future.done():
            self.future.set_exception(error)


class Lane:
    """A task that takes all orders which have gathered while it was busy.

    That is the group commit: nobody waits for a timer, and under load a commit carries many.

    Args:
        name: Of the task.
        carry: Does a batch of orders and answers each; it must not raise.
        together: Weight at which a batch is full.
    """

    def __init__(
        self, name: str, carry: Callable[[Sequence[Order]], Awaitable[None]], *, together: int
    ) -> None:
        self._name = name
        self._together = together
        self._carry = carry
        self._orders: asyncio.Queue[Order | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take orders until `close`."""
        # No TaskGroup: it would have to end in the task that opened the store.
        self._task = asyncio.create_task(self._run(), name=self._name)  # noqa: TID251

    async def order(
        self, conversion_id: str, work: Callable[[Entry], T], *, whole: bool = True, weight: int = 1
    ) -> T:
        """Have it done; cancelling takes nothing back.

        Raises:
            StoreUnavailable: It could not be done, or the lane takes no orders.
        """
        if self._task is None:
            raise not_open()
        order = Order(conversion_id, work, whole=whole, weight=weight)
        self._orders.put_nowait(order)
        answer: T = await order.future
        return answer

    async def close(self) -> None:
        """Do what was ordered, and end."""
        task, self._task = self._task, None
        if task is not None:
            self._orders.put_nowait(None)
            await asyncio.wait([task])

    async def _run(self) -> None:
        going = True
        while going:
            orders, going = await self._gathered()
            if orders:
                await self._carry(orders)

    async def _gathered(self) -> tuple[list[Order], bool]:
        """Give what has gathered, and whether more may come."""
        orders: list[Order] = []
        weight = 0
        order = await self._orders.get()
        while order is not None:
            orders.append(order)
            weight += order.weight
            if weight >= self._together or self._orders.empty():
                return orders, True
            order = self._orders.get_nowait()
        return orders, False
