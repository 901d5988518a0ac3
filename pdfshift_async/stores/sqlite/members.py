"""The members of batches, as SQL on one connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from pdfshift_async._core.members import Ending, Member, Tally, folded
from pdfshift_async.stores.member_rows import COLUMNS, columns_of, member_of

__all__ = ["Members"]

_ENROL: Final = f"""
    INSERT INTO members ({COLUMNS}, holder, folded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 -- our own names
_TAKE: Final = """
    UPDATE members SET run = ?, number = ?, holder = CASE WHEN ending IS NULL THEN ? END
    WHERE batch = ? AND key = ?
"""
_REWRITE: Final = f"""
    UPDATE members SET ({COLUMNS}, holder) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    WHERE batch = ? AND key = ? AND conversion_id = ?
"""  # noqa: S608 -- our own names
_FIND: Final = f"SELECT {COLUMNS}, holder FROM members WHERE batch = ? AND key = ?"  # noqa: S608
_PAGE: Final = f"""
    SELECT {COLUMNS}, holder FROM members WHERE batch = ? AND key > ? ORDER BY key LIMIT ?
"""  # noqa: S608 -- our own names


class Members:
    """Reads and writes members; whatever writes belongs into a transaction.

    Args:
        connection: To the file.
        sender: Holds each member that is in hand here.
        living: Gives the senders that live.
    """

    def __init__(
        self, connection: sqlite3.Connection, sender: str, living: Callable[[], set[str]]
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._living = living

    def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member, or give the known one as it was, and whether it is in hand here."""
        for known, holder in self._read(_FIND, member.batch, member.key):
            free = holder in {None, self._sender} or holder not in self._living()
            if free:
                self._take(known, member.run, member.number)
            return known, free
        name = folded(member.key)
        twins = self._rows(
            "SELECT 1 FROM members WHERE batch = ? AND folded = ? LIMIT 1", member.batch, name
        )
        kept = replace(member, twin=bool(twins))
        self._write(_ENROL, *columns_of(kept), self._holder_of(kept), name)
        return kept, True

    def lease(self, batch: str, keys: Sequence[str], run: str) -> list[Member]:
        """Take in hand what no sender has any more; give it, and what has ended."""
        others = self._living() - {self._sender}
        found = [row for key in keys for row in self._read(_FIND, batch, key)]
        leased = []
        for known, holder in found:
            if known.ending is not None:
                leased.append(known)
            elif holder not in others:
                self._take(known, run, known.number)
                leased.append(replace(known, run=run))
        return leased

    def release(self, batch: str) -> None:
        """Have nothing of a batch in hand any more."""
        self._write(
            "UPDATE members SET holder = NULL WHERE batch = ? AND holder = ?", batch, self._sender
        )

    def rewrite(self, member: Member, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        where = (member.batch, member.key, instead_of)
        columns = (*columns_of(member), self._holder_of(member))
        return self._write(_REWRITE, *columns, *where).rowcount == 1

    def page(self, batch: str, after: str, limit: int) -> list[Member]:
        """Give members in the order of their keys."""
        return [member for member, _ in self._read(_PAGE, batch, after, limit)]

    def tally(self, batch: str) -> Tally:
        """Give the batch in numbers."""
        rows = self._rows(
            "SELECT ending, count(*), sum(credits) FROM members WHERE batch = ? GROUP BY ending",
            batch,
        )
        endings = {None if name is None else Ending(name): count for name, count, _ in rows}
        return Tally(endings, sum(spent for _, _, spent in rows))

    def forget(self, batch: str, limit: int) -> int:
        """Delete as many members at most, and give their number."""
        return self._write(
            "DELETE FROM members WHERE rowid IN"
            " (SELECT rowid FROM members WHERE batch = ? LIMIT ?)",
            *(batch, limit),
        ).rowcount

    def _holder_of(self, member: Member) -> str | None:
        return self._sender if member.ending is None else None

    def _take(self, member: Member, run: str, number: int) -> None:
        self._write(_TAKE, run, number, self._sender, member.batch, member.key)

    def _read(self, statement: str, *values: Any) -> list[tuple[Member, str | None]]:
        """Give members, and who has them in hand."""
        return [(member_of(row), holder) for *row, holder in self._rows(statement, *values)]

    def _rows(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        # All rows at once: a statement that is not at its end holds on to an old state of the file.
        return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)
