"""``pdfshift demo``: the command around `convert_all`."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pdfshift_async import FinishedItem, PDFOptions, PDFShift
from pdfshift_async.cli.demo.conversions import convert_all
from pdfshift_async.cli.demo.display import Display, display_for
from pdfshift_async.cli.demo.invoices import Invoice, invoice_of
from pdfshift_async.cli.demo.payments import SHIPPED, Payment, read_payments
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.signals import stop_event
from pdfshift_async.cli.targets import MadeAsJSON, check_folder
from pdfshift_async.emulator import Emulator, Limits

__all__ = ["demo"]

_LIMITS = Limits(live=1_000_000)
"""None to speak of: the demo shows the way of a document, not the pace of an account."""


def demo(
    *,
    payments: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="CSV file with a payment in each row.",
            show_default="a month of a hosting company",
        ),
    ] = SHIPPED,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the invoices go.")] = Path(
        "invoices"
    ),
    count: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Convert only the first N.", show_default="all"),
    ] = None,
    keep_running: Annotated[
        bool, typer.Option("--keep-running", help="Leave the emulator up until Ctrl-C.")
    ] = False,
    with_failure: Annotated[
        bool, typer.Option("--with-failure", help="Add an invoice that cannot be converted.")
    ] = False,
    as_json: MadeAsJSON = False,
) -> None:
    """Turn a month of payments into invoices.

    Needs nothing but this machine: starts an emulator of the service and a receiver, and converts
    the invoices as one batch: each is submitted, called back and saved.
    """
    with reported(as_json=as_json, interrupted=f"interrupted; what was saved is in {out}"):
        chosen = read_payments(payments)[:count]
        check_folder(out, "--out")
        display = display_for(Console(), as_json=as_json)
        items = asyncio.run(
            _run(chosen, out, display, with_failure=with_failure, keep_running=keep_running)
        )
    if not all(item.ok for item in items):
        raise typer.Exit(ExitCode.FAILED)


async def _run(
    payments: Sequence[Payment],
    out: Path,
    display: Display,
    *,
    with_failure: bool,
    keep_running: bool,
) -> list[FinishedItem]:
    async with Emulator(limits=_LIMITS) as emulator:
        invoices = [invoice_of(payment) for payment in payments]
        if with_failure:
            invoices.append(_missing_page(emulator))
        items = await _convert(emulator, invoices, out, display)
        if keep_running:
            stop = stop_event()
            print(f"emulator at {emulator.base_url}, Ctrl-C ends it", file=sys.stderr)
            await stop.wait()
    return items


async def _convert(
    emulator: Emulator, invoices: Sequence[Invoice], out: Path, display: Display
) -> list[FinishedItem]:
    items: dict[str, FinishedItem] = {}
    with display.progress(len(invoices)) as show:

        def done(item: FinishedItem) -> None:
            items[item.key] = item
            show(item)

        async with _client(emulator) as client:
            await convert_all(client, invoices, out, done)
    in_order = [items[invoice.number] for invoice in invoices]
    display.show(in_order, out)
    return in_order


@asynccontextmanager
async def _client(emulator: Emulator) -> AsyncIterator[PDFShift]:
    """Give a client of the emulator, whose callbacks arrive on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        client = PDFShift(
            emulator.api_key,
            base_url=emulator.base_url,
            webhook_url=f"http://127.0.0.1:{sock.getsockname()[1]}",
            store="memory://",
        )
        async with client, client.receiver.listen(sock=sock):
            yield client


def _missing_page(emulator: Emulator) -> Invoice:
    """Give an invoice that is a web page which nobody put up."""
    return Invoice(
        "no-such-page", f"{emulator.url}/invoices/no-such-page", PDFOptions(raise_for_status=True)
    )
