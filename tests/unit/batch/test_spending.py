"""What a batch may cost, and what it does when callbacks do not come."""

from __future__ import annotations

import pytest

from pdfshift_async import BatchStopped, Item, PDFShift
from pdfshift_async.testing import VirtualClock

from .conftest import OpenClient, Service, finished, items_of, over_time


async def test_a_lost_document_is_reported_and_counts_as_spent(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """It is not sent again by itself; a late callback still counts in the next run."""
    report = await over_time(clock, client.batch("b", items_of("lost 1", "ok 2")))
    assert [item.key for item in report.lost] == ["1"]
    assert report.failed == []
    batch = client.batch("b", items_of("lost 1", "ok 2"))
    found = await finished(batch)
    assert (found["1"].outcome, batch.progress.credits) == ("lost", 2)
    (member, _) = await client._shared.store.members("b")  # type: ignore[attr-defined]
    webhook = f"https://app.example.com/pdfshift/{client._shared.webhook.tokens.token(member.conversion_id)}"
    document = {"success": True, "url": "https://pdfshift.s3.amazonaws.com/d/2/1.pdf"}
    await service_of_batches.deliver(webhook, document)
    batch = client.batch("b", items_of("lost 1", "ok 2"))
    found = await finished(batch)
    assert (found["1"].outcome, batch.progress.credits) == ("converted", 2)
    assert service_of_batches.sent == {"lost 1": 1, "ok 2": 1}


async def test_a_lost_document_is_sent_again_as_often_as_allowed(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """And each time counts as spent."""
    batch = client.batch("b", items_of("lost 1", "ok 2"), max_resubmits=2)
    report = await over_time(clock, batch, 3000)
    assert [item.key for item in report.lost] == ["1"]
    assert service_of_batches.sent == {"lost 1": 3, "ok 2": 1}
    assert batch.progress.credits == 4


async def test_an_unreachable_receiver_costs_the_canary(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Of ten thousand documents five are sent, and the error says what to check."""
    items = (Item(str(number), f"lost {number}") for number in range(10_000))
    with pytest.raises(BatchStopped, match="no callback has come for the last 5 documents") as told:
        await over_time(clock, client.batch("b", items, grace=1))
    assert len(service_of_batches.sources) == 5
    assert "webhook_url" in (told.value.hint or "")


async def test_a_batch_without_a_canary_sends_all(
    client: PDFShift, service_of_batches: Service, clock: VirtualClock
) -> None:
    """Whoever wants it so."""
    items = items_of(*(f"lost {number}" for number in range(9)))
    report = await over_time(clock, client.batch("b", items, canary=None))
    assert len(report.lost) == len(service_of_batches.sources) == 9


async def test_callbacks_let_everything_go(client: PDFShift, service_of_batches: Service) -> None:
    """More documents than may go before the first of them."""
    items = items_of(*(f"ok {number}" for number in range(600)))
    batch = client.batch("b", items)
    found = await finished(batch)
    assert len(found) == batch.progress.converted == 600


async def test_no_more_is_spent_than_the_cap(client: PDFShift, service_of_batches: Service) -> None:
    """What is on its way counts; a higher cap goes on."""
    items = items_of("large 1", "ok 2", "ok 3")
    with pytest.raises(BatchStopped, match="its spend_cap of 2 credits is reached"):
        await finished(client.batch("b", items, spend_cap=2))
    assert len(service_of_batches.sources) == 2
    batch = client.batch("b", items, spend_cap=4)
    await finished(batch)
    assert batch.progress.credits == 4
    assert len(service_of_batches.sources) == 3


async def test_documents_that_come_without_their_callback_say_that_none_come(
    open_client: OpenClient, service_of_batches: Service, clock: VirtualClock
) -> None:
    """A client that converts directly what is overdue pays twice for each."""
    service_of_batches.silent = True
    async with open_client(on_lost="direct") as client:
        batch = client.batch("b", items_of("ok 1", "ok 2", "ok 3"), canary=2, grace=1)
        with pytest.raises(BatchStopped, match="no callback has come for the last 2 documents"):
            await over_time(clock, batch)
    assert "ok 3" not in service_of_batches.sources
