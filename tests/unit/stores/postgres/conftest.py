"""A store in a database of its own, and what is put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg
import pytest

from pdfshift_async._core.states import State, Trigger
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Record, Request
from pdfshift_async.stores.postgres import PostgresStore
from pdfshift_async.stores.postgres.connections import Server

NOON: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)
CONVERTED: Final = Converted(document=HostedDocument(url="https://example.com/a.pdf"))
SENT: Final = Change(Trigger.SEND, NOON, deadline=NOON + timedelta(hours=1))


def planned(name: str = "cv_one", *, source: str = "<p>hi</p>") -> Record:
    """Give a new record."""
    return Record(name, None, State.PLANNED, NOON, Request("pdf", {"source": source}))


@pytest.fixture
async def store(postgres: str) -> AsyncIterator[PostgresStore]:
    """An open and empty store."""
    store = PostgresStore(postgres, timeout=1)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def server(postgres: str) -> Server:
    """Where the database is."""
    return Server(postgres, "pdfshift")


@pytest.fixture
async def admin(postgres: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Looks at the tables, and does to the server what servers suffer."""
    async with await psycopg.AsyncConnection.connect(
        postgres, autocommit=True, options="-c search_path=pdfshift"
    ) as connection:
        yield connection
