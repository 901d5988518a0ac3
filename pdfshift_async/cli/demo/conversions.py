"""The heart of the demo, as the README shows it. It uses the public API only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pdfshift_async import FinishedItem, Item, PDFShift
from pdfshift_async.cli.demo.invoices import Invoice

__all__ = ["convert_all"]


async def convert_all(
    client: PDFShift,
    invoices: Iterable[Invoice],
    folder: Path,
    done: Callable[[FinishedItem], None],
) -> None:
    """Convert and save all invoices, and tell of each as it finishes."""
    items = (Item(invoice.number, invoice.source, invoice.options) for invoice in invoices)
    async with client.batch("invoices", items, save_to=folder / "{key}.pdf") as batch:
        async for item in batch:
            done(item)
