"""How near does the pace come to what the service allows, and what does waiting cost?

    python benchmarks/pacing.py --requests 400 --rounds 3

The emulator runs in a process of its own, without rendering, and allows 50 conversions a minute, on
a clock that is thirty times faster than the real one: a minute lasts two seconds. Then ten
milliseconds on the wire count as much as a third of a second otherwise, so the machine should have
nothing else to do; `--scale 10` takes three times as long and is less strict. Three contenders
convert as fast as they can: the library; an omniscient client, which shares the service's clock and
its way of counting; and one that knows nothing but exponential backoff. Then two of the library,
and two of the last, share one key.

A last measurement, in real time, lets ten thousand submissions wait for their turn.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import random
import socket
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Literal, get_args

import aiohttp

from pdfshift_async import MemoryStore, PDFShift, Store
from pdfshift_async._clock import Clock, SystemClock
from pdfshift_async.emulator import Emulator, Limits
from pdfshift_async.emulator.meters import meter
from pdfshift_async.emulator.rendering import Rendered, RenderRequest

LIMIT = 50
WINDOW = 60.0
OPEN = 50
SAMPLE = 0.02
HOST = "127.0.0.1"
API_KEY = "sk_benchmark"
SOURCE = "<h1>Invoice</h1>"

Kind = Literal["fixed", "sliding", "bucket"]


class FastClock:
    """Time that passes faster, and is the same in every process that has the same origin."""

    def __init__(self, origin: float, scale: float) -> None:
        self._origin = origin
        self._scale = scale

    def now(self) -> datetime:
        """Give the wall-clock time."""
        return datetime.fromtimestamp(self._origin + self.monotonic(), UTC)

    def monotonic(self) -> float:
        """Give the seconds since the origin."""
        return (time.time() - self._origin) * self._scale

    async def sleep(self, seconds: float) -> None:
        """Wait for less."""
        await asyncio.sleep(seconds / self._scale)


class QuickRenderer:
    """Gives what begins like a PDF."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give it at once."""
        return Rendered(b"%PDF-1.7\n", 1, None, 0.5, 0, len(request.source), ())


@dataclass(frozen=True)
class Service:
    """The emulator, and the clock that it shares with its clients."""

    base_url: str
    clock: Clock
    kind: Kind


@dataclass(frozen=True)
class Sent:
    """What one client did."""

    requests: int
    finished_at: float
    """By the clock of the service."""
    refused: int


async def library(service: Service, requests: int, store: Store | None = None) -> Sent:
    """The library, as its users write it."""
    async with PDFShift(
        API_KEY, base_url=service.base_url, clock=service.clock, store=store or MemoryStore()
    ) as client:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(requests):
                tasks.create_task(client.convert_direct(SOURCE))
        return Sent(requests, service.clock.monotonic(), client.pacing.live.refused)


async def posted(http: aiohttp.ClientSession, service: Service) -> bool:
    """Convert once; tell whether it was accepted."""
    async with http.post(f"{service.base_url}/convert/pdf", json={"source": SOURCE}) as answer:
        await answer.read()
    assert answer.status in {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}, answer.status
    return answer.status == HTTPStatus.OK


@asynccontextmanager
async def by_hand() -> AsyncIterator[tuple[aiohttp.ClientSession, asyncio.TaskGroup]]:
    """Give what a hand-written client needs; end when all of its tasks have."""
    async with (
        aiohttp.ClientSession(headers={"X-API-Key": API_KEY}) as http,
        asyncio.TaskGroup() as tasks,
    ):
        yield http, tasks


async def omniscient(service: Service, requests: int) -> Sent:
    """Counts as the service does, by the same clock, and asks again at once when it erred."""
    counted = meter(service.kind, LIMIT, WINDOW)
    places = asyncio.Semaphore(OPEN)
    refused = 0

    async def convert(http: aiohttp.ClientSession) -> None:
        nonlocal refused
        async with places:
            while not await posted(http, service):
                refused += 1

    async with by_hand() as (http, tasks):
        for _ in range(requests):
            while not counted.take(now := service.clock.now().timestamp()):
                await service.clock.sleep(max(0.01, counted.reset(now) - now))
            tasks.create_task(convert(http))
    return Sent(requests, service.clock.monotonic(), refused)


async def backoff(service: Service, requests: int) -> Sent:
    """Fifty at a time; who is refused comes back after a pause that doubles, with full jitter."""
    places = asyncio.Semaphore(OPEN)
    refused = 0

    async def convert(http: aiohttp.ClientSession) -> None:
        nonlocal refused
        longest = 0.5
        while True:
            async with places:
                if await posted(http, service):
                    return
            refused += 1
            await service.clock.sleep(random.uniform(0, longest))  # noqa: S311
            longest = min(20.0, 2 * longest)

    async with by_hand() as (http, tasks):
        for _ in range(requests):
            tasks.create_task(convert(http))
    return Sent(requests, service.clock.monotonic(), refused)


CONTENDERS: dict[str, Callable[[Service, int], Awaitable[Sent]]] = {
    "pdfshift_async": library,
    "omniscient": omniscient,
    "backoff": backoff,
}


async def serve(ready: Connection, kind: Kind, origin: float, scale: float) -> None:
    clock: Clock = SystemClock() if scale == 1 else FastClock(origin, scale)
    async with Emulator(
        api_key=API_KEY,
        renderer=QuickRenderer(),
        limits=Limits(live=LIMIT, window=WINDOW, algorithm=kind),
        credits=10_000_000,
        clock=clock,
    ) as emulator:
        ready.send(emulator.base_url)
        await asyncio.Event().wait()


