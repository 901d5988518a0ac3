"""The members of batches, as SQL on one connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from pdfshift_async._core.members import Ending, Member, SavedFile, Tally, folded

__all__ = ["Members"]

_COLUMNS: Final = (
    "batch, key, content, conversion_id, run, number, twin, ending, detail, credits,"
    " path, size, digest"
)
_ENROL: Final = f"""
    INSERT INTO members ({_COLUMNS}, folded)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 -- our own names
_REWRITE: Final = f"""
    UPDATE members SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    WHERE batch = ? AND key = ? AND conversion_id = ?
"""  # noqa: S608 -- our own names
_FIND: Final = f"SELECT {_COLUMNS} FROM members WHERE batch = ? AND key = ?"  # noqa: S608
_PAGE: Final = f"""
    SELECT {_COLUMNS} FROM members WHERE batch = ? AND key > ? ORDER BY key LIMIT ?
"""  # noqa: S608 -- our own names


class Members:
    """Reads and writes members; whatever writes belongs into a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def enrol(self, member: Member) -> Member:
        """Keep a new member, or give the known one as it was before."""
        for row in self._read(_FIND, member.batch, member.key):
            self._write(
                "UPDATE members SET run = ?, number = ? WHERE batch = ? AND key = ?",
                *(member.run, member.number, member.batch, member.key),
            )
            return _member_of(row)
        name = folded(member.key)
        twins = self._read(
            "SELECT 1 FROM members WHERE batch = ? AND folded = ? LIMIT 1", member.batch, name
        )
        kept = replace(member, twin=bool(twins))
        self._write(_ENROL, *_columns_of(kept), name)
        return kept

    def rewrite(self, member: Member, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        where = (member.batch, member.key, instead_of)
        return self._write(_REWRITE, *_columns_of(member), *where).rowcount == 1

    def page(self, batch: str, after: str, limit: int) -> list[Member]:
        """Give members in the order of their keys."""
        return [_member_of(row) for row in self._read(_PAGE, batch, after, limit)]

    def tally(self, batch: str) -> Tally:
        """Give the batch in numbers."""
        rows = self._read(
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

    def _read(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        # All rows at once: a statement that is not at its end holds on to an old state of the file.
        return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)


def _columns_of(member: Member) -> tuple[Any, ...]:
    saved = member.file
    return (
        *(member.batch, member.key, member.content, member.conversion_id),
        *(member.run, member.number, member.twin, member.ending, member.detail, member.credits),
        *((None, None, None) if saved is None else (saved.path, saved.size, saved.digest)),
    )


def _member_of(row: Sequence[Any]) -> Member:
    *fields, path, size, digest = row
    batch, key, content, conversion_id, run, number, twin, ending, detail, spent = fields
    return Member(
        batch=batch,
        key=key,
        content=content,
        conversion_id=conversion_id,
        run=run,
        number=number,
        twin=bool(twin),
        ending=None if ending is None else Ending(ending),
        detail=detail,
        credits=spent,
        file=None if path is None else SavedFile(path, size, digest),
    )
