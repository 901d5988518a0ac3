"""Members of batches, and which process has them in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from pdfshift_async._core.members import Ending, Member, Tally, folded
from pdfshift_async.stores.member_rows import COLUMNS, columns_of, member_of

from .ledger import LIVING

__all__ = ["enrol", "forget", "lease", "page", "release", "rewrite", "tally"]

_FIND: Final = f"""
    SELECT {COLUMNS}, holder IS NOT NULL AND holder <> %s AND holder IN ({LIVING})
    FROM members WHERE batch = %s AND key = %s
"""  # noqa: S608 -- our own names
# Of two keys that differ in capitals, an index lets only one be no twin.
_INSERT: Final = f"""
    INSERT INTO members ({COLUMNS}, holder, folded)
    VALUES (
        %s, %s, %s, %s, %s, %s, EXISTS (SELECT 1 FROM members WHERE batch = %s AND folded = %s),
        %s, %s, %s, %s, %s, %s, %s, %s
    )
    ON CONFLICT DO NOTHING RETURNING twin
"""  # noqa: S608 -- our own names
_TAKE: Final = """
    UPDATE members SET run = %s, number = %s, holder = CASE WHEN ending IS NULL THEN %s::int END
    WHERE batch = %s AND key = %s AND conversion_id = %s AND run = %s
"""
# Nobody waits for a worker that is taking the same ones: what is locked is as good as taken.
_LEASE: Final = f"""
    WITH free AS (
        SELECT batch, key FROM members
        WHERE batch = %s AND key = ANY(%s) AND ending IS NULL
            AND (holder IS NULL OR holder = %s OR holder NOT IN ({LIVING}))
        FOR UPDATE SKIP LOCKED
    )
    UPDATE members SET run = %s, holder = %s FROM free
    WHERE members.batch = free.batch AND members.key = free.key
"""  # noqa: S608 -- our own names
_LEASED: Final = f"""
    SELECT {COLUMNS} FROM members
    WHERE batch = %s AND key = ANY(%s) AND (ending IS NOT NULL OR holder = %s)
"""  # noqa: S608 -- our own names
_REWRITE: Final = f"""
    UPDATE members SET ({COLUMNS}, holder) = (
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
    )
    WHERE batch = %s AND key = %s AND conversion_id = %s
"""  # noqa: S608 -- our own names
_PAGE: Final = f"""
    SELECT {COLUMNS} FROM members WHERE batch = %s AND key > %s ORDER BY key LIMIT %s
"""  # noqa: S608 -- our own names
_TALLY: Final = """
    SELECT ending, count(*), sum(credits)::bigint FROM members WHERE batch = %s GROUP BY ending
"""
_FORGET: Final = """
    DELETE FROM members WHERE batch = %s AND key IN (
        SELECT key FROM members WHERE batch = %s LIMIT %s
    )
"""
_TWIN: Final = 6
"""Place of it in `columns_of`; the server tells what it is."""


async def enrol(connection: AsyncConnection, member: Member, sender: int) -> tuple[Member, bool]:
    """Keep a new member, or give the known one as it was, and whether it is in hand here."""
    while True:
        where = member.batch, member.key
        for *row, elsewhere in await _read(connection, _FIND, sender, *where):
            known = member_of(row)
            if elsewhere:
                return known, False
            before = known.conversion_id, known.run
            taken = member.run, member.number, sender
            if await _write(connection, _TAKE, *taken, *where, *before):
                return known, True
            break  # somebody else has taken it meanwhile
        else:
            for (twin,) in await _insert(connection, member, sender):
                return replace(member, twin=twin), True


async def lease(
    connection: AsyncConnection, batch: str, keys: Sequence[str], run: str, sender: int
) -> list[Member]:
    """Take in hand what no process has any more; give it, and what has ended."""
    names = list(keys)
    await _write(connection, _LEASE, batch, names, sender, run, sender)
    return [member_of(row) for row in await _read(connection, _LEASED, batch, names, sender)]


async def release(connection: AsyncConnection, batch: str, sender: int) -> None:
    """Have nothing of a batch in hand any more."""
    statement: LiteralString = "UPDATE members SET holder = NULL WHERE batch = %s AND holder = %s"
    await _write(connection, statement, batch, sender)


async def rewrite(
    connection: AsyncConnection, member: Member, instead_of: str, sender: int
) -> bool:
    """Write a member that still has that conversion, and tell whether it had it."""
    columns = (*columns_of(member), _holder_of(member, sender))
    where = member.batch, member.key, instead_of
    return await _write(connection, _REWRITE, *columns, *where) == 1


async def page(connection: AsyncConnection, batch: str, after: str, limit: int) -> list[Member]:
    """Give members in the order of their keys, beginning behind a key."""
    return [member_of(row) for row in await _read(connection, _PAGE, batch, after, limit)]


async def tally(connection: AsyncConnection, batch: str) -> Tally:
    """Give the batch in numbers."""
    rows = await _read(connection, _TALLY, batch)
    endings = {None if name is None else Ending(name): count for name, count, _ in rows}
    return Tally(endings, sum(spent for _, _, spent in rows))


async def forget(connection: AsyncConnection, batch: str, limit: int) -> int:
    """Delete as many members at most, and give their number."""
    return await _write(connection, _FORGET, batch, batch, limit)


async def _insert(
    connection: AsyncConnection, member: Member, sender: int
) -> list[tuple[Any, ...]]:
    name = folded(member.key)
    columns = columns_of(member)
    twin = member.batch, name
    return await _read(
        connection,
        _INSERT,
        *(*columns[:_TWIN], *twin, *columns[_TWIN + 1 :], _holder_of(member, sender), name),
    )


def _holder_of(member: Member, sender: int) -> int | None:
    return sender if member.ending is None else None


async def _read(
    connection: AsyncConnection, statement: LiteralString, *values: Any
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(statement, values)).fetchall()


async def _write(connection: AsyncConnection, statement: LiteralString, *values: Any) -> int:
    return (await connection.execute(statement, values)).rowcount