def run_service(ready: Connection, kind: Kind, origin: float, scale: float) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(ready, kind, origin, scale))


@contextmanager
def service_process(kind: Kind, scale: float) -> Iterator[Service]:
    """Run the emulator in a process of its own, with a fresh account."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    origin = time.time()
    process = context.Process(target=run_service, args=(theirs, kind, origin, scale), daemon=True)
    process.start()
    try:
        base_url = ours.recv()
        clock = SystemClock() if scale == 1 else FastClock(origin, scale)
        yield Service(base_url, clock, kind)
    finally:
        process.terminate()
        process.join()


@dataclass(frozen=True)
class Run:
    """What one or two clients did at once."""

    took: float
    """Seconds until the last one had all of its answers, on the fast clock."""
    refused: int
    refused_part: float
    """Of everything that was sent."""
    longer: float
    """How much longer the slowest took than the fastest."""


async def begin(service: Service) -> float:
    """Wait until a third of a fixed window is over; give the moment."""
    gc.collect()
    now = service.clock.now().timestamp()
    await service.clock.sleep((WINDOW / 3 - now) % WINDOW)
    return service.clock.monotonic()


async def measured(service: Service, name: str, requests: int, clients: int) -> Run:
    began = await begin(service)
    sent = await asyncio.gather(*(CONTENDERS[name](service, requests) for _ in range(clients)))
    took = [each.finished_at - began for each in sent]
    refused = sum(each.refused for each in sent)
    return Run(max(took), refused, refused / (refused + requests * clients), max(took) / min(took))


def compare(kinds: Iterable[Kind], requests: int, rounds: int, scale: float) -> Iterator[str]:
    """Give the lines of the table."""
    yield "| window | client | seconds | rate to omniscient | refused | two: refused | two: slowest |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for kind in kinds:
        runs: dict[tuple[str, int], list[Run]] = defaultdict(list)
        for _ in range(rounds):
            for name in CONTENDERS:
                for clients in (1, 2) if name != "omniscient" else (1,):
                    with service_process(kind, scale) as service:
                        run = asyncio.run(measured(service, name, requests, clients))
                    runs[name, clients].append(run)
        for name in CONTENDERS:
            yield line(kind, name, runs)


def line(kind: Kind, name: str, runs: dict[tuple[str, int], list[Run]]) -> str:
    """Give the medians of the rounds; of refusals, the most."""
    alone, two = runs[name, 1], runs[name, 2]
    ratios = [best.took / run.took for best, run in zip(runs["omniscient", 1], alone, strict=True)]
    cells = [
        kind,
        f"`{name}`" if name == "pdfshift_async" else name,
        f"{statistics.median(run.took for run in alone):.1f}",
        f"{statistics.median(ratios):.1%}",
        f"{max(run.refused for run in alone)}",
        f"{max(run.refused_part for run in two):.1%}" if two else "",
        f"{max(run.longer for run in two):.2f}" if two else "",
    ]
    return f"| {' | '.join(cells)} |"


async def lag(seconds: float) -> tuple[float, float]:
    """Give the part of a core that is busy, and the 99th percentile of the event loop's lag."""
    loop = asyncio.get_running_loop()
    gc.collect()
    lags, until, worked = list[float](), loop.time() + seconds, time.process_time()
    while (asked := loop.time()) < until:
        await asyncio.sleep(SAMPLE)
        lags.append(loop.time() - asked - SAMPLE)
    busy = (time.process_time() - worked) / seconds
    return busy, statistics.quantiles(lags, n=100)[98]


async def waiting(service: Service, submissions: int, seconds: float) -> Iterator[str]:
    """Let so many wait for their turn, and measure what that costs while none can go."""
    listening = socket.create_server((HOST, 0))
    webhook_url = f"http://{HOST}:{listening.getsockname()[1]}/pdfshift"
    lines = []
    async with (
        PDFShift(API_KEY, base_url=service.base_url, webhook_url=webhook_url) as client,
        client.receiver.listen(sock=listening),
    ):
        used = [asyncio.ensure_future(client.submit(SOURCE)) for _ in range(LIMIT)]
        await asyncio.gather(*used)
        more = []
        for count in (0, submissions):
            more += [asyncio.ensure_future(client.submit(SOURCE)) for _ in range(count)]
            await asyncio.sleep(2)
            busy, late = await lag(seconds)
            lines.append(
                f"{client.pacing.live.waiting} submissions waiting: {busy:.2%} of a core, "
                f"event-loop lag at the 99th percentile {late * 1000:.1f} ms"
            )
        for task in more:
            task.cancel()
        await asyncio.gather(*more, return_exceptions=True)
    return iter(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=400, metavar="N", help="of each client")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    kinds = get_args(Kind)
    parser.add_argument("--windows", nargs="+", choices=kinds, default=kinds, metavar="KIND")
    parser.add_argument("--scale", type=float, default=30.0, help="of the fast clock")
    parser.add_argument("--waiting", type=int, default=10_000, metavar="N")
    parser.add_argument("--seconds", type=float, default=20.0, help="of waiting, at most 25")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; {chosen}")
    for row in compare(chosen.windows, chosen.requests, chosen.rounds, chosen.scale):
        print(row, flush=True)
    with service_process("sliding", scale=1) as service:
        print("\n".join(asyncio.run(waiting(service, chosen.waiting, chosen.seconds))))


if __name__ == "__main__":
    main()
