"""A service that calls back at once, as its sources ask for; documents come from memory."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from pdfshift_async import Batch, FinishedItem, Item, PDFShift, Report, Retry
from pdfshift_async.stores import Store, open_store
from pdfshift_async.testing import VirtualClock

HOST = "https://pdfshift.s3.amazonaws.com/d/2/"
BASE_URL = "https://api.pdfshift.test/v3"


class Service(httpx.AsyncBaseTransport):
    """Converts what it is sent: the first word of a source is what becomes of it."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.callbacks: dict[str, tuple[str, dict[str, Any]]] = {}
        self.receiver: Any = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.silent = False
        self.fetched: list[str] = []
        self.gone = False

    @property
    def sent(self) -> Counter[str]:
        """How often each source came."""
        return Counter(self.sources)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a submission, or a download."""
        if request.method == "GET":
            self.fetched.append(request.url.path)
            content = b"%PDF-1.7 of " + request.url.path.encode()
            return httpx.Response(404) if self.gone else httpx.Response(200, content=content)
        body = json.loads(await request.aread())
        source = body["source"]
        if "webhook" not in body:
            return httpx.Response(200, json={"success": True, "url": f"{HOST}direct.pdf"})
        self.sources.append(source)
        match source.split()[0]:
            case "refused":
                return httpx.Response(400, json={"error": "No."})
            case "wrong-key":
                return httpx.Response(401, json={"error": "Invalid API Key provided."})
            case "odd":
                return httpx.Response(200, json={})
            case "lost":
                pass
            case "failed":
                self._call_back(body["webhook"], {"error": {"error": "No.", "code": 400}})
            case _:
                name = source.split()[-1]
                size = 6_000_000 if "large" in source else None
                document = {"success": True, "url": f"{HOST}{name}.pdf", "filesize": size}
                self.callbacks[source] = body["webhook"], document
                if not self.silent:
                    self._call_back(*self.callbacks[source])
        return httpx.Response(202, json={"queued": True})

    def _call_back(self, webhook: str, content: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self.deliver(webhook, content))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def repeat(self, source: str) -> None:
        """Call back for a source, though it was silent before."""
        await self.deliver(*self.callbacks[source])

    async def deliver(self, webhook: str, content: dict[str, Any]) -> None:
        """Let a callback arrive."""
        await self.receiver.handle("POST", webhook, {}, json.dumps(content).encode())


@pytest.fixture
def service_of_batches() -> Service:
    """What answers and calls back."""
    return Service()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of store."""
    match request.param:
        case "memory":
            return "memory://"
        case "sqlite":
            return f"sqlite:///{tmp_path}/store.db"
        case _:
            return str(request.getfixturevalue("postgres"))


@pytest.fixture
def store(store_url: str) -> Store:
    """One that is not open."""
    return open_store(store_url)


OpenClient = Callable[..., AbstractAsyncContextManager[PDFShift]]


@pytest.fixture
def open_client(service_of_batches: Service, store: Store, clock: VirtualClock) -> OpenClient:
    """Opens a client of that service, on a store that may have been used before."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[PDFShift]:
        http_client = httpx.AsyncClient(transport=service_of_batches)
        client = PDFShift(
            "sk_test",
            base_url="https://api.pdfshift.test/v3",
            webhook_url="https://app.example.com/pdfshift",
            store=settings.pop("store", store),
            http_client=http_client,
            clock=clock,
            retry=Retry(max_elapsed=0),
            **settings,
        )
        client._shared.downloads._injected = service_of_batches
        service_of_batches.receiver = client.receiver
        async with http_client, client:
            yield client
            await asyncio.gather(*service_of_batches.tasks)
        await client._shared.store.close()

    return opened


@pytest.fixture
async def client(open_client: OpenClient) -> AsyncIterator[PDFShift]:
    """An open client of that service."""
    async with open_client() as client:
        yield client


def items_of(*sources: str) -> list[Item]:
    """Give items whose keys are the last words."""
    return [Item(source.split()[-1], source) for source in sources]


async def finished(batch: Batch) -> dict[str, FinishedItem]:
    """Run a batch to its end and give what became of each key."""
    async with batch:
        return {item.key: item async for item in batch}


async def until(condition: Callable[[], bool]) -> None:
    """Let others work, also in threads, until something is the case."""
    while not condition():  # noqa: ASYNC110 -- nobody tells
        await asyncio.sleep(0)


@asynccontextmanager
async def passing(clock: VirtualClock, step: float = 0.01) -> AsyncIterator[None]:
    """Let time pass until the block ends; threads that take real time must not miss a deadline."""

    async def pass_by() -> None:
        while True:
            await asyncio.sleep(0)
            await clock.advance(step)

    task = asyncio.ensure_future(pass_by())
    try:
        yield
    finally:
        task.cancel()


async def over_time(clock: VirtualClock, batch: Batch, seconds: float = 900) -> Report:
    """Run a batch to its end while time passes."""

    async def run() -> Report:
        async with batch:
            return await batch.finish()

    task = asyncio.ensure_future(run())
    while not task.done():
        # SQLite answers from threads, which take real time.
        await asyncio.sleep(0.002)
        await clock.advance(seconds / 30)
    return await task
