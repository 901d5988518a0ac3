"""A store whose file is damaged, or was written by a newer library."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import PDFShift, StoreTooNew, StoreUnavailable
from pdfshift_async.stores import SQLiteStore

if TYPE_CHECKING:
    from .conftest import OpenDesk

PAGE = 4096


def overwrite(path: Path, start: int) -> None:
    """Put noise into all that comes after."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(bytes(range(256)) * ((path.stat().st_size - start) // 256))


def damage_index(path: Path) -> None:
    """Let the root of the index of all ids be noise, and nothing else."""
    with closing(sqlite3.connect(path)) as connection:
        ((page,),) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_conversions_1'"
        )
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(bytes(range(256)) * (PAGE // 256))


@pytest.mark.parametrize(
    ("start", "reason"), [(0, "it is not an SQLite database"), (PAGE, "it is damaged")]
)
async def test_a_damaged_file_is_not_opened(
    open_desk: OpenDesk, tmp_path: Path, start: int, reason: str
) -> None:
    """The error names it and says what to do; a backup has everything again."""
    path, backup = tmp_path / "pdfshift.db", tmp_path / "backup.db"
    async with open_desk(path) as desk:
        ids = await desk.planned(20)
    shutil.copy(path, backup)
    overwrite(path, start)
    with pytest.raises(StoreUnavailable, match=reason) as caught:
        await SQLiteStore(path).open()
    assert str(path) in str(caught.value)
    assert "backup" in str(caught.value)
    shutil.copy(backup, path)
    async with open_desk(path) as desk:
        assert await desk.called(ids) == {200}


async def test_damage_that_shows_later_is_told_to_the_sender(
    open_desk: OpenDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No callback is acknowledged that was not kept."""
    path = tmp_path / "pdfshift.db"
    async with open_desk(path) as desk:
        ids = await desk.planned(20)
    damage_index(path)
    async with open_desk(path) as desk:
        assert await desk.called(ids) == {503}
        with pytest.raises(StoreUnavailable, match="it is damaged"):
            await desk.states(ids)
    assert "it is damaged" in caplog.text


async def test_a_newer_file_is_left_to_the_newer_library(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    """A client on it does not open, and leaves nothing behind."""
    path = tmp_path / "pdfshift.db"
    async with open_desk(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    client = PDFShift("sk_test", store=f"sqlite:///{path}")
    with pytest.raises(StoreTooNew, match="schema version 999"):
        await client.open()
    assert not [each for each in threading.enumerate() if "store" in each.name]
