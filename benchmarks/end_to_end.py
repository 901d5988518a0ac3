"""How fast is a conversion, from ``submit`` to its result, beside two programs written by hand?

    python benchmarks/end_to_end.py --rounds 5 --conversions 2000

A stand-in for the service runs in a process of its own on 127.0.0.1: it answers 202 and calls back
at once over a few connections. Three contenders take turns in this process, client and receiver in
one event loop, with the same documents and as many open requests: the library; (a) a dict of
futures with httpx on its own transport and aiohttp.web; (b) the same with aiohttp on both sides.
No process is pinned to a core: give it two that have nothing else to do.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import re
import socket
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import httpx
from aiohttp import web

from pdfshift_async import PDFOptions, PDFShift
from pdfshift_async.emulator.limits import rate_headers
from pdfshift_async.emulator.meters import FixedWindow, Meter

HOST = "127.0.0.1"
API_KEY = "sk_benchmark"
CALLBACK_CONNECTIONS = 8
WARM_UP = 200
ROUND_LIMIT = 300.0
"""Seconds after which a round that makes no end is an error."""
LIMIT = 1_000_000
"""Conversions that the stand-in allows in a window, so that nobody ever has to wait for a place."""
WINDOW = 60.0
"""Seconds."""
RESULT_URL = "https://pdfshift.s3.amazonaws.com/d/2/2026-11/0123456789abcdef0123456789abcdef/a.pdf"
SOURCE = (
    f"<h1>Invoice</h1><table>{'<tr><td>Hours</td><td>8</td><td>€ 760.00</td></tr>' * 40}</table>"
)

ACCEPTED = json.dumps({"success": True, "queued": True}).encode()
RESULT = json.dumps(
    {
        "success": True,
        "url": RESULT_URL,
        "filesize": 34980,
        "duration": 1237,
        "response": {"status-code": 200, "content-length": 0, "requests": 0, "duration": 1085.67},
        "executed": "2026-11-24T10:05:51.516413",
        "pdf_pages": 1,
    }
).encode()

Submit = Callable[[str], Awaitable[Awaitable[str]]]
"""Submits a document; what it gives is awaited for the URL in the callback."""
Contender = Callable[[str], AbstractAsyncContextManager[Submit]]
"""Makes ready to submit to the service at a base URL, and to receive its callbacks."""


@asynccontextmanager
async def library(service: str) -> AsyncIterator[Submit]:
    """The library, as its users write it."""
    listening = socket.create_server((HOST, 0))
    webhook_url = f"http://{HOST}:{listening.getsockname()[1]}/pdfshift"
    client = PDFShift(API_KEY, base_url=service, webhook_url=webhook_url)

    async def submit(source: str) -> Awaitable[str]:
        conversion = await client.submit(source, PDFOptions(format="A4", margin="20mm"))

        async def url() -> str:
            return (await conversion).url

        return url()

    async with client, client.receiver.listen(sock=listening):
        yield submit


@asynccontextmanager
async def by_hand_with_httpx(service: str) -> AsyncIterator[Submit]:
    """(a) A dict of futures, httpx on its own transport, and aiohttp.web."""
    headers = {"X-API-Key": API_KEY}
    async with httpx.AsyncClient(headers=headers) as http, futures() as expected:

        async def submit(source: str) -> Awaitable[str]:
            webhook, future = expected()
            answer = await http.post(f"{service}/convert/pdf", json=body(source, webhook))
            answer.raise_for_status()
            return future

        yield submit


@asynccontextmanager
async def by_hand_with_aiohttp(service: str) -> AsyncIterator[Submit]:
    """(b) A dict of futures, and aiohttp for both directions."""
    headers = {"X-API-Key": API_KEY}
    async with aiohttp.ClientSession(headers=headers) as http, futures() as expected:

        async def submit(source: str) -> Awaitable[str]:
            webhook, future = expected()
            async with http.post(
                f"{service}/convert/pdf", json=body(source, webhook), raise_for_status=True
            ) as answer:
                await answer.read()
            return future

        yield submit


def body(source: str, webhook: str) -> dict[str, str]:
    return {"source": source, "format": "A4", "margin": "20mm", "webhook": webhook}


@asynccontextmanager
async def futures() -> AsyncIterator[Callable[[], tuple[str, asyncio.Future[str]]]]:
    """The receiver of both baselines: give a new webhook, and the future that it settles."""
    loop = asyncio.get_running_loop()
    waiting: dict[str, asyncio.Future[str]] = {}

    async def called(request: web.Request) -> web.Response:
        content = await request.json()
        waiting.pop(request.match_info["name"]).set_result(content["url"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/pdfshift/{name}", called)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    webhook_url = f"http://{HOST}:{runner.addresses[0][1]}/pdfshift"

    def expected() -> tuple[str, asyncio.Future[str]]:
        name = uuid4().hex
        waiting[name] = future = loop.create_future()
        return f"{webhook_url}/{name}", future

    try:
        yield expected
    finally:
        await runner.cleanup()


CONTENDERS: dict[str, Contender] = {
    "pdfshift_async": library,
    "(a) by hand, httpx": by_hand_with_httpx,
    "(b) by hand, aiohttp": by_hand_with_aiohttp,
}


class Service(asyncio.Protocol):
    """The stand-in's side of one connection to it: as little HTTP as three clients need."""

    def __init__(self, counted: Meter, callbacks: Callbacks) -> None:
        self._counted = counted
        self._callbacks = callbacks
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a whole request, and call back."""
        self._received += data
        head, _, rest = self._received.partition(b"\r\n\r\n")
        length = content_length(head)
        if not rest or len(rest) < length:
            return
        self._received = rest[length:]
        assert self._transport is not None
        now = time.time()
        self._counted.take(now)
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(ACCEPTED)),
            **rate_headers(self._counted, now),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._transport.write(b"HTTP/1.1 202 Accepted\r\n%b\r\n%b" % (lines.encode(), ACCEPTED))
        self._callbacks.add(json.loads(rest[:length])["webhook"])


class Callbacks:
    """Calls back in the order of the submissions, over a few connections that stay open."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[str] = asyncio.Queue()

    def add(self, webhook: str) -> None:
        """Call back as soon as a connection is free."""
        self._waiting.put_nowait(webhook)

    async def deliver(self) -> None:
        """Call back until cancelled."""
        async with asyncio.TaskGroup() as connections:
            for _ in range(CALLBACK_CONNECTIONS):
                connections.create_task(self._connection())

    async def _connection(self) -> None:
        connected, reader, writer = "", None, None
        while True:
            url = urlsplit(await self._waiting.get())
            if url.netloc != connected or reader is None or writer is None:
                reader, writer = await asyncio.open_connection(url.hostname, url.port)
                connected = url.netloc
            writer.write(
                b"POST %b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b"
                % (url.path.encode(), connected.encode(), len(RESULT), RESULT)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            await reader.readexactly(content_length(head))


def content_length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else 0


async def serve(ready: Connection) -> None:
    counted, callbacks = FixedWindow(LIMIT, WINDOW), Callbacks()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Service(counted, callbacks), HOST, 0)
    ready.send(f"http://{HOST}:{server.sockets[0].getsockname()[1]}/v3")
    await callbacks.deliver()


