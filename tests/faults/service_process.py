"""The service in a process of its own, with quick documents: ``python service_process.py PORT …``.

It tells of each conversion before the answer leaves, so that its record outlives it. Some answers
come only after the callback, so that there are always submissions which it has accepted, and whose
sender does not know.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from urllib.parse import urlsplit

from pdfshift_async.emulator import Conversion, Emulator, Fault, Limits
from pdfshift_async.emulator.rendering import Rendered, RenderRequest


class UnhurriedRenderer:
    """Puts the source into something that begins like a PDF; some documents take a second."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the document after a while."""
        await asyncio.sleep(random.random())  # noqa: S311 -- no secret
        content = b"%PDF-1.7\n" + request.source.encode()
        return Rendered(content, 1, None, 0.5, 0, len(request.source), ())


def note_acceptances(emulator: Emulator) -> None:
    """Tell of each conversion when it is accepted: its id at the client, its id here, its source."""
    add = emulator.conversions.add

    def noted(conversion: Conversion) -> None:
        assert conversion.webhook is not None
        token = urlsplit(conversion.webhook.url).path.rpartition("/")[2]
        client_id = token.partition(".")[0]
        print("accepted", client_id, conversion.request_id, conversion.source_sha256, flush=True)  # noqa: T201
        add(conversion)

    emulator.conversions.add = noted  # type: ignore[method-assign]


async def insist(emulator: Emulator) -> None:
    """Deliver again what no receiver has acknowledged, which the service does not promise."""
    while True:
        await asyncio.sleep(0.1)
        for conversion in list(emulator.conversions):
            if conversion.deliveries and not is_acknowledged(conversion):
                await emulator.deliver(conversion)


def is_acknowledged(conversion: Conversion) -> bool:
    """Whether a receiver has said that it has the callback."""
    return any(delivery.status in {200, 202} for delivery in conversion.deliveries)


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--insist", action="store_true")
    chosen = parser.parse_args()
    emulator = Emulator(
        port=chosen.port,
        renderer=UnhurriedRenderer(),
        limits=Limits(live=1_000_000),
        faults=[Fault(kind="callback_early", probability=0.3)],
    )
    note_acceptances(emulator)
    async with emulator:
        print("listening", flush=True)  # noqa: T201 -- the test reads it
        await (insist(emulator) if chosen.insist else asyncio.Event().wait())


if __name__ == "__main__":
    asyncio.run(main())
