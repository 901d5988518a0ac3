"""What is recorded before a request leaves, and that nothing leaves twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import respx

from pdfshift_async import MemoryStore, PDFShift, State
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.tokens import new_id
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

QUEUED = httpx.Response(202, json={"success": True, "queued": True})


class Diary(MemoryStore):
    """Remembers in what state each record was new, and what was changed afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    async def plan(self, record: Record) -> Record:
        self.written.append(record.state)
        return await super().plan(record)

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        self.written.append(change.trigger)
        return await super().advance(conversion_id, change)


async def test_what_goes_at_once_is_written_once_before_it_goes(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """Each write waits for a disk, and whoever submits waits for each."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    store = Diary()
    async with new_client(store=store) as client:
        _ = await client.submit("<p>hi</p>")
    assert store.written == ["sending", "accepted"]


async def test_what_has_to_be_sent_again_is_written_each_time(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """It is planned in between: nothing was accepted."""
    service.post("/convert/pdf").mock(side_effect=[httpx.ConnectError("refused"), QUEUED])
    store = Diary()
    async with new_client(store=store) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await clock.advance(60)
        _ = await submitting
    assert store.written == ["sending", "not sent", "send", "accepted"]


@pytest.mark.parametrize("limit", [{}, {"max_in_flight": 1}])
async def test_what_has_to_wait_is_planned_meanwhile(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock, limit: dict[str, int]
) -> None:
    """If its process dies before its turn comes, somebody can tell that it was never sent."""
    answer = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        await answer.wait()
        return QUEUED

    service.post("/convert/pdf").mock(side_effect=hang)
    store = Diary()
    async with new_client(store=store, **limit) as client:
        # While the service's limit is unknown, only one request is open.
        submitting = [asyncio.ensure_future(client.submit("<p>hi</p>")) for _ in range(2)]
        await clock.advance(0.1)
        assert store.written == ["sending", "planned"]
        for each in submitting:
            each.cancel()
        await asyncio.gather(*submitting, return_exceptions=True)


async def test_what_somebody_else_is_sending_is_not_sent_again(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """Two that go on with the same member of a batch find out by its record."""
    conversion_id, request = new_id(), Request("pdf", {"source": "<p>hi</p>"})
    theirs = Record(
        id=conversion_id,
        key=None,
        state=State.SENDING,
        created_at=clock.now(),
        request=None,
        attempt=1,
        deadline=clock.now() + timedelta(seconds=60),
    )
    await store.plan(theirs)
    submitting = client._conversions._submitting
    assert await submitting.submit(request, None, conversion_id) == theirs
    assert not service.calls
