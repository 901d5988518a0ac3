"""Batches that end before their items do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from pdfshift_async import (
    AuthenticationFailed,
    Batch,
    BatchStopped,
    ConfigurationError,
    DuplicateKey,
    InvalidOptions,
    Item,
    PDFShift,
    Progress,
    WaitError,
)
from pdfshift_async.testing import VirtualClock

from .conftest import OpenClient, Service, finished, items_of, passing, until


async def over_soon(batch: Batch) -> None:
    """Run a batch that ends by itself."""
    async with batch:
        await batch.finish()


async def test_a_key_that_is_there_twice_stops_the_batch(client: PDFShift) -> None:
    """The error names both places."""
    items = [Item("1", "ok 1"), Item("2", "ok 2"), Item("1", "ok 3")]
    with pytest.raises(DuplicateKey, match="items 1 and 3 have the same key") as caught:
        await finished(client.batch("b", items))
    assert (caught.value.key, caught.value.first, caught.value.second) == ("1", 1, 3)


async def test_an_invalid_item_does_not_hide_a_key_that_comes_twice(client: PDFShift) -> None:
    """Nor what the key had before."""
    with pytest.raises(DuplicateKey):
        await finished(client.batch("b", [Item("1", "ok 1"), Item("1", " ")]))
    found = await finished(client.batch("b", [Item("1", " ")]))
    assert isinstance(found["1"].error, InvalidOptions)
    assert (await finished(client.batch("b", items_of("ok 1"))))["1"].ok


@pytest.mark.parametrize("key", ["", "a\nb", "x" * 501, 7, "\ud800"])
async def test_a_key_that_is_none_stops_the_batch(client: PDFShift, key: Any) -> None:
    """The error says which item."""
    with pytest.raises(ConfigurationError, match="the key of item 2 must be printable"):
        await finished(client.batch("b", [Item("1", "ok 1"), Item(key, "ok 2")]))


async def test_what_is_no_item_stops_the_batch(client: PDFShift) -> None:
    """Texts have no key."""
    with pytest.raises(ConfigurationError, match="item 1 must be an Item"):
        await finished(client.batch("b", ["ok 1"]))  # type: ignore[list-item]


async def test_an_error_of_the_items_comes_out_of_the_batch(client: PDFShift) -> None:
    """After what had been read until then."""

    def broken() -> Iterator[Item]:
        yield Item("1", "ok 1")
        yield from [Item(str(number), f"ok {number}") for number in (2, 3)]
        msg = "no more rows"
        raise LookupError(msg)

    with pytest.raises(LookupError, match="no more rows"):
        await over_soon(client.batch("b", broken(), grace=0.001))


async def test_a_wrong_key_stops_the_batch_and_the_next_run_goes_on(
    client: PDFShift, service_of_batches: Service
) -> None:
    """What the service answers to one it answers to all; nothing was accepted."""
    with pytest.raises(AuthenticationFailed):
        await finished(client.batch("b", items_of("wrong-key 1")))
    tally = await client._shared.store.tally("b")  # type: ignore[attr-defined]
    assert {str(ending): count for ending, count in tally.endings.items()} == {"unsent": 1}
    batch = client.batch("b", [Item("1", "ok 1")], on_changed="resubmit")
    assert (await finished(batch))["1"].outcome == "converted"


async def test_the_number_of_missing_documents_may_be_limited(client: PDFShift) -> None:
    """The batch stops with the first one too many."""
    sources = [f"failed {number}" for number in range(3)]
    with pytest.raises(BatchStopped, match="documents are missing, and 1 are tolerated"):
        await finished(client.batch("b", items_of(*sources), tolerate=1))


async def test_leaving_the_block_early_stops_and_the_next_run_goes_on(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """What was not sent is not, what waits for its callback is waited for, nothing twice."""
    service_of_batches.silent = True
    items = items_of(*(f"ok {number}" for number in range(8)))
    async with passing(clock), client.batch("b", items, canary=2, grace=0.01) as batch:
        await until(lambda: len(service_of_batches.sources) == 2)
    assert (batch.progress.done, len(service_of_batches.sources)) == (0, 2)
    service_of_batches.silent = False
    again = client.batch("b", items, canary=2)
    running = asyncio.ensure_future(finished(again))
    await asyncio.sleep(0.05)
    assert not running.done()
    for source in list(service_of_batches.sources)[:2]:
        await service_of_batches.repeat(source)
    found = await running
    assert {item.outcome for item in found.values()} == {"converted"}
    assert set(service_of_batches.sent.values()) == {1}


async def test_a_closed_client_stops_the_batch(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The error says so, instead of waiting for ever."""
    service_of_batches.silent = True
    async with open_client() as client:
        batch = await client.batch("b", items_of("ok 1")).__aenter__()
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    with pytest.raises(WaitError, match="the client was closed"):
        await batch.finish()
    async with passing(clock, step=1):
        await batch.__aexit__()


async def test_a_block_that_is_cancelled_while_it_stops_leaves_nothing_behind(
    client: PDFShift, service_of_batches: Service
) -> None:
    """A second Ctrl-C does not wait for the grace."""
    service_of_batches.silent = True
    left = asyncio.Event()

    async def run() -> None:
        async with client.batch("b", items_of("ok 1")) as batch:
            await until(lambda: batch.progress.in_flight == 1)
            left.set()

    task = asyncio.ensure_future(run())
    await left.wait()
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "pdfshift batch"]


async def test_a_batch_that_was_not_entered_can_be_left(client: PDFShift) -> None:
    """There is nothing to stop."""
    await client.batch("b", []).__aexit__()


async def test_a_stopped_batch_sends_nothing_again(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Not even what is lost while it takes the last callbacks."""
    batch = client.batch("b", items_of("lost 1"), max_resubmits=3, grace=2000)
    async with passing(clock, step=1), batch:
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    assert service_of_batches.sent == {"lost 1": 1}


async def test_an_error_of_the_progress_function_comes_out_of_the_batch(client: PDFShift) -> None:
    """It is the caller's own, and does not get lost."""

    def broken(progress: Progress) -> None:
        msg = "no such display"
        raise LookupError(msg)

    with pytest.raises(LookupError, match="no such display"):
        await finished(client.batch("b", items_of("ok 1"), progress=broken))
