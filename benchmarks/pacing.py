"""How near does the pace come to what the service allows, and what does waiting cost?

    python benchmarks/pacing.py --requests 400 --rounds 3

The emulator runs in a process of its own, without rendering, and allows 50 conversions a minute, on
a clock that is thirty times faster than the real one: a minute lasts two seconds. Two contenders
convert as fast as they can, alone and then two at once on one key: the library, and a client that
knows nothing but exponential backoff. What they reach is compared with the least time in which the
service could have accepted as many requests, without any network at all.

A last measurement, in real time, lets ten thousand submissions wait for their turn.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Literal, get_args

import aiohttp

from pdfshift_async import PDFShift
from pdfshift_async._clock import Clock, SystemClock
from pdfshift_async.emulator import Emulator, Limits
from pdfshift_async.emulator.meters import meter
from pdfshift_async.emulator.rendering import Rendered, RenderRequest

SCALE = 30.0
LIMIT = 50
WINDOW = 60.0
OPEN = 50
API_KEY = "sk_benchmark"
SOURCE = "<h1>Invoice</h1>"

Kind = Literal["fixed", "sliding", "bucket"]


class FastClock:
    """Time that passes faster, and is the same in every process that has the same origin."""

    def __init__(self, origin: float, scale: float = SCALE) -> None:
        self._origin = origin
        self._scale = scale

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._origin + self.monotonic(), UTC)

    def monotonic(self) -> float:
        return (time.time() - self._origin) * self._scale

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._scale)


class QuickRenderer:
    """Gives what begins like a PDF."""

    async def render(self, request: RenderRequest) -> Rendered:
        return Rendered(b"%PDF-1.7\n", 1, None, 0.5, 0, len(request.source), ())


@dataclass(frozen=True)
class Service:
    """The emulator, and the clock that it shares with its clients."""

    base_url: str
    clock: Clock
    kind: Kind
    limit: int = LIMIT


@dataclass(frozen=True)
class Sent:
    """What one client did."""

    requests: int
    finished_at: float
    """By the clock of the service."""
    refused: int


async def library(service: Service, requests: int) -> Sent:
    """The library, as its users write it."""
    async with PDFShift(API_KEY, base_url=service.base_url, clock=service.clock) as client:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(requests):
                tasks.create_task(client.convert_direct(SOURCE))
        return Sent(requests, service.clock.monotonic(), client.pacing.live.refused)


async def backoff(service: Service, requests: int) -> Sent:
    """Fifty at a time; who is refused comes back after a pause that doubles, with full jitter."""
    places = asyncio.Semaphore(OPEN)
    refused = 0

    async def convert(http: aiohttp.ClientSession) -> None:
        nonlocal refused
        for attempt in range(1_000_000):
            async with (
                places,
                http.post(f"{service.base_url}/convert/pdf", json={"source": SOURCE}) as answer,
            ):
                await answer.read()
            if answer.status == 200:
                return
            assert answer.status == 429, answer.status
            refused += 1
            await service.clock.sleep(random.uniform(0, min(20.0, 0.5 * 2.0 ** min(attempt, 10))))

    async with (
        aiohttp.ClientSession(headers={"X-API-Key": API_KEY}) as http,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(requests):
            tasks.create_task(convert(http))
    return Sent(requests, service.clock.monotonic(), refused)


CONTENDERS: dict[str, Callable[[Service, int], Awaitable[Sent]]] = {
    "pdfshift_async": library,
    "backoff": backoff,
}


def least_time(service: Service, started: datetime, requests: int) -> float:
    """Give the seconds in which the service could accept so many, if they took no time."""
    counted = meter(service.kind, service.limit, WINDOW)
    start = now = started.timestamp()
    for _ in range(requests):
        while not counted.take(now):
            now = max(counted.reset(now), now + 1e-3)
    return now - start


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
def service_process(kind: Kind, scale: float = SCALE) -> Iterator[Service]:
    """Run the emulator in a process of its own, with a fresh account."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    origin = time.time()
    process = context.Process(target=run_service, args=(theirs, kind, origin, scale), daemon=True)
    process.start()
    try:
        base_url = ours.recv()
        time.sleep(random.uniform(0, WINDOW / scale) if scale > 1 else 0)  # any phase of a window
        yield Service(base_url, SystemClock() if scale == 1 else FastClock(origin, scale), kind)
    finally:
        process.terminate()
        process.join()


