from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from pdfshift_async._core.states import State
from pdfshift_async.errors import ConfigurationError, StoreTooNew, StoreUnavailable
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Record, Request
from pdfshift_async.stores.postgres import PostgresStore, schema

from .conftest import planned

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
OLD_SCHEMA = Path(__file__).with_name("version_1.sql")
"""What schema version 1 made, and a store of that time wrote."""
CONVERTED = Converted(document=HostedDocument(url="https://example.com/a.pdf"))


async def opened_once(store: PostgresStore) -> None:
    """Let a store do with the database what it does."""
    await store.open()
    await store.close()


async def tables_of(admin: psycopg.AsyncConnection) -> set[str]:
    """Give the names of everything in the schema."""
    cursor = await admin.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('pdfshift')"
    )
    return {name for (name,) in await cursor.fetchall()}


async def version_of(admin: psycopg.AsyncConnection) -> int:
    """Give the version that is noted."""
    ((version,),) = await (await admin.execute("SELECT number FROM schema_version")).fetchall()
    return int(version)


async def test_replicas_may_start_together(postgres: str, admin: psycopg.AsyncConnection) -> None:
    """One of them makes the tables, and the others wait for it."""
    await asyncio.gather(*(opened_once(PostgresStore(postgres)) for _ in range(8)))
    cursor = await admin.execute("SELECT count(*) FROM counters")
    assert await cursor.fetchone() == (1,)
    assert await version_of(admin) == schema.VERSION


async def definitions_of(admin: psycopg.AsyncConnection) -> set[tuple[str, ...]]:
    """Give every column and index of the schema."""
    cursor = await admin.execute(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text"
        " FROM information_schema.columns WHERE table_schema = 'pdfshift'"
        " UNION SELECT tablename::text, indexname::text, indexdef, ''"
        " FROM pg_indexes WHERE schemaname = 'pdfshift'"
    )
    return set(await cursor.fetchall())


async def test_an_old_schema_keeps_everything(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """What is settled, what is waited for, what was in hand, and what nobody has claimed."""
    await admin.execute(OLD_SCHEMA.read_bytes())
    store = PostgresStore(postgres)
    await store.open()
    settled = Record("cv_settled", "inv-1", State.CONVERTED, NOON, None, attempt=1)
    at = NOON + timedelta(minutes=1)
    assert await store.get("cv_settled") == replace(settled, outcome=CONVERTED, settled_at=at)
    queued = await store.get("cv_queued")
    assert queued is not None
    assert queued.request == Request("pdf", {"source": "<p>ü</p>"})
    assert await store.overdue(NOON + timedelta(hours=1)) == ["cv_queued", "cv_sending"]
    assert await store.recover(NOON) == ["cv_planned", "cv_sending"]
    claimed = await store.plan(Record("cv_orphan", None, State.PLANNED, NOON, None))
    assert claimed.outcome == CONVERTED
    await store.close()


async def test_an_old_schema_can_do_what_a_new_one_can(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """It has the same tables afterwards, and is marked so."""
    await admin.execute(OLD_SCHEMA.read_bytes())
    assert await version_of(admin) == 1
    await opened_once(PostgresStore(postgres))
    migrated = await definitions_of(admin)
    assert await version_of(admin) == schema.VERSION
    await admin.execute("DROP SCHEMA pdfshift CASCADE")
    await opened_once(PostgresStore(postgres))
    assert await definitions_of(admin) == migrated


async def test_a_failed_step_leaves_the_old_schema(
    postgres: str, admin: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps are one transaction; the error says where."""
    await opened_once(PostgresStore(postgres))
    before = await tables_of(admin), await version_of(admin)
    step = ("CREATE TABLE newer (number integer)", "CREATE NONSENSE")
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    monkeypatch.setattr(schema, "VERSION", len(schema.STEPS))
    with pytest.raises(StoreUnavailable, match=r"PostgreSQL at .*NONSENSE.* \(42601\)"):
        await PostgresStore(postgres).open()
    assert (await tables_of(admin), await version_of(admin)) == before


async def test_the_schema_of_a_newer_library_is_left_alone(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """The error says where it is and what would be needed."""
    await opened_once(PostgresStore(postgres))
    await admin.execute("UPDATE schema_version SET number = %s", (schema.VERSION + 1,))
    with pytest.raises(StoreTooNew) as caught:
        await PostgresStore(postgres).open()
    for part in ("PostgreSQL at", f"version {schema.VERSION + 1}", f"up to {schema.VERSION}"):
        assert part in str(caught.value)
    assert await version_of(admin) == schema.VERSION + 1


async def test_the_schema_of_another_program_is_left_alone(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """Whatever its tables are called."""
    await admin.execute("CREATE SCHEMA pdfshift")
    await admin.execute("CREATE TABLE conversions (name text)")
    with pytest.raises(ConfigurationError, match=r"the schema pdfshift of .* holds something else"):
        await PostgresStore(postgres).open()
    assert await tables_of(admin) == {"conversions"}


async def test_a_user_who_may_make_no_schema_can_be_given_one(
    postgres: str, admin: psycopg.AsyncConnection
) -> None:
    """Without it, the error says what to do."""
    role = f"pdfshift_test_{os.getpid()}"
    await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'app'".encode())
    store = PostgresStore(make_conninfo(postgres, user=role, password="app"))
    try:
        with pytest.raises(StoreUnavailable, match="permission denied") as caught:
            await store.open()
        assert caught.value.hint is not None
        assert "make that user its owner" in caught.value.hint
        await admin.execute(f"CREATE SCHEMA pdfshift AUTHORIZATION {role}".encode())
        await store.open()
        await store.plan(planned())
        await store.close()
    finally:
        await admin.execute(f"DROP OWNED BY {role}".encode())
        await admin.execute(f"DROP ROLE {role}".encode())


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT id FROM conversions WHERE deadline <= 1 ORDER BY deadline, id", "deadlines"),
        ("SELECT min(deadline) FROM conversions", "deadlines"),
        (
            "SELECT settlement, id FROM conversions WHERE settlement > 1 ORDER BY settlement",
            "settlements",
        ),
        ("SELECT id, sender FROM conversions WHERE sender IS NOT NULL", "senders"),
        ("SELECT id FROM conversions WHERE settled_at < 1 LIMIT 1", "ages"),
    ],
)
async def test_no_question_walks_over_all_records(
    store: PostgresStore, admin: psycopg.AsyncConnection, query: str, index: str
) -> None:
    """There may be a million; each question has its index."""
    await admin.execute("SET enable_seqscan TO off")
    plan = await (await admin.execute(f"EXPLAIN {query}".encode())).fetchall()
    assert any(f" {index} " in step for (step,) in plan)
