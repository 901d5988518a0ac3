"""Batches that several processes work on: each has a client and a store of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pdfshift_async import (
    Batch,
    BatchStopped,
    DuplicateKey,
    Item,
    StoreUnavailable,
)
from pdfshift_async._batch.elsewhere import Elsewhere
from pdfshift_async._batch.items import content_of
from pdfshift_async._core.records import Record, Request
from pdfshift_async._core.states import State
from pdfshift_async._core.tokens import new_id
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import BatchStore, Ending, Member, open_store
from pdfshift_async.testing import VirtualClock

from .conftest import OpenClient, Service, finished, until

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgres"], indirect=True)

T = TypeVar("T")

CONVERTED = Converted(document=HostedDocument(url="https://pdfshift.s3.amazonaws.com/d/2/1.pdf"))


async def together(clock: VirtualClock, *work: Awaitable[T], step: float = 1) -> list[T]:
    """Do things at once while time passes; the stores answer in real time."""
    all_of_it = asyncio.gather(*work)
    while not all_of_it.done():
        await asyncio.sleep(0.002)
        await clock.advance(step)
    return await all_of_it


@pytest.fixture
def open_other(open_client: OpenClient, store_url: str) -> OpenClient:
    """Opens the client of another process."""
    return lambda: open_client(store=open_store(store_url))


async def test_two_processes_share_a_batch(
    open_client: OpenClient,
    open_other: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    tmp_path: Path,
) -> None:
    """Each item is sent by one of them and its file fetched once, and both see all of it."""
    items = [Item(str(number), f"ok {number}") for number in range(40)]
    async with open_client() as one, open_other() as other:
        save_to = tmp_path / "{key}.pdf"
        batches = [client.batch("b", items, save_to=save_to) for client in (one, other)]
        first, second = await together(clock, *map(finished, batches))
        tally = await batches[0]._means.members.tally("b")
    assert set(service_of_batches.sent.values()) == {1}
    assert len(service_of_batches.sent) == len(service_of_batches.fetched) == 40
    assert {key: item.path for key, item in first.items()} == {
        key: item.path for key, item in second.items()
    }
    assert all(item.ok and item.path and item.path.is_file() for item in first.values())
    for key in map(str, range(40)):  # each is news to the one that did it
        assert sorted((first[key].resumed, second[key].resumed)) == [False, True]
    assert (tally.endings, tally.credits) == ({Ending.CONVERTED: 40}, 40)


async def test_what_a_process_leaves_behind_is_taken_over(
    open_client: OpenClient,
    open_other: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    tmp_path: Path,
) -> None:
    """What it has sent is waited for, and not sent a second time."""
    service_of_batches.silent = True
    async with open_client() as one:
        batch = await one.batch("b", [Item("1", "ok 1")]).__aenter__()
        await until(lambda: batch.progress.in_flight == 1)
        async with open_other() as other:
            taking_over = asyncio.ensure_future(
                finished(other.batch("b", [Item("1", "ok 1")], save_to=tmp_path / "{key}.pdf"))
            )
            await together(clock, asyncio.sleep(0.05))
            assert not taking_over.done()
            await one._shared.store.close()  # as the end of its process does
            await service_of_batches.repeat("ok 1")
            (found,) = await together(clock, asyncio.wait_for(taking_over, 10))
    assert found["1"].resumed
    assert found["1"].path == tmp_path / "1.pdf"
    assert service_of_batches.sent == {"ok 1": 1}


@pytest.mark.parametrize("planned", [True, False], ids=["planned", "only enrolled"])
async def test_what_a_dead_process_has_not_sent_is_sent(
    open_client: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    store_url: str,
    planned: bool,
) -> None:
    """It was never accepted."""
    async with open_client() as client:
        dead = open_store(store_url)
        assert isinstance(dead, BatchStore)
        await dead.open()
        batch = client.batch("b", [Item("1", "ok 1")])
        conversion_id = new_id()
        await dead.enrol(held(batch, conversion_id))
        if planned:
            request = Request("pdf", {"source": "ok 1"})
            record = Record(conversion_id, "1", State.PLANNED, clock.now(), request)
            await dead.plan(record)
        working = asyncio.ensure_future(finished(batch))
        await until(lambda: bool(batch.progress.in_hand))
        await asyncio.sleep(0.05)
        assert service_of_batches.sources == []
        await dead.close()
        (found,) = await together(clock, asyncio.wait_for(working, 10))
    assert found["1"].outcome == "converted"
    assert (found["1"].conversion_id == conversion_id) is not planned
    assert service_of_batches.sent == {"ok 1": 1}


@pytest.mark.parametrize("outcome", ["failed", "lost"])
async def test_what_another_process_could_not_do_is_seen_by_all(
    open_client: OpenClient,
    open_other: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    outcome: str,
) -> None:
    """With the same error, and nobody tries again."""
    items = [Item("1", f"{outcome} 1")]
    async with open_client() as one, open_other() as other:
        batches = [client.batch("b", items) for client in (one, other)]
        first, second = await together(clock, *map(finished, batches), step=30)
    assert first["1"].outcome == second["1"].outcome == outcome
    assert type(first["1"].error) is type(second["1"].error)
    assert sorted((first["1"].resumed, second["1"].resumed)) == [False, True]
    assert service_of_batches.sent == {f"{outcome} 1": 1}


async def test_what_another_process_could_not_send_is_sent(
    open_client: OpenClient,
    open_other: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
) -> None:
    """The service may answer here."""
    async with open_client() as one, open_other() as other:
        batch = one.batch("b", [Item("1", "ok 1")])
        theirs = held(batch)
        await other._shared.store.enrol(theirs)  # type: ignore[attr-defined]
        working = asyncio.ensure_future(finished(batch))
        await until(lambda: bool(batch.progress.in_hand))
        unsent = replace(theirs, ending=Ending.UNSENT)
        await other._shared.store.rewrite(unsent, instead_of="cv_other")  # type: ignore[attr-defined]
        (found,) = await together(clock, asyncio.wait_for(working, 10))
    assert found["1"].outcome == "converted"
    assert service_of_batches.sent == {"ok 1": 1}


async def test_a_key_that_comes_twice_is_found_while_another_process_has_it(
    open_client: OpenClient, open_other: OpenClient, clock: VirtualClock
) -> None:
    """The error names both."""
    async with open_client() as one, open_other() as other:
        await other._shared.store.enrol(held(one.batch("b", [])))  # type: ignore[attr-defined]
        items = [Item("1", "ok 1"), Item("1", "ok 1")]
        with pytest.raises(DuplicateKey, match="items 1 and 2"):
            await together(clock, finished(one.batch("b", items)))


async def test_a_batch_that_waits_for_others_can_be_stopped(
    open_client: OpenClient, open_other: OpenClient, service_of_batches: Service
) -> None:
    """At once: there is no callback of its own to wait for."""
    async with open_client() as one, open_other() as other:
        await other._shared.store.enrol(held(one.batch("b", [])))  # type: ignore[attr-defined]
        async with one.batch("b", [Item("1", "ok 1")]) as batch:
            await until(lambda: bool(batch.progress.in_hand))
            await asyncio.sleep(0.05)
            batch.stop()
            assert [item async for item in batch] == []
        assert service_of_batches.sources == []


async def test_a_wait_that_is_cancelled_leaves_the_others(
    open_client: OpenClient, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it ends while the store is asked."""
    async with open_client() as client:
        batch = client.batch("b", [])
        elsewhere = Elsewhere("b", "run", batch._means)
        waits = [asyncio.ensure_future(elsewhere.wait(key, 1)) for key in ("1", "2")]
        members = {key: replace(held(batch), key=key, ending=Ending.FAILED) for key in ("1", "2")}

        async def lease(name: str, keys: list[str], run: str) -> list[Member]:
            waits[0].cancel()
            return [members[key] for key in keys]

        monkeypatch.setattr(client._shared.store, "lease", lease)
        watching = asyncio.ensure_future(elsewhere.watch())
        await together(clock, asyncio.wait(waits))
        watching.cancel()
    assert waits[0].cancelled()
    assert waits[1].result() == members["2"]


