"""``pdfshift emulator``: the service on this machine."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer

from pdfshift_async.cli.failures import reported
from pdfshift_async.cli.signals import stop_event
from pdfshift_async.emulator import Emulator, Fault

__all__ = ["emulator"]


def emulator(
    *,
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Port to listen on; 0 picks a free one.")
    ] = 8765,
    api_key: Annotated[
        str, typer.Option(metavar="KEY", help="The one key it accepts.")
    ] = "sk_test",
    time_scale: Annotated[
        float,
        typer.Option(
            metavar="FACTOR", help="How many times faster than real its delays and windows pass."
        ),
    ] = 1.0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND[:NAME=VALUE,…]",
            help="Let something go wrong, such as callback_lost, rate_limited:times=3 or "
            "callback_delayed:seconds=20,match=invoice. May be repeated.",
        ),
    ] = None,
) -> None:
    """Run the service on this machine.

    Real documents, real callbacks, no account, no internet. The first line of output says where it
    listens. Ctrl-C ends it.
    """
    with reported():
        faults = [Fault.parse(text) for text in fault or ()]
        service = Emulator(
            host=host, port=port, api_key=api_key, time_scale=time_scale, faults=faults
        )
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(service))


async def _serve(service: Emulator) -> None:
    # Before the first line, which tells that the emulator is ready to be stopped as well.
    stop = stop_event()
    async with service:
        print(f"listening on {service.url}", flush=True)
        print(
            f"PDFSHIFT_BASE_URL={service.base_url} PDFSHIFT_API_KEY={service.api_key}\n"
            "Ctrl-C ends it",
            file=sys.stderr,
        )
        await stop.wait()
