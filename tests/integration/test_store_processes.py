"""Several processes on one store, a file or in PostgreSQL; some of them are killed."""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdfshift_async import PDFShift, State
from pdfshift_async._core.tokens import new_id
from pdfshift_async.stores import Record, Store, open_store

SCRIPT = Path(__file__).parents[1] / "store_process.py"


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Process]:
    """Run another process on a store; whatever happens, it ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, *arguments, stdin=PIPE, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def heard(process: Process) -> str:
    """Give the next line that it says."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


def tell(process: Process) -> None:
    """Let it go on."""
    assert process.stdin is not None
    process.stdin.write(b"\n")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/pdfshift.db"
    database: str = request.getfixturevalue("postgres")
    return database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open a store in this process."""
    store = open_store(url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def planned(store: Store, count: int) -> list[str]:
    """Record that many conversions, and give their ids."""
    ids = [new_id() for _ in range(count)]
    for name in ids:
        await store.plan(Record(name, None, State.PLANNED, datetime.now(UTC), None))
    return ids


async def state_of(store: Store, name: str) -> State:
    """Give what the store says of it."""
    record = await store.get(name)
    assert record is not None
    return record.state


async def test_of_all_processes_one_settles_a_conversion(url: str) -> None:
    """Whoever was first; all see the same outcome."""
    async with opened(url) as store:
        ids = await planned(store, 100)
        async with (
            running("settle", url, "converted", *ids) as one,
            running("settle", url, "failed", *ids) as other,
        ):
            for process in (one, other):
                assert await heard(process) == "ready"
            for process in (one, other):
                tell(process)
            converted, failed = [set((await heard(each)).split()) for each in (one, other)]
        assert converted | failed == set(ids)
        assert not converted & failed
        for name in ids:
            expected = State.CONVERTED if name in converted else State.FAILED
            assert await state_of(store, name) is expected


async def test_many_processes_may_make_the_store(url: str) -> None:
    """At the same time: one of them makes the tables, and the others wait for it."""
    async with asyncio.TaskGroup() as group:

        async def settle() -> None:
            async with running("settle", url, "converted") as process:
                assert await heard(process) == "ready"

        for _ in range(3):
            group.create_task(settle())
    async with opened(url) as store:
        await store.check()


async def test_a_callback_that_another_process_took_ends_the_wait(url: str) -> None:
    """However many wait here; each gets its result."""
    async with PDFShift("sk_test", store=url) as client, opened(url) as store:
        ids = await planned(store, 20)
        async with running("settle", url, "converted", *ids) as process:
            assert await heard(process) == "ready"
            waiting = [asyncio.ensure_future(client.conversion(name).wait()) for name in ids]
            tell(process)
            results = await asyncio.gather(*waiting)
        assert [result.conversion_id for result in results] == ids


async def test_what_a_killed_process_was_sending_is_unconfirmed(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """While it lives, no other one takes it away; the next client after its death does."""
    caplog.set_level(logging.WARNING)
    name = new_id()
    async with opened(url) as store, running("send", url, name) as process:
        assert await heard(process) == "sending"
        async with PDFShift("sk_test", store=url):
            assert await state_of(store, name) is State.SENDING
        process.kill()
        await process.wait()
        assert caplog.messages == []
        async with PDFShift("sk_test", store=url):
            assert await state_of(store, name) is State.UNCONFIRMED
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("1 conversions ")


@pytest.mark.parametrize("after", [1, 20, 100])
async def test_no_accepted_callback_is_lost_by_a_kill(url: str, after: int) -> None:
    """What the receiver has answered is there; the next process goes on where it was."""
    async with running("receive", url) as process:
        for _ in range(after):
            await heard(process)
        process.kill()
        said, _ = await process.communicate()
    answered = [*(f"cv_{number}" for number in range(after)), *said.decode().split()]
    async with opened(url) as store:
        for name in answered:
            assert await state_of(store, name) is State.CONVERTED
        await planned(store, 1)