async def test_a_store_that_fails_ends_the_wait_for_others(
    open_client: OpenClient,
    open_other: OpenClient,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With its error."""

    async def failing(*arguments: object) -> None:
        raise StoreUnavailable("it is away")

    async with open_client() as one, open_other() as other:
        await other._shared.store.enrol(held(one.batch("b", [])))  # type: ignore[attr-defined]
        for name in ("lease", "release"):
            monkeypatch.setattr(one._shared.store, name, failing)
        with pytest.raises(StoreUnavailable, match="it is away"):
            await together(clock, finished(one.batch("b", [Item("1", "ok 1")])))


async def test_what_another_process_spends_counts(
    open_client: OpenClient,
    open_other: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A credit is set aside for what it has in hand, so the next one is not sent meanwhile."""
    asked = asyncio.Event()
    async with open_client() as one, open_other() as other:
        batch = one.batch("b", [Item("1", "ok 1"), Item("2", "ok 2")], spend_cap=1)
        theirs = held(batch)
        await other._shared.store.enrol(theirs)  # type: ignore[attr-defined]
        lease = one._shared.store.lease  # type: ignore[attr-defined]

        async def noted(*arguments: Any) -> Any:
            asked.set()
            return await lease(*arguments)

        monkeypatch.setattr(one._shared.store, "lease", noted)
        working = asyncio.ensure_future(finished(batch))
        await together(clock, asked.wait())
        converted = replace(theirs, ending=Ending.CONVERTED, credits=2)
        await other._shared.store.rewrite(converted, instead_of="cv_other")  # type: ignore[attr-defined]
        with pytest.raises(BatchStopped, match="its spend_cap of 1 credits is reached"):
            await together(clock, asyncio.wait_for(working, 10))
        assert batch.progress.credits == 2
    assert service_of_batches.sources == []


async def test_what_another_process_sends_anew_is_waited_for(
    open_client: OpenClient,
    service_of_batches: Service,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was faster by a moment."""
    async with open_client() as client:
        await finished(client.batch("b", [Item("1", "ok 1")]))
        batch = client.batch("b", [Item("1", "new 1")], on_changed="resubmit")
        rewrite = client._shared.store.rewrite  # type: ignore[attr-defined]

        async def overtaken(member: Member, *, instead_of: str) -> bool:
            request = Request("pdf", {"source": "new 1"})
            record = Record(member.conversion_id, "1", State.PLANNED, clock.now(), request)
            await client._shared.store.plan(record)
            await client._shared.store.settle(record.id, CONVERTED, clock.now())
            theirs = replace(member, run="theirs", ending=Ending.CONVERTED, credits=2)
            await rewrite(theirs, instead_of=instead_of)
            return False

        monkeypatch.setattr(client._shared.store, "rewrite", overtaken)
        (found,) = await together(clock, finished(batch))
    assert found["1"].ok
    assert found["1"].resumed
    assert service_of_batches.sent == {"ok 1": 1}


def held(batch: Batch, conversion_id: str = "cv_other") -> Member:
    """Give a member that whoever enrols it has in hand."""
    content = content_of(batch._means.request(Item("1", "ok 1")))
    return Member("b", "1", content, conversion_id, "theirs", 1)
