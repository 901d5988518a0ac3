"""Last month's invoices, at the pace of an account, in fast motion.

``python invoices_process.py run COUNT FOLDER SCALE SINCE MARGIN`` converts what is missing and
prints what became of all; ``… receive SCALE SINCE`` takes the callbacks. How to reach everything is
in the environment. All processes that are given the same SCALE and SINCE agree about the time.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle, islice

from pdfshift_async import Item, PDFShift, Receiver, open_store
from pdfshift_async.cli.demo.invoices import invoice_of
from pdfshift_async.cli.demo.payments import SHIPPED, read_payments
from pdfshift_async.testing import ScaledClock


def invoices(count: int) -> Iterator[Item]:
    """Give the month of the demo again and again, each time under new numbers."""
    payments = islice(cycle(read_payments(SHIPPED)), count)
    for number, payment in enumerate(payments):
        invoice = invoice_of(payment.model_copy(update={"number": f"INV-{number:05}"}))
        yield Item(invoice.number, invoice.source, invoice.options)


async def run(count: int, folder: str, clock: ScaledClock, margin: float) -> None:
    """Convert what is missing."""
    async with (
        PDFShift(clock=clock, callback_margin=margin) as client,
        client.batch(
            "october",
            invoices(count),
            save_to=f"{folder}/{{key}}.pdf",
            max_resubmits=3,
        ) as batch,
    ):
        report = await batch.finish()
        found = {
            "converted": report.converted,
            "failed": [item.key for item in report.failed],
            "lost": [item.key for item in report.lost],
        }
        print(json.dumps(found))  # noqa: T201 -- the test reads it


async def receive(clock: ScaledClock) -> None:
    """Take callbacks until killed."""
    store = open_store(os.environ["PDFSHIFT_STORE"])
    await store.open()
    async with Receiver(store, clock=clock).listen() as url:
        print(url, flush=True)  # noqa: T201 -- the test reads it
        await asyncio.Event().wait()


def main() -> None:
    """Do what the arguments say."""
    role, *arguments = sys.argv[1:]
    if role == "run":
        count, folder, scale, since, margin = arguments
        clock = ScaledClock(float(scale), since=datetime.fromisoformat(since))
        asyncio.run(run(int(count), folder, clock, float(margin)))
    else:
        scale, since = arguments
        asyncio.run(receive(ScaledClock(float(scale), since=datetime.fromisoformat(since))))


if __name__ == "__main__":
    main()
