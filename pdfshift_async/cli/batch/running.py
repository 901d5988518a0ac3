"""A batch from its first to its last item, or to Ctrl-C."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass

from rich.console import Console

from pdfshift_async import Batch, PDFShift, PDFShiftError, Report
from pdfshift_async.cli.addresses import Address
from pdfshift_async.cli.signals import stop_event

from .display import shown

__all__ = ["Run", "run_batch"]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of running a batch."""

    batch: Batch
    interrupted: bool

    @property
    def report(self) -> Report:
        """What became of the items."""
        return self.batch.report


async def run_batch(client: PDFShift, batch: Batch, address: Address | None) -> Run:
    """Run a batch until it ends, or until the process is asked to end.

    Raises:
        PDFShiftError: The batch had to stop.
    """
    stop = stop_event()
    listening = nullcontext() if address is None else client.receiver.listen(*address)
    async with client, listening, batch:
        error = await _followed(batch, stop)
    if error is not None:
        raise error
    return Run(batch, interrupted=stop.is_set())


async def _followed(batch: Batch, stop: asyncio.Event) -> PDFShiftError | None:
    """Show the batch, and give the error that stopped it."""

    async def stop_when_asked() -> None:
        await stop.wait()
        batch.stop()

    async with asyncio.TaskGroup() as tasks:
        stopping = tasks.create_task(stop_when_asked())
        try:
            with shown(Console(stderr=True)) as show:
                async for item in batch:
                    show(item, batch.progress)
        except PDFShiftError as error:
            return error
        finally:
            stopping.cancel()
    return None
