from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest

from pdfshift_async.stores.postgres import PostgresStore, watching

from .conftest import CONVERTED, NOON, planned

PATIENCE = 5.0
"""Seconds after which a hint counts as lost; they come within milliseconds."""

Told = asyncio.Queue[str]


@pytest.fixture
async def other(postgres: str) -> AsyncIterator[PostgresStore]:
    """A store of another replica."""
    store = PostgresStore(postgres)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def told(store: PostgresStore) -> Told:
    """What the store has told its listener."""
    told = Told()
    store.subscribe(told.put_nowait)
    return told


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connects again at once."""
    monkeypatch.setattr(watching, "_RECONNECT_EVERY", 0.05)


async def settled(store: PostgresStore, name: str = "cv_one") -> None:
    """Settle a conversion."""
    await store.plan(planned(name))
    await store.settle(name, CONVERTED, NOON)


async def next_of(told: Told) -> str:
    """Wait for the next one."""
    async with asyncio.timeout(PATIENCE):
        return await told.get()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- it is not ours to be told
            await asyncio.sleep(0.01)


async def break_watch(admin: psycopg.AsyncConnection, store: PostgresStore) -> None:
    """End the connection that listens."""
    session = store._session
    assert session is not None
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
        " WHERE locktype = 'advisory' AND objid = %s",
        (session._watch.sender,),
    )


async def test_a_replica_is_told_of_what_another_one_settles(
    other: PostgresStore, told: Told
) -> None:
    """In the order in which it settled."""
    for name in ("cv_b", "cv_a", "cv_c"):
        await settled(other, name)
    assert [await next_of(told) for _ in range(3)] == ["cv_b", "cv_a", "cv_c"]


async def test_a_lost_notification_only_delays(
    store: PostgresStore,
    told: Told,
    admin: psycopg.AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As behind a pooler that swallows them."""
    monkeypatch.setattr(watching, "_LOOK_EVERY", 0.05)
    await settled(store)
    await next_of(told)
    for number in range(2, 4):
        async with admin.transaction():
            await admin.execute("UPDATE counters SET settlements = %s", (number,))
            await admin.execute("UPDATE conversions SET settlement = %s", (number,))
        assert await next_of(told) == "cv_one"


async def test_what_settled_while_nobody_listened_is_not_told(
    other: PostgresStore, store: PostgresStore
) -> None:
    """Whoever begins to wait reads it; only what comes afterwards is news."""
    await settled(other, "cv_old")
    session = store._session
    assert session is not None
    await until(lambda: session._watch._seen == 1)
    told = Told()
    store.subscribe(told.put_nowait)
    await settled(other, "cv_new")
    assert await next_of(told) == "cv_new"


async def test_a_listener_that_comes_during_a_look_misses_nothing(
    other: PostgresStore, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have read before what the look has seen, and begins where that began."""
    told = Told()
    newest = watching._newest

    async def interrupted(connection: psycopg.AsyncConnection) -> int:
        number = await newest(connection)
        if number:
            store.subscribe(told.put_nowait)
        return number

    monkeypatch.setattr(watching, "_newest", interrupted)
    await settled(other)
    assert await next_of(told) == "cv_one"


async def test_a_broken_watch_is_made_again(
    other: PostgresStore,
    store: PostgresStore,
    told: Told,
    admin: psycopg.AsyncConnection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What settled meanwhile is told then, and the log has one line."""
    caplog.set_level(logging.WARNING, "pdfshift_async")
    await break_watch(admin, store)
    await settled(other)
    assert await next_of(told) == "cv_one"
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("PostgreSQL at ")
    assert caplog.messages[0].endswith("; it is tried again")
    await settled(other, "cv_two")
    assert await next_of(told) == "cv_two"


async def test_a_server_that_takes_over_may_have_seen_less(
    other: PostgresStore,
    store: PostgresStore,
    told: Told,
    admin: psycopg.AsyncConnection,
) -> None:
    """The numbers begin again where that server is."""
    for name in ("cv_a", "cv_b"):
        await settled(other, name)
        await next_of(told)
    await admin.execute("DELETE FROM conversions")
    await admin.execute("UPDATE counters SET settlements = 0")
    await break_watch(admin, store)
    session = store._session
    assert session is not None
    await until(lambda: session._watch._seen == 0)
    await settled(other, "cv_c")
    assert await next_of(told) == "cv_c"


async def test_a_listener_that_fails_does_not_end_the_watch(
    store: PostgresStore, told: Told
) -> None:
    """Its error is the event loop's to report."""
    reported: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    def fail(_: str) -> None:
        raise ZeroDivisionError

    leave = store.subscribe(fail)
    await settled(store, "cv_one")
    await until(lambda: bool(reported))
    assert isinstance(reported[0]["exception"], ZeroDivisionError)
    leave()
    await settled(store, "cv_two")
    while await next_of(told) != "cv_two":
        pass


async def test_a_watch_that_cannot_begin_leaves_nothing(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is closed: an open one would warn."""
    monkeypatch.setattr(watching, "_LIVE", "SELECT nonsense, %s")
    with pytest.raises(Exception, match="nonsense"):
        await PostgresStore(postgres).open()
