"""Client, receiver and emulator over real sockets; only the documents are quick ones."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from pdfshift_async import MemoryStore, PDFShift
from pdfshift_async.emulator import Emulator
from pdfshift_async.emulator.rendering import Rendered, RenderRequest


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
