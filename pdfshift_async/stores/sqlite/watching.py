"""What has settled in other processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

__all__ = ["Watch"]


class Watch:
    """Looks for conversions that have settled since its last look.

    SQLite tells a connection cheaply that somebody else has written, and the number of the last
    settlement tells what. The connection must not be one that writes, which would not be told.

    Args:
        connection: To the file.
        tell: Takes the ids, in the order in which they settled.
    """

    def __init__(
        self, connection: sqlite3.Connection, tell: Callable[[Sequence[str]], None]
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._version = self._seen = -1
        self.skip()

    def skip(self) -> None:
        """Leave out what has settled until now: whoever begins to wait reads it."""
        # First the version: what is written after it shows at the next look.
        self._version = self._version_now()
        ((self._seen,),) = self._connection.execute("SELECT settlements FROM counters").fetchall()

    def look(self) -> None:
        """Tell what has settled since."""
        version = self._version_now()
        if version == self._version:
            return
        rows = self._connection.execute(
            "SELECT settlement, id FROM conversions WHERE settlement > ? ORDER BY settlement",
            (self._seen,),
        ).fetchall()
        self._version = version
        if rows:
            self._seen = rows[-1][0]
            self._tell([conversion_id for _, conversion_id in rows])

    def _version_now(self) -> int:
        ((version,),) = self._connection.execute("PRAGMA data_version").fetchall()
        return int(version)
