"""The batch, as its user sees it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Self, cast

from pdfshift_async import _defaults
from pdfshift_async.errors import BatchStopped, ConfigurationError, StoreError

from .circuit import Budget, Circuit
from .course import Course, Run
from .elsewhere import Elsewhere
from .files import Folder
from .gate import Gate
from .items import FinishedItem, Item, Items, numbered, total_of
from .means import Means
from .progress import Progress, Tracker
from .report import Report
from .settings import BatchSettings, limits_of

__all__ = ["Batch"]


class Batch:
    """Many conversions under one name: ``async with client.batch(...) as batch``.

    Iterate over it to have each item as it finishes, or call `finish`. What is finished waits
    until it is taken, so no more than some hundred items are in memory at any time. Leaving the
    block early sends nothing more, and takes the callbacks of a few more seconds; the same name
    with the same items goes on later.
    """

    def __init__(
        self,
        name: str,
        items: Items,
        means: Means,
        *,
        save_to: str | Path | None,
        settings: BatchSettings,
    ) -> None:
        if not name or not name.isprintable():
            raise ConfigurationError("name", "must be printable text that is not empty")
        self._name = name
        self._items = items
        self._means = means
        self._folder = None if save_to is None else Folder(save_to)
        self._limits = limits_of(settings)
        self._tell = settings.get("progress") or _nobody
        self._report = Report(name, means.members)
        self._room = asyncio.Semaphore(_defaults.BATCH_IN_HAND)
        self._stopped = asyncio.Event()
        self._unsent: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Task[None]] = set()
        self._finished: asyncio.Queue[FinishedItem | None] = asyncio.Queue()
        self._error: Exception | None = None
        self._task: asyncio.Task[None] | None = None
        self._tracker = Tracker(None, clock=means.clock, refusals=lambda: 0, spent=lambda: 0)

    def __repr__(self) -> str:
        return f"<Batch {self._name!r}>"

    @property
    def name(self) -> str:
        """What it is resumed by."""
        return self._name

    @property
    def progress(self) -> Progress:
        """How it is getting on, at this moment."""
        return self._tracker.snapshot()

    @property
    def report(self) -> Report:
        """What has become of the items so far."""
        return self._report

    async def progressing(self, every: float = 1.0) -> AsyncIterator[Progress]:
        """Give the progress again and again, until the batch is over.

        Args:
            every: Seconds between two of them.
        """
        while self._task is not None and not self._task.done():
            yield self.progress
            await self._means.clock.sleep(every)
        yield self.progress

    def stop(self) -> None:
        """Send nothing more; what has been sent has a few more seconds for its callback."""
        self._stopped.set()
        for task in self._unsent:
            task.cancel()

    async def finish(self) -> Report:
        """Wait for all items, and give the report.

        Raises:
            PDFShiftError: The batch had to stop before its end.
        """
        async for _ in self:
            pass
        return self._report

    async def __aenter__(self) -> Self:
        if self._task is not None:
            raise ConfigurationError("batch", "can be entered only once")
        tally = await self._means.members.tally(self._name)
        budget = Budget(self._limits.spend_cap, tally.credits)
        self._tracker = Tracker(
            total_of(self._items),
            clock=self._means.clock,
            refusals=self._means.refusals,
            spent=lambda: budget.spent,
        )
        run_id = secrets.token_hex(8)
        run = Run(
            name=self._name,
            id=run_id,
            means=self._means,
            folder=self._folder,
            limits=self._limits,
            circuit=Circuit(self._limits.canary),
            budget=budget,
            tracker=self._tracker,
            gate=Gate(_defaults.BATCH_DOWNLOADS),
            elsewhere=Elsewhere(self._name, run_id, self._means),
        )
        # No TaskGroup: it would cancel the caller's block when the batch has to stop.
        self._task = asyncio.create_task(self._work(run), name="pdfshift batch")  # noqa: TID251
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._task is None:
            return
        self.stop()
        try:
            await asyncio.wait([self._task])
        finally:
            self._task.cancel()  # in case the caller would not wait
            await asyncio.wait([self._task])

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> FinishedItem:
        item = await self._finished.get()
        if item is not None:
            self._room.release()
            return item
        self._finished.put_nowait(None)
        if self._error is not None:
            raise self._error
        raise StopAsyncIteration

    async def _work(self, run: Run) -> None:
        try:
            async with asyncio.TaskGroup() as around:
                beside = [
                    around.create_task(self._end_after_grace()),
                    around.create_task(self._watch(run.elsewhere)),
                ]
                async with asyncio.TaskGroup() as group:
                    self._begin(group, self._read(run, group))
                for task in beside:
                    task.cancel()
            with suppress(StoreError):  # the end of this process does it as well
                await self._means.members.release(self._name)
        finally:
            self._tracker.stop()
            self._finished.put_nowait(None)

    def _begin(self, group: asyncio.TaskGroup, work: Coroutine[Any, Any, None]) -> None:
        task = group.create_task(work)
        self._open.add(task)
        self._unsent.add(task)
        task.add_done_callback(self._open.discard)
        task.add_done_callback(self._unsent.discard)

    async def _read(self, run: Run, group: asyncio.TaskGroup) -> None:
        """Begin each item when there is room for it."""
        try:
            async with aclosing(numbered(self._items)) as items:
                async for number, item in items:
                    await self._room.acquire()
                    self._tracker.read = number
                    self._begin(group, self._take(run, number, item))
        except Exception as error:  # noqa: BLE001 -- whatever the caller's items raise ends the batch
            self._fail(error)

    async def _take(self, run: Run, number: int, item: Item) -> None:
        """Take an item to its end."""
        task = cast("asyncio.Task[None]", asyncio.current_task())

        def sending(something: bool) -> None:
            if not something:
                self._unsent.discard(task)
            elif self._stopped.is_set():
                raise asyncio.CancelledError
            else:
                self._unsent.add(task)

        course = Course(run, number, item, sending)
        try:
            self._hand_over(await course.finish())
        except Exception as error:  # noqa: BLE001 -- it is raised where the batch is iterated
            self._fail(error)

    def _hand_over(self, finished: FinishedItem) -> None:
        """Count an item that has finished, and let it be taken."""
        self._tracker.count(finished)
        progress = self.progress
        self._report.note(finished, progress)
        self._finished.put_nowait(finished)
        self._tell(progress)
        missing = progress.failed + progress.lost
        if self._limits.tolerate is not None and missing > self._limits.tolerate:
            reason = f"{missing} documents are missing, and {self._limits.tolerate} are tolerated"
            self._fail(BatchStopped(reason))

    def _fail(self, error: Exception) -> None:
        """End the batch by an error; the first one counts."""
        self._error = self._error or error
        self.stop()

    async def _watch(self, elsewhere: Elsewhere) -> None:
        try:
            await elsewhere.watch()
        except StoreError as error:
            self._fail(error)

    async def _end_after_grace(self) -> None:
        await self._stopped.wait()
        await self._means.clock.sleep(self._limits.grace)
        for task in self._open:
            task.cancel()


def _nobody(progress: Progress) -> None:
    """Tell nobody."""
