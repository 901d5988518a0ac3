"""Connections to the file, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pdfshift_async.errors import ConfigurationError, StoreUnavailable

__all__ = ["connect", "create", "identity", "is_busy", "transaction", "unavailable"]

_MEANINGS: Final = {
    "SQLITE_BUSY": (
        "another program has locked it for too long",
        "It goes on as soon as that program is done; look for an open transaction or a backup.",
    ),
    "SQLITE_FULL": (
        "no space is left on its disk",
        "Make space: it goes on without a restart, and what it holds is not lost.",
    ),
    "SQLITE_READONLY": (
        "it cannot be written",
        "Check the permissions of the file, of the -wal and -shm beside it, and of its folder.",
    ),
    "SQLITE_CANTOPEN": (
        "it cannot be opened",
        "Check the permissions of the file, of the -wal and -shm beside it, and of its folder.",
    ),
    "SQLITE_CORRUPT": (
        "it is damaged",
        "Stop the program and restore a backup, or save what can be read: sqlite3 FILE .recover",
    ),
    "SQLITE_NOTADB": (
        "it is not an SQLite database, or its beginning is damaged",
        "Name another file, or restore a backup.",
    ),
    "SQLITE_IOERR": ("the disk fails", "Look into the system's log."),
}
"""What to say of the error codes one meets; the extended ones begin with the same words."""

_ATTEMPT_EVERY: Final = 0.01
"""Seconds between two attempts to make a file that another process is making."""


def create(path: Path) -> None:
    """Make the file for its owner alone, where there is none; SQLite copies its mode.

    Raises:
        ConfigurationError: Its folder is missing, or it is a folder.
        StoreUnavailable: It cannot be made, or cannot be written.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(
            "store", f"the folder {path.parent} does not exist", hint="Make it first."
        )
    if path.is_dir():
        raise ConfigurationError("store", f"{path} is a folder", hint="Name a file in it.")
    try:
        # Only a new file is ever opened outside SQLite: closing it would drop the locks that
        # other connections of this process hold on it (https://www.sqlite.org/howtocorrupt.html).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        # SQLite would open it for reading, and leave files beside it that nobody can write.
        if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            reason, hint = _MEANINGS["SQLITE_READONLY"]
            raise StoreUnavailable(f"{path}: {reason}", hint=hint) from error
    except OSError as error:
        msg = f"{path} cannot be made: {error.strerror}"
        raise StoreUnavailable(
            msg, hint="Check the permissions of its folder and the space on its disk."
        ) from error


def connect(path: Path, lock_timeout: float) -> sqlite3.Connection:
    """Open a connection that commits only when told to, each commit on the disk when it returns."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection, path, lock_timeout)
        connection.execute(f"PRAGMA busy_timeout = {round(lock_timeout * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection, path: Path, lock_timeout: float) -> None:
    """Let reading go on while somebody writes, and a commit cost one flush of the disk."""
    attempts = max(1, round(lock_timeout / _ATTEMPT_EVERY))
    while (mode := _wal_of(connection, last=attempts == 1)) is None:
        attempts -= 1
        threading.Event().wait(_ATTEMPT_EVERY)
    if mode != "wal":
        msg = f"{path}: its file system has no memory that processes share"
        raise StoreUnavailable(msg, hint="Put it on a local disk: a network drive cannot hold it.")


def _wal_of(connection: sqlite3.Connection, *, last: bool) -> str | None:
    """Switch WAL on and give the mode, or None while another process is making the same file.

    SQLite's own waiting does not cover it: two that switch would wait for each other.
    """
    try:
        ((mode,),) = connection.execute("PRAGMA journal_mode = WAL").fetchall()
    except sqlite3.OperationalError as error:
        if last or not is_busy(error):
            raise
        return None
    return str(mode)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what happens inside, or nothing of it; the lock is taken at the beginning."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has rolled back already, and says so with another one.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def identity(path: Path) -> tuple[int, int] | None:
    """Tell the file from one that has taken its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_busy(error: BaseException) -> bool:
    """Whether another program held the lock for too long."""
    return _name_of(error).startswith("SQLITE_BUSY")


def unavailable(path: Path, error: sqlite3.Error) -> StoreUnavailable:
    """Say in words what SQLite says in codes."""
    name = _name_of(error)
    for code, (reason, hint) in _MEANINGS.items():
        if name.startswith(code):
            return StoreUnavailable(f"{path}: {reason} ({name})", hint=hint)
    return StoreUnavailable(f"{path}: {error}")


def _name_of(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
