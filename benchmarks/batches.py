"""Memory and speed of a long batch, with a service that calls back at once.

``python benchmarks/batches.py [ITEMS]`` prints the resident memory as the batch goes on, and how
late the event loop was.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from pdfshift_async import Item, PDFShift

ANSWER = {"success": True, "url": "https://pdfshift.s3.amazonaws.com/d/2/a.pdf"}
FIELD = "VmRSS:"


class Stub(httpx.AsyncBaseTransport):
    """Queues everything, and calls back soon after."""

    def __init__(self) -> None:
        self.receiver: Any = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer 202."""
        webhook = json.loads(await request.aread())["webhook"]
        body = json.dumps(ANSWER).encode()
        task = asyncio.create_task(self.receiver.handle("POST", webhook, {}, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return httpx.Response(202, json={"queued": True})


def memory() -> int:
    """Give the resident memory in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(FIELD)) // 1024


async def measure_lag(lags: list[float]) -> None:
    """Note how late the event loop wakes this up."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        lags.append(time.perf_counter() - before - 0.01)


async def run(count: int, store: str) -> None:
    """Run a batch and print its curve."""
    items: Iterator[Item] = (Item(f"inv-{number}", f"<p>{number}</p>") for number in range(count))
    stub, lags = Stub(), list[float]()
    watch = asyncio.create_task(measure_lag(lags))
    async with httpx.AsyncClient(transport=stub) as http_client:
        client = PDFShift(
            "sk_test",
            webhook_url="https://app.example.com/pdfshift",
            store=store,
            http_client=http_client,
        )
        stub.receiver = client.receiver
        async with client, client.batch("benchmark", items) as batch:
            done = 0
            async for _ in batch:
                done += 1
                if done % max(1, count // 10) == 0:
                    print(
                        f"{done:>9} items  {memory():>5} MB  {batch.progress.rate / 60:.0f} a second"
                    )
            await batch.finish()
    watch.cancel()
    lags.sort()
    print(f"event loop late by {1000 * lags[int(0.99 * len(lags))]:.1f} ms at the 99th percentile")


def main() -> None:
    """Measure with a file as the store."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(count, f"sqlite:///{folder}/store.db"))


if __name__ == "__main__":
    main()
