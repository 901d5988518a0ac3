"""The same batch again: what was done is not done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pdfshift_async import (
    ContentChanged,
    ConversionFailed,
    FinishedItem,
    Item,
    PDFOptions,
    PDFShift,
    Progress,
    ResultExpired,
    StoreUnavailable,
    UnknownConversion,
)
from pdfshift_async.testing import VirtualClock

from .conftest import OpenClient, Service, finished, items_of, over_time, passing, until


async def test_running_it_again_sends_nothing(
    open_client: OpenClient, service_of_batches: Service
) -> None:
    """In another process, from an asynchronous iterator: results come from the store."""
    sources = ("ok 1", "failed 2")

    async def later() -> AsyncIterator[Item]:
        for item in items_of(*sources):
            yield item

    async with open_client() as client:
        await finished(client.batch("b", items_of(*sources)))
    async with open_client() as client:
        batch = client.batch("b", later())
        found = await finished(batch)
    assert service_of_batches.sent == {"ok 1": 1, "failed 2": 1}
    assert all(item.resumed for item in found.values())
    assert found["1"].result is not None
    assert isinstance(found["2"].error, ConversionFailed)
    assert batch.progress.credits == 1
    assert batch.progress.total is None


async def test_documents_are_saved_once(
    open_client: OpenClient, service_of_batches: Service, tmp_path: Path
) -> None:
    """Only a file that is gone, or is not what was saved, is fetched again."""
    items = items_of("ok 1", "ok 2", "ok 3", "ok 4")
    pattern = tmp_path / "out" / "{key}.pdf"
    async with open_client() as client:
        found = await finished(client.batch("b", items, save_to=pattern))
    assert found["1"].path == tmp_path / "out" / "1.pdf"
    assert found["1"].path.read_bytes().startswith(b"%PDF")
    (tmp_path / "out" / "1.pdf").unlink()
    (tmp_path / "out" / "2.pdf").write_bytes(b"cut")
    whole = (tmp_path / "out" / "3.pdf").read_bytes()
    (tmp_path / "out" / "3.pdf").write_bytes(whole[::-1])
    service_of_batches.fetched.clear()
    async with open_client() as client:
        found = await finished(client.batch("b", items, save_to=pattern))
    assert sorted(service_of_batches.fetched) == ["/d/2/1.pdf", "/d/2/2.pdf", "/d/2/3.pdf"]
    assert (tmp_path / "out" / "3.pdf").read_bytes() == whole
    assert found["4"].path == tmp_path / "out" / "4.pdf"
    assert len(service_of_batches.sources) == 4


async def test_a_document_that_cannot_be_fetched_is_billed_and_not_sent_again(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock, tmp_path: Path
) -> None:
    """It is reported with its reason; the next run fetches it, if it is there still."""

    async def run() -> tuple[FinishedItem, Progress]:
        async with open_client() as client:
            batch = client.batch("b", items_of("ok 1"), save_to=tmp_path / "{key}.pdf")
            found = await finished(batch)
            return found["1"], batch.progress

    service_of_batches.gone = True
    item, progress = await run()
    assert (item.outcome, item.path) == ("unsaved", None)
    assert (progress.failed, progress.credits) == (1, 1)
    await clock.advance(3 * 24 * 3600)
    item, _ = await run()
    assert isinstance(item.error, ResultExpired)
    service_of_batches.gone = False
    item, progress = await run()
    assert (item.outcome, progress.credits) == ("converted", 1)
    assert service_of_batches.sent == {"ok 1": 1}


async def test_a_changed_document_is_refused(client: PDFShift, service_of_batches: Service) -> None:
    """Its key belongs to another one, which stays; options count as well."""
    await finished(client.batch("b", items_of("ok 1", "ok 2")))
    again = [Item("1", "changed 1"), Item("2", "ok 2", PDFOptions(landscape=True))]
    found = await finished(client.batch("b", again))
    assert all(isinstance(item.error, ContentChanged) for item in found.values())
    assert "(key '1')" in str(found["1"].error)
    assert service_of_batches.sent == {"ok 1": 1, "ok 2": 1}


async def test_a_changed_document_is_sent_where_that_is_asked_for(
    client: PDFShift, service_of_batches: Service
) -> None:
    """Once, and it counts under the old key from then on."""
    await finished(client.batch("b", items_of("ok 1")))
    await finished(client.batch("b", [Item("1", "changed 1")], on_changed="resubmit"))
    batch = client.batch("b", [Item("1", "changed 1")], on_changed="resubmit")
    assert (await finished(batch))["1"].outcome == "converted"
    assert service_of_batches.sent == {"ok 1": 1, "changed 1": 1}
    assert batch.progress.credits == 2


async def test_what_was_written_down_and_never_planned_is_sent(
    client: PDFShift, service_of_batches: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies in between has sent nothing; the id stays the same."""

    async def dies(*arguments: object) -> None:
        raise StoreUnavailable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(client._conversions, "submit", dies)
        with pytest.raises(StoreUnavailable):
            await finished(client.batch("b", items_of("ok 1")))
    (before,) = await client._shared.store.members("b")  # type: ignore[attr-defined]
    found = await finished(client.batch("b", items_of("ok 1")))
    assert found["1"].conversion_id == before.conversion_id
    assert service_of_batches.sent == {"ok 1": 1}


