"""What only PostgreSQL does with the members of batches; the contract has the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from pdfshift_async.stores import Ending, Member
from pdfshift_async.stores.postgres import PostgresStore, members

MEMBER = Member("b", "inv-1", "content", "cv_one", "run-1", 1, ending=Ending.UNSENT)


async def test_a_member_that_changes_while_it_is_enrolled_is_read_again(
    store: PostgresStore, admin: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody holds a lock between finding it and taking it."""
    await store.enrol(MEMBER)
    write = members._write
    taken: list[Any] = []

    async def overtaken(connection: Any, statement: Any, *values: Any) -> int:
        if not taken:
            await admin.execute("UPDATE members SET conversion_id = 'cv_theirs', run = 'theirs'")
        taken.append(values)
        return await write(connection, statement, *values)

    monkeypatch.setattr(members, "_write", overtaken)
    found = await store.enrol(replace(MEMBER, conversion_id="cv_two", run="run-2"))
    assert found == (replace(MEMBER, conversion_id="cv_theirs", run="theirs"), True)
    assert len(taken) == 2
    assert list(await store.members("b")) == [replace(found[0], run="run-2")]


async def test_a_member_that_another_process_has_just_enrolled_is_found(
    store: PostgresStore, admin: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have seen that it was not there."""
    theirs = replace(MEMBER, conversion_id="cv_theirs", run="theirs")
    insert = members._insert
    tries: list[str] = []

    async def overtaken(connection: Any, member: Member, sender: int) -> Any:
        tries.append(member.key)
        await insert(admin, theirs, 0)
        return await insert(connection, member, sender)

    monkeypatch.setattr(members, "_insert", overtaken)
    assert await store.enrol(MEMBER) == (theirs, True)
    assert len(tries) == 1
