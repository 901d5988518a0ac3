from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdfshift_async._core.states import State, Trigger
from pdfshift_async.errors import ConfigurationError, StoreUnavailable
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Effect, Record, Request, SQLiteStore

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
SECRET = "<h1>Only for the customer's eyes</h1>" * 500
CONVERTED = Converted(document=HostedDocument(url="https://example.com/a.pdf"))


def planned(conversion_id: str, source: str = "<p>") -> Record:
    """Give a new record."""
    return Record(conversion_id, None, State.PLANNED, NOON, Request("pdf", {"source": source}))


def threads() -> set[str]:
    """Give the names of the store's threads that run."""
    return {each.name for each in threading.enumerate() if each.name.startswith("pdfshift store")}


def make(path: Path, content: str = "") -> None:
    """Put a file there."""
    path.write_text(content)


def remove(path: Path) -> None:
    """Take the file away."""
    path.unlink()


def holds(path: Path, text: str) -> bool:
    """Whether the text is anywhere in the file."""
    return text.encode() in path.read_bytes()


def spoil(path: Path, conversion_id: str) -> None:
    """Write what no version of the library has written."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE conversions SET outcome = 'secret' WHERE id = ?", (conversion_id,)
        )


@pytest.mark.parametrize("path", ["", ":memory:", Path(":memory:")])
def test_a_store_is_a_file(path: str | Path) -> None:
    """For one in memory there is another one."""
    with pytest.raises(ConfigurationError, match=r"needs the path of a file.*memory://"):
        SQLiteStore(path)


def test_a_path_is_that_of_the_moment_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to the working directory, wherever the program goes afterwards."""
    monkeypatch.chdir(tmp_path)
    store = SQLiteStore("a.db")
    monkeypatch.chdir("/")
    assert store.path == tmp_path / "a.db"
    assert repr(store) == f"<SQLiteStore {tmp_path / 'a.db'}>"


async def test_nothing_works_before_it_is_open(path: Path) -> None:
    """Or after it was closed; the error says what to do."""
    store = SQLiteStore(path)
    with pytest.raises(StoreUnavailable, match=r"is not open\. Call open\(\) first"):
        await store.get("cv_one")
    await store.open()
    await store.close()
    with pytest.raises(StoreUnavailable, match="is not open"):
        await store.check()


async def test_nothing_is_left_of_a_closed_store(path: Path) -> None:
    """No thread, and no file beside the file."""
    store = SQLiteStore(path)
    await asyncio.gather(store.open(), store.open(), store.open())
    await store.plan(planned("cv_one"))
    assert threads() == {"pdfshift store writer", "pdfshift store reader"}
    await asyncio.gather(store.close(), store.close())
    assert threads() == set()
    assert [found.name for found in path.parent.glob("*")] == ["pdfshift.db"]


async def test_nothing_is_left_of_a_store_that_could_not_be_opened(path: Path) -> None:
    """And once the reason is gone, it can be."""
    make(path, "This is not a database, but it is longer than the header of one. " * 20)
    store = SQLiteStore(path)
    with pytest.raises(StoreUnavailable, match="is not an SQLite database"):
        await store.open()
    gc.collect()  # a connection that was left open would warn
    assert threads() == set()
    remove(path)
    await store.open()
    await store.check()
    await store.close()


def test_one_store_serves_one_event_loop_after_the_other(path: Path) -> None:
    """Closed in between or not; who listens is told on the loop of today."""
    store = SQLiteStore(path)
    told: list[str] = []
    store.subscribe(told.append)

    async def settled(conversion_id: str, *, close: bool) -> None:
        await store.open()
        await store.plan(planned(conversion_id))
        await store.settle(conversion_id, CONVERTED, NOON)
        await asyncio.sleep(0)
        if close:
            await store.close()

    for number, close in enumerate((False, True, False, True)):
        asyncio.run(settled(f"cv_{number}", close=close))
        assert f"cv_{number}" in told


