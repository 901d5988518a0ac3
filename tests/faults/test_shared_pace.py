"""Replicas that share the limit of one account through PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import MemoryStore, Pacing, PDFShift, Store
from pdfshift_async.emulator import Emulator, Limits
from pdfshift_async.emulator.bodies import Refusal
from pdfshift_async.emulator.rendering import Rendered, RenderRequest
from pdfshift_async.stores.postgres import PostgresStore

if TYPE_CHECKING:
    from pdfshift_async.emulator.meters import Algorithm

SCRIPT = Path(__file__).with_name("sending_process.py")
WINDOW = 3.0
LIMIT = 20
COUNT = 20
"""Documents of each replica."""


class StoppableRenderer:
    """Makes documents at once, but slow ones only when it is told to."""

    def __init__(self) -> None:
        self.rendered = 0
        """How many have begun."""
        self.slow = 0
        """How many of them are slow ones."""
        self.released = asyncio.Event()

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the document."""
        self.rendered += 1
        if request.source.startswith("<p>slow"):
            self.slow += 1
            await self.released.wait()
        content = b"%PDF-1.7\n" + request.source.encode()
        return Rendered(content, 1, None, 0.5, 0, len(request.source), ())


class Service:
    """An emulator that keeps what it refuses."""

    def __init__(self, algorithm: Algorithm) -> None:
        self.renderer = StoppableRenderer()
        limits = Limits(live=LIMIT, window=WINDOW, algorithm=algorithm)
        self.emulator = Emulator(renderer=self.renderer, limits=limits)
        self.refused = 0
        count = self.emulator._service.rates.count

        def counted(*arguments: object, **named: object) -> None:
            try:
                count(*arguments, **named)  # type: ignore[arg-type]
            except Refusal:
                self.refused += 1
                raise

        self.emulator._service.rates.count = counted  # type: ignore[method-assign]


@asynccontextmanager
async def serving(algorithm: Algorithm) -> AsyncIterator[Service]:
    """Run a service with a small window."""
    service = Service(algorithm)
    async with service.emulator:
        yield service
        service.renderer.released.set()


async def replica(service: Service, store: Store, *, max_open: int = 50) -> int:
    """Convert its documents; give the number of those that came out."""
    async with PDFShift(
        service.emulator.api_key,
        base_url=service.emulator.base_url,
        store=store,
        pacing=Pacing(window=WINDOW, max_open=max_open),
    ) as client:
        documents = await asyncio.gather(
            *(client.convert_direct(f"<p>{number}</p>") for number in range(COUNT))
        )
    await store.close()
    return len(documents)


@pytest.mark.parametrize("algorithm", ["fixed", "sliding"])
@pytest.mark.timeout(60)
async def test_replicas_together_stay_at_the_limit_and_are_never_refused(
    postgres: str, algorithm: Algorithm
) -> None:
    """Three windows' worth of documents, a third of them of each."""
    async with serving(algorithm) as service:
        stores = [PostgresStore(postgres) for _ in range(3)]
        served = await asyncio.gather(*(replica(service, store) for store in stores))
        assert (served, service.refused) == ([COUNT] * 3, 0)


@pytest.mark.timeout(60)
async def test_replicas_that_share_nothing_refuse_each_other() -> None:
    """All documents come out all the same: this is what the store is for."""
    async with serving("fixed") as service:
        served = await asyncio.gather(*(replica(service, MemoryStore()) for _ in range(3)))
        assert served == [COUNT] * 3
        assert service.refused > 0


async def all_under_way(service: Service, store: str, most: int) -> asyncio.subprocess.Process:
    """Run a replica until it has so many requests under way."""
    environment = {
        "PDFSHIFT_API_KEY": service.emulator.api_key,
        "PDFSHIFT_BASE_URL": service.emulator.base_url,
        "PDFSHIFT_STORE": store,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, f"{WINDOW}", f"{most}", env=os.environ | environment
    )
    while service.renderer.slow < most:
        assert process.returncode is None
        await asyncio.sleep(0.01)
    return process


@pytest.mark.timeout(60)
async def test_a_replica_that_is_killed_blocks_nobody(postgres: str) -> None:
    """It had all requests that may be open; the others go on without them, and are not refused."""
    async with serving("fixed") as service, asyncio.TaskGroup() as tasks:
        victim = await all_under_way(service, postgres, most=3)
        others = [
            tasks.create_task(replica(service, PostgresStore(postgres), max_open=3))
            for _ in range(2)
        ]
        await asyncio.sleep(1)
        assert service.renderer.rendered == 4, "nobody goes while it lives"
        victim.kill()
        await victim.wait()
        assert [await other for other in others] == [COUNT] * 2
        assert service.refused == 0
