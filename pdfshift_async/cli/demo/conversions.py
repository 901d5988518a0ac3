"""The heart of the demo: submit, await the callback, save. It uses the public API only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pdfshift_async import PDFShift, PDFShiftError, Result
from pdfshift_async.cli.demo.invoices import Invoice

__all__ = ["Failed", "Line", "Saved", "convert_all"]


@dataclass(frozen=True, slots=True)
class Saved:
    """An invoice that is on the disk."""

    number: str
    path: Path
    result: Result
    seconds: float
    """From before the submission to the callback."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An invoice that is not."""

    number: str
    error: PDFShiftError


Line = Saved | Failed


async def convert_all(
    client: PDFShift, invoices: Iterable[Invoice], folder: Path, done: Callable[[Line], None]
) -> None:
    """Convert all at once, and tell of each as it is done."""

    async def convert(invoice: Invoice) -> None:
        try:
            line: Line = await _converted(client, invoice, folder)
        except PDFShiftError as error:
            line = Failed(invoice.number, error)
        done(line)

    async with asyncio.TaskGroup() as tasks:
        for invoice in invoices:
            tasks.create_task(convert(invoice))


async def _converted(client: PDFShift, invoice: Invoice, folder: Path) -> Saved:
    started_at = datetime.now(UTC)
    conversion = await client.submit(invoice.source, invoice.options, key=invoice.number)
    result = await conversion
    path = await result.save(folder / f"{invoice.number}.pdf")
    return Saved(invoice.number, path, result, (result.received_at - started_at).total_seconds())