@dataclass(frozen=True)
class Run:
    """What one or two clients of a kind did at once."""

    efficiency: float
    """The least time for as many requests, as part of the time that passed."""
    refused: int
    requests: int
    longer: float
    """How much longer the slowest took than the fastest."""


async def measured(service: Service, name: str, requests: int, clients: int) -> Run:
    gc.collect()
    started, began = service.clock.now(), service.clock.monotonic()
    sent = await asyncio.gather(*(CONTENDERS[name](service, requests) for _ in range(clients)))
    took = [each.finished_at - began for each in sent]
    total = sum(each.requests for each in sent)
    return Run(
        least_time(service, started, total) / max(took),
        sum(each.refused for each in sent),
        total,
        max(took) / min(took),
    )


def compare(requests: int, rounds: int) -> Iterator[str]:
    """Give a line for each kind of window and contender."""
    yield "| window | client | alone: of the possible rate | refused | two: refused | longest / shortest |"
    yield "|---|---|---|---|---|---|"
    for kind in get_args(Kind):
        for name in CONTENDERS:
            runs: dict[int, list[Run]] = {1: [], 2: []}
            for _ in range(rounds):
                for clients in runs:
                    with service_process(kind) as service:
                        runs[clients].append(
                            asyncio.run(measured(service, name, requests, clients))
                        )
            rate = statistics.median(run.efficiency for run in runs[1])
            lowest = min(run.efficiency for run in runs[1])
            refused = max(run.refused for run in runs[1])
            parts = [run.refused / (run.refused + run.requests) for run in runs[2]]
            longer = max(run.longer for run in runs[2])
            yield (
                f"| {kind} | {name} | {rate:.1%} ({lowest:.1%}) | {refused} "
                f"| {statistics.mean(parts):.1%} ({max(parts):.1%}) | {longer:.2f} |"
            )


async def waiting(service: Service, submissions: int, seconds: float) -> str:
    """Let so many wait for their turn, and measure what that costs while none can go."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            PDFShift(API_KEY, base_url=service.base_url, webhook_url="http://127.0.0.1:9/nowhere")
        )
        loop = asyncio.get_running_loop()
        tasks = [asyncio.ensure_future(client.submit(SOURCE)) for _ in range(submissions)]
        while client.pacing.live.next_slot is None or client.pacing.live.next_slot < seconds + 1:
            await asyncio.sleep(0.1)
        gc.collect()
        before, lags, until = client.pacing.live.waiting, list[float](), loop.time() + seconds
        cpu = time.process_time()
        while (asked := loop.time()) < until:
            await asyncio.sleep(0.02)
            lags.append(loop.time() - asked - 0.02)
        busy = (time.process_time() - cpu) / seconds
        after = client.pacing.live.waiting
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    lag = statistics.quantiles(lags, n=100)[98] * 1000
    return (
        f"{before} to {after} submissions waiting: {busy:.2%} of a core (this measurement "
        f"included), event-loop lag at the 99th percentile {lag:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=400, metavar="N", help="of each client")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--waiting", type=int, default=10_000, metavar="N")
    parser.add_argument("--seconds", type=float, default=20.0, help="of waiting, at most 40")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores", end="; ")
    print(f"{arguments.requests} requests of each client, {arguments.rounds} rounds")
    for line in compare(arguments.requests, arguments.rounds):
        print(line, flush=True)
    with service_process("sliding", scale=1) as service:
        print(asyncio.run(waiting(service, arguments.waiting, arguments.seconds)))


if __name__ == "__main__":
    main()
