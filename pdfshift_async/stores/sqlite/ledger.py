"""What a store does, as SQL on one connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from pdfshift_async._core.records import Change, Effect, Record, abandoned, applied, called
from pdfshift_async._core.states import State
from pdfshift_async.errors import UnknownConversion
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.stores.rows import (
    columns_of,
    from_micros,
    micros,
    outcome_of,
    outcome_text,
    record_of,
    request_text,
)

from .members import Members

__all__ = ["Ledger"]

_GET: Final = """
    SELECT number, requests.number, content,
        id, key, created_at, sandbox, own_bucket,
        state, attempt, resubmits, deadline, outcome, settled_at
    FROM conversions LEFT JOIN requests USING (number) WHERE id = ?
"""
_GET_WITHOUT_REQUEST: Final = _GET.replace("content", "NULL")
_INSERT: Final = """
    INSERT INTO conversions (
        id, key, created_at, sandbox, own_bucket,
        state, attempt, resubmits, deadline, outcome, settled_at, sender
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""
_PROCEED: Final = """
    UPDATE conversions SET state = ?, attempt = ?, resubmits = ?, deadline = ?, sender = ?
    WHERE number = ?
"""
_SETTLE: Final = """
    UPDATE conversions SET state = ?, deadline = NULL, sender = NULL, outcome = ?, settled_at = ?,
        settlement = (SELECT settlements FROM counters)
    WHERE number = ?
"""
_PURGE: Final = """
    DELETE FROM conversions WHERE number IN (
        SELECT number FROM conversions WHERE settled_at < ? AND NOT EXISTS (
            SELECT 1 FROM members WHERE conversion_id = id AND ending IS NULL
        ) LIMIT ?
    )
"""
_PURGE_ORPHANS: Final = """
    DELETE FROM orphans WHERE id IN (SELECT id FROM orphans WHERE received_at < ? LIMIT ?)
"""


class _Found(NamedTuple):
    """A record in the file."""

    number: int
    requested: bool
    """Whether its request is kept."""
    record: Record


class Ledger:
    """Reads and writes records; whatever writes belongs into a transaction.

    Args:
        connection: To the file.
        sender: Stands in each record that is in hand here.
        living: Gives the senders that live.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        sender: str = "",
        living: Callable[[], set[str]] = set,
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._living = living
        self.members = Members(connection, sender, living)
        self.settled: list[Record] = []
        """What has settled; whoever commits tells of it and empties the list."""

    def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        found = self._find(_GET, conversion_id)
        return None if found is None else found.record

    def plan(self, record: Record) -> Record:
        """Keep a new record; one that is there already stays as it is."""
        kept = self._write(_INSERT, *columns_of(record), self._sender_of(record))
        if not kept.rowcount:
            return self.get(record.id) or record
        if record.request is not None:
            text = request_text(record.request)
            self._write("INSERT INTO requests VALUES (?, ?)", kept.lastrowid, text)
        return self._claimed(record)

    def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own, and tell whether it took effect.

        Raises:
            UnknownConversion: There is no such record.
        """
        before = self._find(_GET, conversion_id)
        if before is None:
            raise UnknownConversion(conversion_id)
        after = applied(before.record, change)
        if after is None:
            return before.record, False
        self._update(before, after)
        return after, True

    def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback."""
        # The request is not read: it may be large, and what is settled has none.
        before = self._find(_GET_WITHOUT_REQUEST, conversion_id)
        if before is None:
            self._write(
                "INSERT OR IGNORE INTO orphans VALUES (?, ?, ?)",
                *(conversion_id, outcome_text(outcome), micros(at)),
            )
            return None, Effect.ORPHAN
        after, effect = called(before.record, outcome, at)
        if after is not before.record:
            self._update(before, after)
        return after, effect

    def overdue(self, now: datetime) -> list[str]:
        """Give the ids whose deadline has passed, oldest first."""
        rows = self._read(
            "SELECT id FROM conversions WHERE deadline <= ? ORDER BY deadline, id", micros(now)
        )
        return [conversion_id for (conversion_id,) in rows]

    def next_deadline(self) -> datetime | None:
        """Give the earliest deadline."""
        ((deadline,),) = self._read(
            "SELECT min(deadline) FROM conversions WHERE deadline IS NOT NULL"
        )
        return None if deadline is None else from_micros(deadline)

    def recover(self, now: datetime) -> list[str]:
        """Apply `abandoned` to what nobody who lives has in hand, and give its ids."""
        rows = self._read("SELECT id, state, sender FROM conversions WHERE sender IS NOT NULL")
        living = self._living()
        left = [
            (conversion_id, state) for conversion_id, state, sender in rows if sender not in living
        ]
        for conversion_id, state in left:
            self.advance(conversion_id, abandoned(State(state), now))
        return [conversion_id for conversion_id, _ in left]

    def purge(self, older_than: datetime, limit: int) -> int:
        """Delete as many at most of what settled before, and of orphans; give their number."""
        moment = micros(older_than)
        settled = self._write(_PURGE, moment, limit).rowcount
        return settled + self._write(_PURGE_ORPHANS, moment, limit - settled).rowcount

    def touch(self) -> None:
        """Write, and change nothing."""
        self._write("UPDATE counters SET settlements = settlements")

    def _claimed(self, record: Record) -> Record:
        """Let a new record have the callback that came before it."""
        rows = self._read("SELECT outcome, received_at FROM orphans WHERE id = ?", record.id)
        for text, received_at in rows:
            self._write("DELETE FROM orphans WHERE id = ?", record.id)
            outcome = cast("TrueOutcome", outcome_of(text))
            settled, _ = self.settle(record.id, outcome, from_micros(received_at))
            record = settled or record
        return record

    def _update(self, found: _Found, record: Record) -> None:
        """Write what a change can have changed."""
        number = found.number
        state, attempt, resubmits, deadline, outcome, settled_at = columns_of(record)[-6:]
        if found.requested and record.request is None:
            self._write("DELETE FROM requests WHERE number = ?", number)
        if not record.settled:
            sender = self._sender_of(record)
            self._write(_PROCEED, state, attempt, resubmits, deadline, sender, number)
            return
        self._write("UPDATE counters SET settlements = settlements + 1")
        self._write(_SETTLE, state, outcome, settled_at, number)
        self.settled.append(record)

    def _sender_of(self, record: Record) -> str | None:
        return self._sender if record.held else None

    def _find(self, statement: str, conversion_id: str) -> _Found | None:
        for number, requested, request, *row in self._read(statement, conversion_id):
            return _Found(number, requested is not None, record_of(row, request))
        return None

    def _read(self, statement: str, *values: Any) -> Sequence[Sequence[Any]]:
        # All rows at once: a statement that is not at its end holds on to an old state of the file.
        return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)
