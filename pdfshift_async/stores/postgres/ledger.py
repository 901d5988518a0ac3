"""Questions to the whole table, and work on it that no caller waits for together."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from pdfshift_async.stores.rows import from_micros, micros

__all__ = ["LIVING", "NOBODY", "abandon", "abandoned", "next_deadline", "overdue", "purge", "touch"]

NOBODY: Final = 0
"""Stands as the sender where a store was closed that had it in hand."""

LIVING: Final = """
    SELECT objid::int FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 'conversions'::regclass AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""Finds the senders that are connected."""

_ABANDONED: Final = f"""
    SELECT id, sender FROM conversions
    WHERE sender IS NOT NULL AND sender NOT IN ({LIVING}) ORDER BY id
"""  # noqa: S608 -- our own names
_PURGE: Final = """
    DELETE FROM conversions WHERE id IN (
        SELECT id FROM conversions WHERE settled_at < %s AND NOT EXISTS (
            SELECT 1 FROM members WHERE conversion_id = id AND ending IS NULL
        ) LIMIT %s FOR UPDATE SKIP LOCKED
    )
"""


async def overdue(connection: AsyncConnection, now: datetime) -> list[str]:
    """Give the ids whose deadline has passed, oldest first."""
    rows = await _read(
        connection,
        "SELECT id FROM conversions WHERE deadline <= %s ORDER BY deadline, id",
        micros(now),
    )
    return [conversion_id for (conversion_id,) in rows]


async def next_deadline(connection: AsyncConnection) -> datetime | None:
    """Give the earliest deadline."""
    ((deadline,),) = await _read(connection, "SELECT min(deadline) FROM conversions")
    return None if deadline is None else from_micros(deadline)


async def purge(connection: AsyncConnection, older_than: datetime, limit: int) -> int:
    """Delete as many at most of what settled before, orphans too; give their number."""
    cursor = await connection.execute(_PURGE, (micros(older_than), limit))
    return cursor.rowcount


async def touch(connection: AsyncConnection) -> None:
    """Write, and change nothing."""
    await connection.execute("UPDATE counters SET settlements = settlements")


async def abandon(connection: AsyncConnection, sender: int) -> None:
    """Leave what is in hand here to whoever recovers it."""
    await connection.execute(
        "UPDATE conversions SET sender = %s WHERE sender = %s", (NOBODY, sender)
    )
    await connection.execute("UPDATE members SET holder = NULL WHERE holder = %s", (sender,))


async def abandoned(connection: AsyncConnection) -> list[tuple[str, int]]:
    """Give what nobody who is connected has in hand: the ids, and who had."""
    return [(row[0], row[1]) for row in await _read(connection, _ABANDONED)]


async def _read(connection: AsyncConnection, statement: LiteralString, *values: Any) -> list[Any]:
    return await (await connection.execute(statement, values)).fetchall()
