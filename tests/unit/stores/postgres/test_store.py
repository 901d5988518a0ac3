from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pdfshift_async._clock import SystemClock
from pdfshift_async._core.states import State
from pdfshift_async.errors import ConfigurationError, StoreUnavailable
from pdfshift_async.stores import Request, open_store
from pdfshift_async.stores.postgres import PostgresStore, session, store as store_module

from .conftest import CONVERTED, NOON, SENT, planned


@pytest.mark.parametrize(
    ("url", "schema"),
    [
        ("postgresql://app:secret@db/shop", "pdfshift"),
        ("postgres://app:secret@db/shop?schema=other", "other"),
        ("postgresql://app:secret@db/shop?sslmode=require&schema=other&connect_timeout=3", "other"),
    ],
)
def test_a_url_names_a_store(url: str, schema: str) -> None:
    """Its schema may be said in the query, and its password is not shown."""
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    assert store.schema == schema
    assert repr(store) == "<PostgresStore db:5432/shop>"


def test_options_of_the_connection_are_kept() -> None:
    """All but the schema are libpq's."""
    store = PostgresStore.from_url("postgresql://db/shop?sslmode=require&schema=other")
    assert store._server._parameters == {"host": "db", "dbname": "shop", "sslmode": "require"}


@pytest.mark.parametrize("schema", ["", "Upper", "a-b", "pg_catalog", "1st", "x" * 64, "a;b"])
def test_a_schema_has_a_plain_name(schema: str) -> None:
    """It is also the name of a channel, and nobody has to quote it."""
    with pytest.raises(ConfigurationError, match="schema: must be a name in lower case"):
        PostgresStore("postgresql://db/shop", schema=schema)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only for those who ask for such a store."""
    for name in [name for name in sys.modules if name.startswith("pdfshift_async.stores.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError) as caught:
        open_store("postgresql://app:secret@db/shop")
    assert "pip install 'pdfshift-async[postgres]'" in str(caught.value)
    assert "secret" not in str(caught.value)


def calls(store: PostgresStore) -> list[Coroutine[Any, Any, object]]:
    """Give one of each call."""
    return [
        store.plan(planned()),
        store.get("cv_one"),
        store.advance("cv_one", SENT),
        store.settle("cv_one", CONVERTED, NOON),
        store.overdue(NOON),
        store.next_deadline(),
        store.recover(NOON),
        store.purge(older_than=NOON),
        store.check(),
    ]


async def test_a_store_that_is_not_open_says_so(postgres: str) -> None:
    """Before it is opened, and after it was closed."""
    store = PostgresStore(postgres)
    for call in calls(store):
        with pytest.raises(StoreUnavailable, match="is not open"):
            await call
    await store.open()
    await store.close()
    for call in calls(store):
        with pytest.raises(StoreUnavailable, match="is not open"):
            await call


async def test_a_store_that_could_not_be_opened_can_be_opened_later(postgres: str) -> None:
    """Nothing of the first try is in the way, and nothing is open in between."""
    store = PostgresStore(postgres)
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("CREATE SCHEMA pdfshift")
        admin.execute("CREATE TABLE pdfshift.foreign_table (name text)")
        for _ in range(2):
            with pytest.raises(ConfigurationError):
                await store.open()
        with pytest.raises(StoreUnavailable, match="is not open"):
            await store.check()
        admin.execute("DROP TABLE pdfshift.foreign_table")
    await store.open()
    await store.check()
    await store.close()


async def test_a_server_that_is_away_at_the_beginning_is_told_at_once() -> None:
    """The error names it, without the password."""
    store = PostgresStore("postgresql://app:secret@127.0.0.1:1/shop")
    with pytest.raises(StoreUnavailable) as caught:
        await store.open()
    assert str(caught.value).startswith("PostgreSQL at 127.0.0.1:1/shop: connection failed")
    assert "secret" not in str(caught.value)
    await store.close()


async def test_opening_at_the_same_time_is_opening_once(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """Client and receiver may share a store."""
    store = PostgresStore(postgres)
    await asyncio.gather(store.open(), store.open(), store.open())
    cursor = await admin.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'pdfshift_async'"
    )
    assert await cursor.fetchone() == (2,)  # the reader connects when somebody reads
    await asyncio.gather(store.close(), store.close())


def test_a_store_may_serve_several_event_loops(postgres: str) -> None:
    """One after the other; in a loop of its own each has to open it."""
    store = PostgresStore(postgres)

    async def use() -> None:
        with pytest.raises(StoreUnavailable, match="is not open"):
            await store.check()
        await store.open()
        await store.plan(planned())
        await store.close()

    for _ in range(2):
        asyncio.run(use())


async def test_deadlines_are_read_from_the_table(store: PostgresStore) -> None:
    """The earliest, and all that have passed."""
    assert await store.next_deadline() is None
    await store.plan(planned())
    await store.advance("cv_one", SENT)
    assert await store.next_deadline() == SENT.deadline
    assert await store.overdue(NOON) == []
    assert await store.overdue(NOON + timedelta(hours=2)) == ["cv_one"]


async def test_a_question_that_fails_says_where(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """As every call does."""
    await admin.execute("DROP TABLE conversions")
    with pytest.raises(StoreUnavailable, match=r"^PostgreSQL at .* \(42P01\)"):
        await store.next_deadline()


async def test_purging_takes_many_steps(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until nothing is left."""
    monkeypatch.setattr(store_module, "_DELETED_AT_ONCE", 2)
    for number in range(5):
        await store.settle(f"cv_{number}", CONVERTED, NOON)
    assert await store.purge(older_than=NOON.replace(hour=13)) == 5


