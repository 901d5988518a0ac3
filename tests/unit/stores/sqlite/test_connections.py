from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pdfshift_async.errors import ConfigurationError, StoreUnavailable
from pdfshift_async.stores import SQLiteStore
from pdfshift_async.stores.sqlite.connections import (
    connect as connect_store,
    create,
    transaction,
    unavailable,
)


def mode_of(path: Path) -> int:
    """Give who may do what with it."""
    return stat.S_IMODE(path.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    """Give the same for each file, by the first characters of its name."""
    return {path.name[:15]: mode_of(path) for path in folder.iterdir()}


async def test_the_file_is_for_its_owner_alone(store: SQLiteStore, path: Path) -> None:
    """So are the files that SQLite, and the lock of the sender, put beside it."""
    await store.check()
    assert modes_in(path.parent) == {
        "pdfshift.db": 0o600,
        "pdfshift.db-sen": 0o600,
        "pdfshift.db-shm": 0o600,
        "pdfshift.db-wal": 0o600,
    }


async def test_a_file_that_is_there_keeps_its_mode(path: Path) -> None:
    """Somebody has decided about it."""
    os.close(os.open(path, os.O_CREAT, 0o640))
    store = SQLiteStore(path)
    await store.open()
    await store.close()
    assert mode_of(path) == 0o640


@pytest.mark.parametrize(
    ("below", "rule"),
    [("missing/pdfshift.db", "the folder .* does not exist"), ("", "is a folder")],
)
async def test_a_path_that_cannot_be_a_file_is_named(tmp_path: Path, below: str, rule: str) -> None:
    """When the store is opened: constructing it does no I/O."""
    store = SQLiteStore(tmp_path / below)
    with pytest.raises(ConfigurationError, match=rule) as caught:
        await store.open()
    assert str(tmp_path) in str(caught.value)


def test_a_file_that_the_system_refuses_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the system's own reason."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreUnavailable, match="cannot be made: Permission denied"):
        create(path)


def test_a_file_that_cannot_be_written_is_not_opened_at_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite would read it, and leave files beside it that nobody can write."""
    path.touch()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    with pytest.raises(StoreUnavailable, match="it cannot be written") as caught:
        create(path)
    assert "Check the permissions" in str(caught.value)


async def test_a_file_system_without_shared_memory_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without WAL, a reader would block the callbacks."""
    connect = sqlite3.connect

    class Elsewhere(sqlite3.Connection):
        def execute(self, sql: str, /, *parameters: object) -> sqlite3.Cursor:
            return super().execute(sql.replace("= WAL", "= DELETE"))

    monkeypatch.setattr(
        sqlite3,
        "connect",
        lambda *args, **options: connect(*args, **options, factory=Elsewhere),
    )
    with pytest.raises(StoreUnavailable, match="no memory that processes share"):
        await SQLiteStore(path).open()


async def test_a_file_that_is_being_made_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses at once there; the lock's own waiting begins afterwards."""
    connect = sqlite3.connect
    refusals = 3

    class Busy(sqlite3.Connection):
        def execute(self, sql: str, /, *_: object) -> sqlite3.Cursor:
            nonlocal refusals
            if "= WAL" in sql and refusals:
                refusals -= 1
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorname = "SQLITE_BUSY"
                raise error
            return super().execute(sql)

    def connect_busy(*args: Any, **options: Any) -> sqlite3.Connection:
        return connect(*args, **options, factory=Busy)

    monkeypatch.setattr(sqlite3, "connect", connect_busy)
    with pytest.raises(StoreUnavailable, match="locked it for too long"):
        await SQLiteStore(path, lock_timeout=0.02).open()
    with closing(connect_store(path, 0.02)) as connection:
        ((mode,),) = connection.execute("PRAGMA journal_mode").fetchall()
    assert (mode, refusals) == ("wal", 0)


def interrupted(connection: sqlite3.Connection, *statements: str) -> None:
    """Begin a transaction, and press Ctrl-C in it."""
    with transaction(connection):
        for statement in statements:
            connection.execute(statement)
        raise KeyboardInterrupt


def test_a_transaction_is_done_wholly_or_not_at_all(path: Path) -> None:
    """Whatever ends it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (x)")
        with pytest.raises(KeyboardInterrupt):
            interrupted(connection, "INSERT INTO t VALUES (1)")
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (2)")
        assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_a_transaction_that_sqlite_has_ended_keeps_its_error(path: Path) -> None:
    """That there is nothing left to roll back is not what anybody wants to hear."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(KeyboardInterrupt):
            interrupted(connection, "ROLLBACK")
        assert not connection.in_transaction


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "another program has locked it for too long"),
        ("SQLITE_FULL", "no space is left on its disk"),
        ("SQLITE_READONLY_DIRECTORY", "it cannot be written"),
        ("SQLITE_CANTOPEN", "it cannot be opened"),
        ("SQLITE_CORRUPT_INDEX", "it is damaged"),
        ("SQLITE_NOTADB", "it is not an SQLite database"),
        ("SQLITE_IOERR_FSYNC", "the disk fails"),
    ],
)
def test_errors_of_sqlite_are_told_in_words(code: str, reason: str) -> None:
    """With the path, the code for those who look it up, and what to do."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = code
    translated = unavailable(Path("/var/a.db"), error)
    assert translated.message.startswith(f"/var/a.db: {reason}")
    assert translated.message.endswith(f"({code})")
    assert translated.hint != StoreUnavailable.default_hint


def test_an_error_without_a_code_keeps_its_own_words() -> None:
    """Python's own ones have none."""
    error = sqlite3.ProgrammingError("Cannot operate on a closed database.")
    translated = unavailable(Path("a.db"), error)
    assert translated.message == "a.db: Cannot operate on a closed database."
    assert translated.hint == StoreUnavailable.default_hint
