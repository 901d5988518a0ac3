"""Client, receiver and emulator over real sockets; only the documents are quick ones.

Where the store's file is what fails, a receiver without sockets is enough.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdfshift_async import MemoryStore, PDFShift, Receiver, State
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.emulator import Emulator
from pdfshift_async.emulator.rendering import Rendered, RenderRequest
from pdfshift_async.stores import Record, SQLiteStore


class QuickRenderer:
    """Puts the source into something that begins like a PDF."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the document at once."""
        return Rendered(
            content=b"%PDF-1.7\n" + request.source.encode(),
            pages=1,
            source_status=None,
            source_duration=0.5,
            requests=0,
            source_length=len(request.source),
            unsupported=(),
        )


@dataclass
class World:
    """Everything that takes part."""

    emulator: Emulator
    client: PDFShift
    store: MemoryStore
    webhook_url: str


@pytest.fixture
def renderer() -> QuickRenderer:
    """Makes documents at once."""
    return QuickRenderer()


@pytest.fixture
async def emulator(renderer: QuickRenderer) -> AsyncIterator[Emulator]:
    """The service."""
    async with Emulator(renderer=renderer) as emulator:
        yield emulator


@pytest.fixture
async def world(emulator: Emulator, store: MemoryStore) -> AsyncIterator[World]:
    """An open client with its receiver."""
    listener = socket.create_server(("127.0.0.1", 0))
    webhook_url = f"http://127.0.0.1:{listener.getsockname()[1]}/pdfshift"
    async with (
        PDFShift(
            emulator.api_key,
            base_url=emulator.base_url,
            webhook_url=webhook_url,
            store=store,
        ) as client,
        client.receiver.listen(sock=listener),
    ):
        yield World(emulator, client, store, webhook_url)


@dataclass
class Desk:
    """A receiver whose store is a file, and what the service does to it."""

    store: SQLiteStore
    receiver: Receiver

    async def planned(self, count: int) -> list[str]:
        """Record new conversions, and give their ids."""
        ids = [new_id() for _ in range(count)]
        now = datetime.now(UTC)
        records = [Record(name, None, State.PLANNED, now, None) for name in ids]
        await asyncio.gather(*(self.store.plan(record) for record in records))
        return ids

    async def called(self, ids: Sequence[str]) -> set[int]:
        """Let the callbacks of all of them arrive at once, and give what was answered."""
        tokens = Tokens(["secret"])
        body = b'{"success": true, "url": "https://pdfshift.s3.amazonaws.com/a.pdf"}'
        replies = await asyncio.gather(
            *(self.receiver.handle("POST", f"/{tokens.token(name)}", {}, body) for name in ids)
        )
        return {reply.status for reply in replies}

    async def health(self) -> int:
        """Give the answer of the health route."""
        return (await self.receiver.handle("GET", "/health", {}, b"")).status

    async def states(self, ids: Sequence[str]) -> set[State | None]:
        """Give what the store says of them."""
        records = [await self.store.get(name) for name in ids]
        return {None if record is None else record.state for record in records}


@asynccontextmanager
async def opened_desk(path: Path, *, lock_timeout: float = 30) -> AsyncIterator[Desk]:
    """Open a receiver on a file."""
    store = SQLiteStore(path, lock_timeout=lock_timeout)
    await store.open()
    try:
        yield Desk(store, Receiver(store, ["secret"]))
    finally:
        await store.close()


OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def open_desk() -> OpenDesk:
    """Give what opens a receiver on a file."""
    return opened_desk
