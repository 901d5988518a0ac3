from __future__ import annotations

import asyncio
from dataclasses import replace

import psycopg

from pdfshift_async._core.states import State
from pdfshift_async.errors import StoreUnavailable, UnknownConversion
from pdfshift_async.models.outcomes import Failed, Failure
from pdfshift_async.stores import Effect
from pdfshift_async.stores.postgres import PostgresStore

from .conftest import CONVERTED, NOON, SENT, planned


async def test_a_batch_may_hold_everything_at_once(store: PostgresStore) -> None:
    """Several orders for one id are done one after the other."""
    answers = await asyncio.gather(
        store.settle("cv_orphan", CONVERTED, NOON),
        store.plan(planned()),
        store.advance("cv_one", SENT),
        store.settle("cv_one", CONVERTED, NOON),
        store.settle("cv_one", CONVERTED, NOON),
        store.plan(planned("cv_orphan")),
        store.plan(planned("cv_other")),
        store.advance("cv_none", SENT),
        return_exceptions=True,
    )
    assert isinstance(answers[-1], UnknownConversion)
    assert answers[0] == (None, Effect.ORPHAN)
    assert [answers[3][1], answers[4][1]] == [Effect.SETTLED, Effect.DUPLICATE]  # type: ignore[index]
    states = [await store.get(name) for name in ("cv_one", "cv_orphan", "cv_other")]
    assert [record and record.state for record in states] == [
        State.CONVERTED,
        State.CONVERTED,
        State.PLANNED,
    ]


async def test_an_orphan_and_its_record_find_each_other_across_processes(
    postgres: str, store: PostgresStore
) -> None:
    """However closely they come, neither is overlooked."""
    other = PostgresStore(postgres)
    await other.open()
    for number in range(60):
        name = f"cv_{number}"
        record, (_, effect) = await asyncio.gather(
            store.plan(planned(name)), other.settle(name, CONVERTED, NOON)
        )
        assert effect in {Effect.ORPHAN, Effect.SETTLED}
        assert record.settled is (effect is Effect.ORPHAN)
        found = await store.get(name)
        assert found is not None
        assert found.outcome == CONVERTED
    await other.close()


async def test_whoever_is_overtaken_begins_anew(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """Another process has looked at the same time, and inserts first."""
    async with admin.transaction():
        await admin.execute(
            "INSERT INTO conversions (id, created_at, sandbox, own_bucket, state, attempt,"
            " resubmits, request) VALUES ('cv_one', 0, false, false, 'planned', 0, 0, NULL)"
        )
        planning = asyncio.ensure_future(store.plan(planned()))
        while not await waiting_for_a_lock(admin):  # noqa: ASYNC110 -- the server knows
            await asyncio.sleep(0.01)
    record = await planning
    assert record.request is None
    assert await store.get("cv_one") == record


async def waiting_for_a_lock(admin: psycopg.AsyncConnection) -> bool:
    """Whether somebody waits for the other's transaction."""
    cursor = await admin.execute(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    return cursor.rowcount > 0


async def test_what_cannot_be_kept_fails_alone(store: PostgresStore) -> None:
    """PostgreSQL has no zero bytes in texts; the neighbours in its batch are kept."""
    answers = await asyncio.gather(
        store.plan(planned("cv_one")),
        store.plan(replace(planned("cv_zero"), key="a\x00b")),
        store.plan(replace(planned("cv_half"), key="\ud800")),
        store.plan(planned("cv_two")),
        return_exceptions=True,
    )
    assert [isinstance(answer, StoreUnavailable) for answer in answers] == [
        False,
        True,
        True,
        False,
    ]
    assert [str(answers[1]).count("cannot hold this"), str(answers[2]).count("a\x00b")] == [1, 0]
    assert await store.get("cv_two") == planned("cv_two")
    assert await store.get("cv_zero") is None


async def test_errors_are_not_shared(postgres: str) -> None:
    """Whoever gets one writes its own conversion into it."""
    store = PostgresStore(postgres, timeout=0.1)
    await store.open()
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("DROP SCHEMA pdfshift CASCADE")
    answers = await asyncio.gather(
        *(store.get(f"cv_{number}") for number in range(3)), return_exceptions=True
    )
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
    assert len({id(answer) for answer in answers}) == 3
    await store.close()


async def test_the_request_is_erased_in_the_table(
    store: PostgresStore, admin: psycopg.AsyncConnection
) -> None:
    """Not only in the record that comes back."""
    await store.plan(planned())
    await store.advance("cv_one", SENT)
    cursor = await admin.execute("SELECT request LIKE '%<p>hi</p>%' FROM conversions")
    assert await cursor.fetchone() == (True,)
    await store.settle("cv_one", CONVERTED, NOON)
    cursor = await admin.execute("SELECT request, deadline, sender FROM conversions")
    assert await cursor.fetchone() == (None, None, None)


async def test_a_hard_outcome_is_kept(store: PostgresStore) -> None:
    """What jsonb would refuse: a zero byte in a text."""
    await store.plan(planned())
    failed = Failed(failure=Failure(kind="reported", detail="a\x00b €", raw=b"\x00\xff"))
    await store.settle("cv_one", failed, NOON)
    record = await store.get("cv_one")
    assert record is not None
    assert record.outcome == failed


async def test_large_documents_are_carried_in_batches_of_their_own(store: PostgresStore) -> None:
    """In one, they would be a statement of twenty megabytes."""
    records = [planned(f"cv_{number}", source="x" * 500_000) for number in range(40)]
    assert await asyncio.gather(*(store.plan(record) for record in records)) == records
    assert await asyncio.gather(*(store.get(record.id) for record in records)) == records
