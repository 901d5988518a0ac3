"""Many orders for rows of the table, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString, cast

from psycopg import AsyncConnection

from pdfshift_async._core.records import Record
from pdfshift_async._core.states import State
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.stores.rows import (
    columns_of,
    from_micros,
    outcome_of,
    record_of,
    request_text,
)

from .entries import Entry, Orphan
from .lanes import Order

__all__ = ["carry", "look_up"]

_ORPHAN: Final = "orphan"
"""Stands as the state where there is no conversion.

Orphans share the table, so that the key of the row decides when a callback and the plan of its
conversion arrive in two processes at once.
"""

_STATE: Final = 5
"""Place of the state in `columns_of`; a change affects what comes from there on."""

_FIND: Final = """
    SELECT sender, CASE WHEN id = ANY(%s) THEN request END,
        id, key, created_at, sandbox, own_bucket,
        state, attempt, resubmits, deadline, outcome, settled_at
    FROM conversions WHERE id = ANY(%s)
"""
# In one order for all, so that two batches do not wait for rows of each other.
_LOCK: Final = f"{_FIND} ORDER BY id FOR UPDATE"
_INSERT: Final = """
    INSERT INTO conversions (
        id, key, created_at, sandbox, own_bucket,
        state, attempt, resubmits, deadline, outcome, settled_at, sender, request
    )
    SELECT * FROM unnest(
        %s::text[], %s::text[], %s::bigint[], %s::bool[], %s::bool[],
        %s::text[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::bigint[], %s::int[],
        %s::text[]
    )
    ON CONFLICT DO NOTHING
"""
# One statement, since each costs a round trip. The row of the counters stays locked until the
# commit; no other lock is waited for after it, so nobody waits in a circle.
_UPDATE: Final = """
    WITH counted AS (
        UPDATE counters SET settlements = settlements + 1 WHERE %s RETURNING settlements
    ), changed AS (
        UPDATE conversions SET state = new.state, attempt = new.attempt,
            resubmits = new.resubmits, deadline = new.deadline, outcome = new.outcome,
            settled_at = new.settled_at, sender = new.sender,
            request = CASE WHEN new.has_request THEN request END,
            settlement = CASE WHEN new.settled_at IS NOT NULL THEN (
                SELECT settlements FROM counted
            ) END
        FROM unnest(
            %s::text[], %s::text[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::bigint[],
            %s::int[], %s::bool[]
        ) AS new (
            id, state, attempt, resubmits, deadline, outcome, settled_at, sender, has_request
        )
        WHERE conversions.id = new.id
    )
    SELECT pg_notify(current_schema(), '') FROM counted
"""


class _Overtaken(Exception):
    """Another process has inserted one of the rows meanwhile."""


async def look_up(connection: AsyncConnection, orders: Sequence[Order]) -> None:
    """Do what is ordered, all of which only reads."""
    _do(orders, await _found(connection, _FIND, orders))


async def _found(
    connection: AsyncConnection, statement: LiteralString, orders: Sequence[Order]
) -> dict[str, Entry]:
    """Give what stands under the ids of the orders."""
    ids = sorted({order.id for order in orders})
    entries = {name: Entry(name) for name in ids}
    whole = [order.id for order in orders if order.whole]
    cursor = await connection.execute(statement, (whole, ids))
    for sender, request, *row in await cursor.fetchall():
        entries[row[0]] = _entry_of(row, request, sender)
    return entries


async def carry(connection: AsyncConnection, orders: Sequence[Order], sender: int) -> None:
    """Do what is ordered, in one transaction.

    Args:
        connection: To the database.
        orders: They are done, and not answered.
        sender: Stands in each record that is in hand here.
    """
    while True:
        try:
            async with connection.transaction():
                entries = await _found(connection, _LOCK, orders)
                _do(orders, entries)
                await _write(connection, list(entries.values()), sender)
        except _Overtaken:
            continue
        return


def _do(orders: Sequence[Order], entries: Mapping[str, Entry]) -> None:
    for order in orders:
        order.do(entries[order.id])


async def _write(connection: AsyncConnection, entries: Sequence[Entry], sender: int) -> None:
    """Write what has become of the entries."""
    if claimed := [entry.id for entry in entries if entry.is_claimed]:
        await connection.execute("DELETE FROM conversions WHERE id = ANY(%s)", (claimed,))
    if new := [_row_of(entry, sender) for entry in entries if entry.is_new or entry.is_claimed]:
        cursor = await connection.execute(_INSERT, _by_column(new))
        if cursor.rowcount < len(new):
            raise _Overtaken
    settled = any(entry.has_settled for entry in entries)
    if changed := [
        _changes_of(entry.record, sender)
        for entry in entries
        if entry.record and (entry.is_changed or entry.has_settled)
    ]:
        await connection.execute(_UPDATE, [settled, *_by_column(changed)])


def _entry_of(row: Sequence[Any], request: str | None, sender: int | None) -> Entry:
    """Read a row."""
    conversion_id, state, (outcome, settled_at) = row[0], row[_STATE], row[-2:]
    if state == _ORPHAN:
        orphan = cast("TrueOutcome", outcome_of(outcome)), from_micros(settled_at)
        return Entry(conversion_id, orphan=orphan)
    return Entry(conversion_id, record=record_of(row, request), sender=sender)


def _row_of(entry: Entry, sender: int) -> tuple[Any, ...]:
    """Give a whole row, for `_INSERT`."""
    record = entry.record
    if record is None:
        outcome, at = cast("Orphan", entry.orphan)
        stand_in = Record(entry.id, None, State.PLANNED, at, None, outcome=outcome, settled_at=at)
        columns = columns_of(stand_in)
        return (*columns[:_STATE], _ORPHAN, *columns[_STATE + 1 :], None, None)
    request = None if record.request is None else request_text(record.request)
    return (*columns_of(record), _sender_of(record, sender), request)


def _changes_of(record: Record, sender: int) -> tuple[Any, ...]:
    """Give what a change can have changed, for `_UPDATE`."""
    changes = columns_of(record)[_STATE:]
    return (record.id, *changes, _sender_of(record, sender), record.request is not None)


def _sender_of(record: Record, sender: int) -> int | None:
    return sender if record.held else None


def _by_column(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