def run_service(ready: Connection) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(ready))


@contextmanager
def service_process() -> Iterator[str]:
    """Run the stand-in in a process of its own; give its base URL."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run_service, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


@dataclass(frozen=True)
class Round:
    """What one contender did in one round."""

    rate: float
    """Conversions per second."""
    cpu: float
    """Milliseconds of this process for each."""


async def convert(submit: Submit, conversions: int, open_requests: int) -> None:
    """Keep so many requests open; each conversion is awaited by a task of its own."""
    left = iter(range(conversions))

    async def resolve(conversion: Awaitable[str]) -> None:
        assert await conversion == RESULT_URL

    async def submitting() -> None:
        for _ in left:
            awaiting.create_task(resolve(await submit(SOURCE)))

    async with asyncio.TaskGroup() as awaiting:
        for _ in range(open_requests):
            awaiting.create_task(submitting())


async def measured(
    contender: Contender, service: str, conversions: int, open_requests: int
) -> Round:
    async with asyncio.timeout(ROUND_LIMIT), contender(service) as submit:
        await convert(submit, WARM_UP, open_requests)
        gc.collect()
        started, worked = time.perf_counter(), time.process_time()
        await convert(submit, conversions, open_requests)
        elapsed, cpu = time.perf_counter() - started, time.process_time() - worked
    return Round(conversions / elapsed, cpu / conversions * 1000)


def table(measurements: dict[str, list[Round]]) -> Iterator[str]:
    """Give medians, of the ratios too: the rounds of one turn share the machine's mood."""
    yield f"{'':22}{'per second':>12}{'CPU ms each':>13}{'rate / (a)':>12}{'rate / (b)':>12}"
    _, *baselines = measurements.values()
    for name, rounds in measurements.items():
        rate = statistics.median(each.rate for each in rounds)
        cpu = statistics.median(each.cpu for each in rounds)
        ratios = "".join(f"{median_ratio(rounds, baseline):12.2f}" for baseline in baselines)
        yield f"{name:22}{rate:12.0f}{cpu:13.2f}{ratios}"


def median_ratio(rounds: list[Round], baseline: list[Round]) -> float:
    return statistics.median(
        each.rate / other.rate for each, other in zip(rounds, baseline, strict=True)
    )


def played(rounds: int, conversions: int, open_requests: int) -> dict[str, list[Round]]:
    """Let the contenders take turns, so that a busy moment of the machine meets each of them."""
    measurements: dict[str, list[Round]] = {name: [] for name in CONTENDERS}
    with service_process() as service:
        for _ in range(rounds):
            for name, contender in CONTENDERS.items():
                found = asyncio.run(measured(contender, service, conversions, open_requests))
                measurements[name].append(found)
    return measurements


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--conversions", type=int, default=2000, metavar="N", help="in each round")
    parser.add_argument("--open", type=int, default=50, metavar="N", help="requests open at once")
    chosen = parser.parse_args()
    packages = ", ".join(
        f"{package} {version(package)}"
        for package in ("aiohttp", "httpx", "httpx-aiohttp", "pydantic")
    )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {packages}")
    print(
        f"medians of {chosen.rounds} rounds of {chosen.conversions} conversions, "
        f"{chosen.open} requests open"
    )
    for line in table(played(chosen.rounds, chosen.conversions, chosen.open)):
        print(line)


if __name__ == "__main__":
    main()
