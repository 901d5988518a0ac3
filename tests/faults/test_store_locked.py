"""Another program that holds the lock of the store's file for long."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pdfshift_async import State

if TYPE_CHECKING:
    from .conftest import Desk, OpenDesk


def locking(path: Path) -> sqlite3.Connection:
    """Begin to write, and do not end."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


async def test_callbacks_wait_for_a_locked_store(open_desk: OpenDesk, tmp_path: Path) -> None:
    """They are answered when they are written; who reads is not held up."""
    async with open_desk(path := tmp_path / "pdfshift.db") as desk:
        ids = await desk.planned(20)
        with closing(locking(path)) as other:
            answers = asyncio.ensure_future(desk.called(ids))
            assert await desk.states(ids) == {State.PLANNED}
            assert not answers.done()
            other.execute("ROLLBACK")
            assert await answers == {200}
        assert await desk.states(ids) == {State.CONVERTED}


async def test_a_store_that_is_locked_for_too_long_is_tried_again(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    """All that wait are told at once, not one after the other; the next delivery is kept."""
    async with open_desk(path := tmp_path / "pdfshift.db", lock_timeout=0.05) as desk:
        ids = await desk.planned(20)
        with closing(locking(path)):
            assert await desk.called(ids) == {503}
            assert await desk.health() == 503
            assert await desk.states(ids) == {State.PLANNED}
        assert await desk.health() == 200
        assert await desk.called(ids) == {200}
        assert await desk.states(ids) == {State.CONVERTED}


async def delivered(desk: Desk, conversion_id: str) -> list[int]:
    """Be a sender that tries again until it is heard, and give what was answered."""
    answers: list[int] = []
    while 200 not in answers:
        answers.extend(await desk.called([conversion_id]))
    return answers


async def test_a_lock_of_ten_seconds_loses_no_callback(open_desk: OpenDesk, tmp_path: Path) -> None:
    """The first ones are asked for again, the last ones are answered late."""
    async with open_desk(path := tmp_path / "pdfshift.db", lock_timeout=4) as desk:
        ids = await desk.planned(10)
        async with asyncio.TaskGroup() as senders:
            with closing(locking(path)):
                tasks = []
                for conversion_id in ids:
                    tasks.append(senders.create_task(delivered(desk, conversion_id)))
                    await asyncio.sleep(1)
                assert await desk.states(ids) == {State.PLANNED}
        assert tasks[0].result()[0] == 503
        assert tasks[-1].result() == [200]
        assert await desk.states(ids) == {State.CONVERTED}