async def test_a_sender_that_has_only_lost_its_connection_is_left_alone(
    postgres: str, store: PostgresStore
) -> None:
    """It is back before it counts as dead."""
    await store.plan(planned())
    await store.advance("cv_one", SENT)
    other = PostgresStore(postgres)
    await other.open()
    assert store._session is not None
    watch = store._session._watch
    await watch.close()

    class Meanwhile(SystemClock):
        async def sleep(self, seconds: float) -> None:
            await watch.open()

    assert other._session is not None
    other._session._clock = Meanwhile()
    assert await other.recover(NOON) == []
    record = await store.get("cv_one")
    assert record is not None
    assert record.state is State.SENDING
    await other.close()


async def test_a_sender_that_does_not_come_back_is_dead(
    postgres: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a pause, and without having said that it closes."""
    monkeypatch.setattr(session, "_GRACE", 0.01)
    await store.plan(planned())
    await store.advance("cv_one", SENT)
    other = PostgresStore(postgres)
    await other.open()
    assert store._session is not None
    await store._session._watch.close()
    assert await other.recover(NOON) == ["cv_one"]
    assert await other.recover(NOON) == []
    record = await other.get("cv_one")
    assert record is not None
    assert record.state is State.UNCONFIRMED
    await other.close()


async def test_closing_without_a_server_is_no_error(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """What it has in hand is found by whoever comes next, a little later."""
    store = PostgresStore(postgres, timeout=0.2)
    await store.open()
    assert store._session is not None
    store._session._server._parameters |= {"host": "127.0.0.1", "port": "1"}
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'pdfshift_async'"
    )
    await store.close()


@pytest.mark.parametrize(
    ("request_", "weight"),
    [
        (None, 1),
        (Request("pdf", {"source": "<p>hi</p>"}), 1),
        (Request("pdf", {"source": "x" * 400_000}), 101),
        (Request("pdf", {}, template="invoice"), 1),
    ],
)
def test_a_document_weighs_what_it_holds(request_: Request | None, weight: int) -> None:
    """A transaction holds few large ones."""
    assert store_module._weight_of(request_) == weight
