"""The pace of an account, which processes on any machine share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from psycopg import AsyncConnection

from pdfshift_async._core.interfaces import Moment

from .ledger import LIVING

__all__ = ["change_pace"]

_BEGIN: Final = "INSERT INTO paces (name, content) VALUES (%s, '') ON CONFLICT DO NOTHING"
_LOCK: Final = "SELECT content FROM paces WHERE name = %s FOR UPDATE"
# A statement of its own: while it waited for the lock, time has passed.
_MOMENT: Final = f"SELECT extract(epoch FROM clock_timestamp())::float8, ARRAY({LIVING})"  # noqa: S608 -- our own names
_CHANGE: Final = "UPDATE paces SET content = %s WHERE name = %s"


async def change_pace(
    connection: AsyncConnection, name: str, worker: int, change: Callable[[str, Moment], str]
) -> None:
    """Replace the text of that name, while nobody else can."""
    async with connection.transaction():
        content = await _locked(connection, name)
        ((now, living),) = await (await connection.execute(_MOMENT)).fetchall()
        changed = change(content, Moment(now, worker, living))
        await connection.execute(_CHANGE, (changed, name))


async def _locked(connection: AsyncConnection, name: str) -> str:
    while not (rows := await (await connection.execute(_LOCK, (name,))).fetchall()):
        await connection.execute(_BEGIN, (name,))
    ((content,),) = rows
    return str(content)
