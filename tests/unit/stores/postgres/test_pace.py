"""The text that all processes change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from pdfshift_async import StoreUnavailable
from pdfshift_async._core.interfaces import Moment, PaceStore
from pdfshift_async.stores.postgres import PostgresStore

from .conftest import planned


@pytest.fixture
async def other(postgres: str) -> AsyncIterator[PostgresStore]:
    """A store of another process."""
    store = PostgresStore(postgres)
    await store.open()
    yield store
    await store.close()


def worker_of(store: PostgresStore) -> int:
    """Give what stands for its process."""
    session = store._session
    assert session is not None
    return session._watch.sender


class Kept:
    """Writes something, and keeps what it was given."""

    def __init__(self, text: str) -> None:
        self.texts: list[str] = []
        self.moments: list[Moment] = []
        self._text = text

    def __call__(self, text: str, moment: Moment) -> str:
        """Take a text for another one."""
        self.texts.append(text)
        self.moments.append(moment)
        return self._text


def test_it_is_a_store_of_paces() -> None:
    """So clients share theirs."""
    assert isinstance(PostgresStore("postgresql://db.example.com"), PaceStore)


async def test_what_one_writes_another_reads(store: PostgresStore, other: PostgresStore) -> None:
    """Under the name alone; it is empty at first."""
    first, second = Kept('{"at": -Infinity}'), Kept("")
    await store.change_pace("one", first)
    await other.change_pace("one", second)
    await other.change_pace("two", second)
    assert (first.texts, second.texts) == ([""], ['{"at": -Infinity}', ""])


async def test_the_moment_is_the_servers(
    store: PostgresStore, other: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """Its clock is the same for all, and its locks tell who lives."""
    kept = Kept("")
    for each in (store, other, store):
        await each.change_pace("one", kept)
    now = await (await admin.execute("SELECT extract(epoch FROM clock_timestamp())")).fetchall()
    times = [moment.now for moment in kept.moments]
    assert times == sorted(set(times))
    assert times[-1] < float(now[0][0]) < times[0] + 60
    workers = [worker_of(store), worker_of(other)]
    assert [moment.worker for moment in kept.moments] == [*workers, workers[0]]
    assert all(set(moment.living) == set(workers) for moment in kept.moments)
    await other.close()
    await store.change_pace("one", kept)
    assert kept.moments[-1].living == workers[:1]


async def test_changes_of_many_are_made_one_after_the_other(
    store: PostgresStore, other: PostgresStore
) -> None:
    """None is lost, not even of those that begin the text; who waited has the later time."""
    moments: list[float] = []

    def count(text: str, moment: Moment) -> str:
        moments.append(moment.now)
        return str(int(text or 0) + 1)

    await asyncio.gather(*(each.change_pace("one", count) for each in (store, other) * 20))
    kept = Kept("")
    await store.change_pace("one", kept)
    assert kept.texts == ["40"]
    assert moments == sorted(moments)


async def test_a_change_that_fails_changes_nothing(store: PostgresStore) -> None:
    """Nor is the text locked afterwards."""
    await store.change_pace("one", Kept("before"))

    def fail(text: str, moment: Moment) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.change_pace("one", fail)
    kept = Kept("")
    await store.change_pace("one", kept)
    assert kept.texts == ["before"]


async def test_a_broken_connection_is_made_again(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """And the change with it."""
    kept = Kept("after")
    await store.change_pace("one", kept)
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE query LIKE '%COMMIT%' AND application_name = 'pdfshift_async'"
    )
    await store.change_pace("one", kept)
    assert kept.texts == ["", "after"]


async def test_records_do_not_wait_for_a_pace(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """It has a connection of its own; one that waits for too long fails and names the server."""
    await store.change_pace("one", Kept(""))
    async with admin.transaction():
        await admin.execute("SELECT 1 FROM paces FOR UPDATE")
        waiting = asyncio.ensure_future(store.change_pace("one", Kept("")))
        await store.plan(planned())
        assert await store.get("cv_one") is not None
        assert not waiting.done()
        with pytest.raises(StoreUnavailable, match="PostgreSQL at"):
            await waiting


async def test_nobody_waits_for_the_disk_to_have_a_pace(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """Its table is unlogged, so that a crash empties it, too."""
    cursor = await admin.execute("SELECT relpersistence FROM pg_class WHERE relname = 'paces'")
    assert await cursor.fetchall() == [("u",)]


async def test_a_closed_store_has_no_pace(store: PostgresStore) -> None:
    """As it has nothing else."""
    await store.close()
    with pytest.raises(StoreUnavailable, match="not open"):
        await store.change_pace("one", Kept(""))
