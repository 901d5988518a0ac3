from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdfshift_async._core.states import State, Trigger
from pdfshift_async.errors import ConfigurationError, StoreTooNew
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Record, Request, SQLiteStore
from pdfshift_async.stores.sqlite import schema

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
OLD_FILE = Path(__file__).with_name("version_1.sql")
"""What ``sqlite3 pdfshift.db .dump`` says of a file that schema version 1 wrote."""
CONVERTED = Converted(document=HostedDocument(url="https://example.com/a.pdf"))


def executed(path: Path, script: str) -> None:
    """Run SQL on a file that no store has open."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def tables_of(path: Path) -> set[str]:
    """Give everything that the file defines."""
    with closing(sqlite3.connect(path)) as connection:
        return {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master")}


def marks_of(path: Path) -> tuple[int, int]:
    """Give whose file it is, and its version."""
    with closing(sqlite3.connect(path)) as connection:
        ((mark,),) = connection.execute("PRAGMA application_id")
        ((version,),) = connection.execute("PRAGMA user_version")
    return mark, version


async def opened_once(path: Path) -> None:
    """Let a store do with the file what it does."""
    store = SQLiteStore(path)
    await store.open()
    await store.close()


async def test_an_old_file_keeps_everything(path: Path) -> None:
    """What is settled, what is waited for, what is being sent, and what nobody has claimed."""
    executed(path, OLD_FILE.read_text())
    store = SQLiteStore(path)
    await store.open()
    assert await store.get("cv_settled") == Record(
        id="cv_settled",
        key="inv-1",
        state=State.CONVERTED,
        created_at=NOON,
        request=None,
        attempt=1,
        outcome=CONVERTED,
        settled_at=NOON + timedelta(minutes=1),
    )
    request = Request("pdf", {"source": "<p>ü</p>"})
    sending = await store.get("cv_sending")
    assert sending is not None
    assert (sending.state, sending.request) == (State.SENDING, request)
    assert await store.overdue(NOON + timedelta(hours=1)) == ["cv_queued", "cv_sending"]
    claimed = await store.plan(Record("cv_orphan", None, State.PLANNED, NOON, None))
    assert claimed.outcome == CONVERTED
    await store.close()


async def test_an_old_file_can_do_what_a_new_one_can(path: Path) -> None:
    """It has the same tables afterwards, and is marked so."""
    executed(path, OLD_FILE.read_text())
    assert marks_of(path) == (schema.APPLICATION_ID, 1)
    await opened_once(path)
    await opened_once(new := path.with_name("new.db"))
    assert marks_of(path) == marks_of(new) == (schema.APPLICATION_ID, schema.VERSION)
    assert {" ".join(sql.split()) for sql in tables_of(path) if sql} == {
        " ".join(sql.split()) for sql in tables_of(new) if sql
    }
    store = SQLiteStore(path)
    await store.open()
    await store.advance("cv_queued", Change(Trigger.GIVEN_UP, NOON + timedelta(hours=1)))
    assert await store.recover(NOON) == ["cv_sending", "cv_planned"]
    assert await store.purge(older_than=NOON + timedelta(days=1)) == 5
    await store.close()


async def test_a_failed_step_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps are one transaction."""
    executed(path, OLD_FILE.read_text())
    before = tables_of(path)
    broken = (*schema.STEPS[:-1], (*schema.STEPS[-1], "CREATE NONSENSE"))
    monkeypatch.setattr(schema, "STEPS", broken)
    with pytest.raises(Exception, match="NONSENSE"):
        await SQLiteStore(path).open()
    assert marks_of(path) == (schema.APPLICATION_ID, 1)
    assert tables_of(path) == before


async def test_a_file_of_a_newer_library_is_left_alone(path: Path) -> None:
    """The error says where it is and what would be needed."""
    await opened_once(path)
    executed(path, f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(StoreTooNew) as caught:
        await SQLiteStore(path).open()
    for part in (str(path), f"version {schema.VERSION + 1}", f"up to {schema.VERSION}"):
        assert part in str(caught.value)
    assert marks_of(path)[1] == schema.VERSION + 1


async def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    """Whatever version it says it has."""
    executed(path, "CREATE TABLE customers (name); PRAGMA user_version = 1")
    with pytest.raises(ConfigurationError, match="is the database of another program"):
        await SQLiteStore(path).open()
    assert tables_of(path) == {"CREATE TABLE customers (name)"}


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT id FROM conversions WHERE deadline <= 1 ORDER BY deadline, id", "deadlines"),
        ("SELECT min(deadline) FROM conversions WHERE deadline IS NOT NULL", "deadlines"),
        (
            "SELECT settlement, id FROM conversions WHERE settlement > 1 ORDER BY settlement",
            "settlements",
        ),
        ("SELECT id, sender FROM conversions WHERE sender IS NOT NULL", "senders"),
        ("SELECT number FROM conversions WHERE settled_at < 1 LIMIT 1", "ages"),
        ("SELECT id FROM orphans WHERE received_at < 1 LIMIT 1", "orphan_ages"),
    ],
)
async def test_no_question_walks_over_all_records(path: Path, query: str, index: str) -> None:
    """There may be a million; each question has its index."""
    await opened_once(path)
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert any(f"INDEX {index}" in step[-1] for step in plan)
