"""No space left on the disk of the store's file."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from pdfshift_async import PDFShift, State, StoreUnavailable
from pdfshift_async.stores import Record, Request, SQLiteStore

if TYPE_CHECKING:
    from .conftest import OpenDesk

LARGE = Request("pdf", {"source": "<p>" * 50_000})


async def fits(store: SQLiteStore, name: str) -> bool:
    """Record a large conversion, if there is space for it."""
    try:
        await store.plan(Record(name, None, State.PLANNED, datetime.now(UTC), LARGE))
    except StoreUnavailable as error:
        if "no space is left on its disk" not in error.message:
            raise
        return False
    return True


async def fill(store: SQLiteStore) -> list[str]:
    """Record large conversions until the disk is full, and give the ids of those it has."""
    ids: list[str] = []
    while await fits(store, f"cv_large_{len(ids)}"):
        ids.append(f"cv_large_{len(ids)}")
    return ids


def mounted(disk: Path, options: str) -> bool:
    """Mount a disk in memory, if we may."""
    command = ("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    if not mounted(tmp_path, "size=2m"):
        pytest.skip("only root may mount a small disk")
    yield tmp_path
    subprocess.run(("umount", tmp_path), check=True)  # noqa: S603, S607


async def test_a_full_disk_costs_no_callback(open_desk: OpenDesk, small_disk: Path) -> None:
    """What was acknowledged is there, the rest is asked for again; space is all it needs."""
    async with open_desk(path := small_disk / "pdfshift.db") as desk:
        ids = await desk.planned(100)
        large = await fill(desk.store)
        answers = {name: await desk.called([name]) for name in ids}
        assert {503} in answers.values()
        for name, answer in answers.items():
            kept = State.CONVERTED if answer == {200} else State.PLANNED
            assert await desk.states([name]) == {kept}
        assert mounted(small_disk, "remount,size=32m")
        assert await desk.health() == 200
        assert await desk.called(ids) == {200}
    async with open_desk(path) as desk:
        assert await desk.states(ids) == {State.CONVERTED}
        assert await desk.states(large) == {State.PLANNED}


async def test_a_file_that_may_not_grow_is_a_full_disk(open_desk: OpenDesk, tmp_path: Path) -> None:
    """The same without a small disk: SQLite's own limit gives the same error."""
    async with open_desk(tmp_path / "pdfshift.db") as desk:
        session = desk.store._session
        assert session is not None
        session._writing.execute("PRAGMA max_page_count = 100")
        ids = await desk.planned(50)
        large = await fill(desk.store)
        assert await desk.states(large) == {State.PLANNED}
        session._writing.execute("PRAGMA max_page_count = 100000")
        assert await desk.called(ids) == {200}
        assert await desk.states(ids) == {State.CONVERTED}


async def test_what_cannot_be_recorded_is_not_sent(
    tmp_path: Path, service: respx.MockRouter
) -> None:
    """Else it could come back, be billed, and belong to nobody."""
    store = SQLiteStore(tmp_path / "pdfshift.db")
    async with (
        httpx.AsyncClient() as http_client,
        PDFShift(
            "sk_test",
            webhook_url="https://app.example.com/pdfshift",
            store=store,
            http_client=http_client,
            on_lost="resubmit",  # so the document has to be kept
        ) as client,
    ):
        assert store._session is not None
        store._session._writing.execute("PRAGMA max_page_count = 100")
        await fill(store)
        with pytest.raises(StoreUnavailable, match="no space is left on its disk"):
            await client.convert("<p>" * 50_000)
    await store.close()
    assert not service.calls