async def test_what_was_planned_and_never_sent_is_sent(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Those that waited for their turn when the client closed."""
    service_of_batches.silent = True
    items = items_of("ok 1", "ok 2")
    async with (
        open_client(max_in_flight=1) as client,
        passing(clock),
        client.batch("b", items, grace=0.01),
    ):
        await until(lambda: client.pacing.held_back == 1 == len(service_of_batches.sources))
    service_of_batches.silent = False
    async with open_client() as client:
        running = asyncio.ensure_future(finished(client.batch("b", items)))
        await until(lambda: len(service_of_batches.sources) == 2)
        await service_of_batches.repeat(service_of_batches.sources[0])
        assert {item.outcome for item in (await running).values()} == {"converted"}
    assert service_of_batches.sent == {"ok 1": 1, "ok 2": 1}


async def test_failed_documents_are_sent_again_when_that_is_asked_for(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """By the next run; lost ones only by name, since that may bill them again."""
    items = items_of("failed 1", "lost 2", "ok 3")
    async with open_client() as client:
        report = await over_time(clock, client.batch("b", items))
        assert await report.retry_failed() == 1
        report = await over_time(clock, client.batch("b", items))
        assert service_of_batches.sent == {"failed 1": 2, "lost 2": 1, "ok 3": 1}
        assert await report.retry_failed(lost=True) == 2
        await over_time(clock, client.batch("b", items))
    assert service_of_batches.sent == {"failed 1": 3, "lost 2": 2, "ok 3": 1}


async def test_the_outcome_of_a_purged_conversion_is_not_asked_for_again(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The batch knows that it was sent, and does not send it a second time."""
    items = items_of("ok 1", "failed 2")
    await finished(client.batch("b", items))
    await client._shared.store.purge(older_than=clock.now().replace(year=2100))
    found = await finished(client.batch("b", items))
    assert {key: item.outcome for key, item in found.items()} == {"1": "unsaved", "2": "failed"}
    assert isinstance(found["1"].error, UnknownConversion)
    assert len(service_of_batches.sources) == 2


async def test_what_no_batch_has_noted_is_not_purged(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Else the next run could not tell that it was sent."""
    service_of_batches.silent = True
    async with passing(clock), client.batch("b", items_of("ok 1"), grace=0.01):
        await until(lambda: not client.pacing.open and len(service_of_batches.sources) == 1)
    await service_of_batches.repeat("ok 1")
    later = clock.now().replace(year=2100)
    assert await client._shared.store.purge(older_than=later) == 0
    found = await finished(client.batch("b", items_of("ok 1")))
    assert found["1"].outcome == "converted"
    assert await client._shared.store.purge(older_than=later) == 1


async def test_a_failure_that_came_between_two_runs_counts(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """The next run finds it in the store, and sends nothing."""
    service_of_batches.silent = True
    async with passing(clock), client.batch("b", items_of("ok 1"), grace=0.01) as batch:
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    webhook, _ = service_of_batches.callbacks["ok 1"]
    await service_of_batches.deliver(webhook, {"error": {"error": "No.", "code": 400}})
    found = await finished(client.batch("b", items_of("ok 1")))
    assert (found["1"].outcome, found["1"].resumed) == ("failed", True)
    assert len(service_of_batches.sources) == 1


async def test_what_an_earlier_run_has_lost_says_nothing_of_the_receiver(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """It is lost the moment the next run looks, while the first callbacks are on their way."""
    service_of_batches.silent = True
    async with (
        open_client() as client,
        passing(clock),
        client.batch("b", items_of("ok 1"), grace=0.01) as batch,
    ):
        await until(lambda: not client.pacing.open and batch.progress.in_flight == 1)
    await clock.advance(900)
    async with open_client() as client:
        running = asyncio.ensure_future(
            finished(client.batch("b", items_of("ok 1", "ok 2", "ok 3"), canary=1))
        )
        await until(lambda: len(service_of_batches.sources) == 2)
        await clock.advance(5)
        service_of_batches.silent = False
        await service_of_batches.repeat(service_of_batches.sources[1])
        found = await running
    assert sorted(item.outcome for item in found.values()) == ["converted", "converted", "lost"]