async def test_writes_are_done_however_their_callers_end(path: Path) -> None:
    """A caller who gave up has its record, and so have those who shared the commit."""
    store = SQLiteStore(path)
    await store.open()
    tasks = [asyncio.ensure_future(store.plan(planned(f"cv_{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks[1::2])
    await store.close()
    await store.open()
    assert all([await store.get(f"cv_{n}") for n in range(20)])
    await store.close()


async def test_a_write_fails_only_by_its_own_fault(store: SQLiteStore) -> None:
    """One that no file can hold does not take its neighbours with it."""
    unwritable = Record("cv_bad", "\ud800", State.PLANNED, NOON, None)
    tasks = [asyncio.ensure_future(store.plan(planned(f"cv_{n}"))) for n in range(5)]
    failing = asyncio.ensure_future(store.plan(unwritable))
    await asyncio.gather(*tasks)
    with pytest.raises(StoreUnavailable, match="cannot be read or written: UnicodeEncodeError"):
        await failing
    assert all([await store.get(f"cv_{n}") for n in range(5)])
    assert await store.get("cv_bad") is None


async def test_all_that_wait_for_a_lock_are_told_together(path: Path) -> None:
    """Each with an error of its own; waiting again for each one would take forever."""
    store = SQLiteStore(path, lock_timeout=0.001)
    await store.open()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        tasks = [asyncio.ensure_future(store.check()) for _ in range(5)]
        errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in errors} == {StoreUnavailable}
    assert len(set(map(id, errors))) == 5
    assert "has locked it for too long" in str(errors[0])
    await store.check()
    await store.close()


async def test_a_record_that_cannot_be_read_is_told_without_its_content(
    store: SQLiteStore, path: Path
) -> None:
    """Readers and writers hear the same; other records are not touched by it."""
    await store.plan(planned("cv_one"))
    await store.plan(planned("cv_two"))
    await store.settle("cv_one", CONVERTED, NOON)
    await store.close()
    await store.open()
    spoil(path, "cv_one")
    for call in (store.get("cv_one"), store.settle("cv_one", CONVERTED, NOON)):
        with pytest.raises(StoreUnavailable, match="read or written: ValidationError") as caught:
            await call
        assert "secret" not in str(caught.value)
    assert await store.settle("cv_two", CONVERTED, NOON) != (None, Effect.ORPHAN)


async def test_nothing_is_written_into_a_file_that_is_gone(store: SQLiteStore, path: Path) -> None:
    """It would be acknowledged, and nobody would ever find it again."""
    await store.plan(planned("cv_one"))
    remove(path)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="removed or replaced while it was open"):
            await store.settle("cv_one", CONVERTED, NOON)
    make(path)
    with pytest.raises(StoreUnavailable, match="removed or replaced"):
        await store.check()


async def test_a_settled_request_is_not_in_the_file_any_more(path: Path) -> None:
    """Not even where SQLite keeps the space of what was deleted."""
    store = SQLiteStore(path)
    await store.open()
    await store.plan(planned("cv_one", SECRET))
    await store.close()
    assert holds(path, "customer's eyes")
    await store.open()
    await store.settle("cv_one", CONVERTED, NOON)
    await store.close()
    assert not holds(path, "customer's eyes")


async def test_a_purge_of_many_is_many_short_ones(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callbacks that come meanwhile wait only for one of them."""
    monkeypatch.setattr("pdfshift_async.stores.sqlite.store._PURGED_AT_ONCE", 3)
    for number in range(8):
        await store.plan(planned(f"cv_{number}"))
        await store.settle(f"cv_{number}", CONVERTED, NOON)
        await store.settle(f"cv_orphan_{number}", CONVERTED, NOON)
    assert await store.purge(older_than=NOON + timedelta(seconds=1)) == 16


async def test_what_settles_elsewhere_is_told_here(store: SQLiteStore, path: Path) -> None:
    """In its order; a write that settles nothing is no news, and nobody is told of the past."""
    other = SQLiteStore(path)
    await other.open()
    for name in ("cv_past", "cv_a", "cv_b"):
        await other.plan(planned(name))
    await other.settle("cv_past", CONVERTED, NOON)
    told: asyncio.Queue[str] = asyncio.Queue()
    leave = store.subscribe(told.put_nowait)
    await store.get("cv_a")
    await other.advance("cv_a", Change(Trigger.SEND, NOON, deadline=NOON))
    await other.settle("cv_a", CONVERTED, NOON)
    await other.settle("cv_b", CONVERTED, NOON)
    assert [await told.get(), await told.get()] == ["cv_a", "cv_b"]
    assert told.empty()
    leave()
    await other.close()


async def test_nobody_is_told_what_settled_while_nobody_listened(
    store: SQLiteStore, path: Path
) -> None:
    """Whoever begins to listen reads first; a long absence must not cost a long list."""
    store.subscribe(lambda _: None)()
    other = SQLiteStore(path)
    await other.open()
    for name in ("cv_past", "cv_now"):
        await other.plan(planned(name))
    await other.settle("cv_past", CONVERTED, NOON)
    told: asyncio.Queue[str] = asyncio.Queue()
    store.subscribe(told.put_nowait)
    await store.check()
    await store.get("cv_now")
    await other.settle("cv_now", CONVERTED, NOON)
    assert await told.get() == "cv_now"
    await other.close()


async def test_a_reader_that_is_busy_does_not_look_before_it_is_told_to(
    store: SQLiteStore, path: Path
) -> None:
    """What settled before somebody listened stays untold, whichever thread is faster."""
    other = SQLiteStore(path)
    await other.open()
    await other.plan(planned("cv_past"))
    await other.settle("cv_past", CONVERTED, NOON)
    await other.close()
    told: list[str] = []
    store._listeners.subscribe(told.append)  # as `subscribe` does first
    await store.get("cv_past")
    await store.get("cv_past")
    assert told == []


async def test_a_file_that_cannot_be_looked_at_is_looked_at_again(
    store: SQLiteStore, path: Path
) -> None:
    """What settled meanwhile is told when it can be read."""
    session = store._session
    assert session is not None
    told: asyncio.Queue[str] = asyncio.Queue()
    failed = threading.Semaphore(0)
    look = session._watch.look

    def fail() -> None:
        failed.release()
        msg = "disk I/O error"
        raise sqlite3.OperationalError(msg)

    session._watch.look = fail  # type: ignore[method-assign]
    store.subscribe(told.put_nowait)
    for _ in range(2):
        await asyncio.to_thread(failed.acquire)
    other = SQLiteStore(path)
    await other.open()
    await other.plan(planned("cv_one"))
    await other.settle("cv_one", CONVERTED, NOON)
    await other.close()
    session._watch.look = look  # type: ignore[method-assign]
    assert await told.get() == "cv_one"


async def test_two_stores_on_one_file_know_who_is_sending(store: SQLiteStore, path: Path) -> None:
    """Only what the one that is closed was sending is recovered."""
    other = SQLiteStore(path)
    await other.open()
    for number, sender in enumerate((store, other)):
        await sender.plan(planned(f"cv_{number}"))
        await sender.advance(f"cv_{number}", Change(Trigger.SEND, NOON, deadline=NOON))
    assert await store.recover(NOON) == []
    await other.close()
    assert await store.recover(NOON) == ["cv_1"]
    record = await store.get("cv_0")
    assert record is not None
    assert record.state is State.SENDING


async def test_what_has_just_settled_is_given_without_a_look_at_the_file(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changes it any more; only the newest ones are kept like that."""
    monkeypatch.setattr("pdfshift_async.stores.sqlite.session._RECENT", 1)
    for name in ("cv_one", "cv_two"):
        await store.plan(planned(name))
        await store.settle(name, CONVERTED, NOON)
        spoil(path, name)
    kept = await store.get("cv_two")
    assert kept is not None
    assert kept.outcome == CONVERTED
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        await store.get("cv_one")


async def test_what_was_given_up_is_read_anew(store: SQLiteStore, path: Path) -> None:
    """A late callback, which another process may take, beats it."""
    await store.plan(planned("cv_one"))
    await store.advance("cv_one", Change(Trigger.SEND, NOON, deadline=NOON))
    lost, _ = await store.advance("cv_one", Change(Trigger.GIVEN_UP, NOON))
    assert await store.get("cv_one") == lost
    other = SQLiteStore(path)
    await other.open()
    late, _ = await other.settle("cv_one", CONVERTED, NOON)
    await other.close()
    assert await store.get("cv_one") == late


async def test_what_was_purged_is_not_remembered(store: SQLiteStore) -> None:
    """However lately it settled."""
    await store.plan(planned("cv_one"))
    await store.settle("cv_one", CONVERTED, NOON)
    await store.purge(older_than=NOON + timedelta(seconds=1))
    assert await store.get("cv_one") is None


async def test_a_number_that_json_lacks_is_kept(store: SQLiteStore) -> None:
    """In what the library does not know of a callback, as everything there."""
    content = {"url": "https://a/b", "new": float("inf"), "response": {"new": [float("-inf")]}}
    converted = Converted(document=HostedDocument.model_validate(content))
    await store.plan(planned("cv_one"))
    await store.settle("cv_one", converted, NOON)
    await store.close()
    await store.open()
    record = await store.get("cv_one")
    assert record is not None
    assert record.outcome == converted
