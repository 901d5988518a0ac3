"""``pdfshift receive``: a receiver in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer

from pdfshift_async import MemoryStore, Receiver, Store, StoreError, open_store
from pdfshift_async._settings import store_from
from pdfshift_async.cli.access_log import LoggedReceiver
from pdfshift_async.cli.addresses import Address, address_of
from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.signals import stop_event
from pdfshift_async.errors import ConfigurationError

__all__ = ["receive"]


def receive(
    *,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where outcomes go, such as sqlite:///pdfshift.db. Or PDFSHIFT_STORE.",
        ),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where callbacks arrive; port 0 picks one.")
    ] = "127.0.0.1:8080",
    access_log: Annotated[
        bool, typer.Option(help="Tell of each request on standard error.")
    ] = True,
) -> None:
    """Receive the callbacks of programs that use the same store.

    PDFSHIFT_WEBHOOK_SECRET must be the one that they sign with; no API key is needed. The first
    line of output says where it listens. Ctrl-C or SIGTERM ends it, after open requests.
    """
    with reported():
        address = address_of(listen)
        shared = _shared(store_from(store))
        receiver = LoggedReceiver(shared) if access_log else Receiver(shared)
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(receiver, shared, address))


def _shared(url: str) -> Store:
    """Give the store, which must be one that other processes see."""
    store = open_store(url)
    if isinstance(store, MemoryStore):
        raise ConfigurationError(
            "--store",
            "must outlive this process, and memory:// does not",
            hint="Name the one that your programs use, such as sqlite:///pdfshift.db.",
        )
    return store


async def _serve(receiver: Receiver, store: Store, address: Address) -> None:
    # Before the first line, which tells that the receiver is ready to be stopped as well.
    stop = stop_event()
    try:
        await _open(store)
        async with receiver.listen(*address) as url:
            print(f"listening on {url}", flush=True)
            print("Ctrl-C ends it", file=sys.stderr)
            await stop.wait()
    finally:
        await store.close()


async def _open(store: Store) -> None:
    try:
        await store.open()
    except StoreError as error:
        # Nothing has been received yet, so it is no more than an option that cannot work.
        raise ConfigurationError("--store", error.message, hint=error.hint) from error
