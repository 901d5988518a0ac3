"""What all tests share: no environment of the machine, one client to begin with."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import respx

from pdfshift_async import MemoryStore, PDFShift, Retry
from pdfshift_async.testing import VirtualClock

BASE_URL = "https://api.pdfshift.test/v3"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("PDFSHIFT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> VirtualClock:
    """Time that moves when the test says so."""
    return VirtualClock()


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


@pytest.fixture
def service() -> Iterator[respx.MockRouter]:
    """The service, as far as the test has scripted it."""
    with respx.mock(base_url=BASE_URL, assert_all_called=False) as router:
        yield router


@pytest.fixture
async def client(clock: VirtualClock, store: MemoryStore) -> AsyncIterator[PDFShift]:
    """An open client of the scripted service."""
    async with (
        httpx.AsyncClient() as http_client,
        PDFShift(
            "sk_test",
            base_url=BASE_URL,
            webhook_url="https://app.example.com/pdfshift",
            store=store,
            http_client=http_client,
            clock=clock,
            retry=Retry(max_elapsed=60),
        ) as client,
    ):
        yield client
