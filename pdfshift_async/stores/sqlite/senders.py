"""Which processes live: what a dead one had in hand is not sent, and never answered."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from .connections import create

__all__ = ["Sender"]


class Sender:
    """A lock on a small file beside the database, held until `close` or the end of the process.

    The system frees the lock however the process ends, so nothing has to tick and no pid can be
    taken for another. It is SQLite's own kind of lock, which every platform has, and which also
    tells two stores in one process apart.

    Call all methods within a transaction of the database: then nobody finds a file whose lock is
    about to be taken.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._prefix = f"{database.name}-sender-"
        self.name = secrets.token_hex(8)
        """Kept with each record that it has in hand."""
        path = self._path_of(self.name)
        create(path)
        self._lock = _locked(path)

    def close(self) -> None:
        """Free the lock."""
        self._lock.close()
        self._path_of(self.name).unlink(missing_ok=True)

    def living(self) -> set[str]:
        """Give the names of all that live, and clear away the files of the dead."""
        living = {self.name}
        for path in self._database.parent.iterdir():
            if path.name.startswith(self._prefix):
                name = path.name.removeprefix(self._prefix)
                if name == self.name or _lives(path):
                    living.add(name)
        return living

    def _path_of(self, name: str) -> Path:
        return self._database.with_name(self._prefix + name)


def _locked(path: Path) -> sqlite3.Connection:
    """Hold the file's lock for as long as the connection is open."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = MEMORY")  # no second file beside it
        connection.execute("BEGIN EXCLUSIVE")
    except BaseException:
        connection.close()
        raise
    return connection


def _lives(path: Path) -> bool:
    try:
        _locked(path).close()
    except sqlite3.Error:
        # Locked, or not ours to open: then it may live, and whoever may live is left alone.
        return True
    path.unlink(missing_ok=True)
    return False
