"""Views of one client: other settings on the same store, connections and receiver."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    ConfigurationError,
    MemoryStore,
    PDFShift,
    RateLimited,
    Retry,
)
from pdfshift_async.testing import VirtualClock

QUEUED = httpx.Response(202, json={"queued": True})
PDF = b"%PDF-1.7 and so on"


async def test_a_view_shares_the_store_and_the_receiver(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """What one submits, the other can await; the callback comes to either."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    view = client.with_options(timeout=5)
    assert view.receiver is client.receiver
    assert view.webhook_url == client.webhook_url
    conversion = await view.submit("<p>hi</p>")
    webhook = json.loads(service.calls[0].request.content)["webhook"]
    body = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'
    await view.receiver.handle("POST", webhook, {}, body)
    assert (await client.conversion(conversion.id)).conversion_id == conversion.id


async def test_a_view_has_its_own_retries(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """For conversions and for every other call; the client keeps its own."""
    limited = httpx.Response(429, json={"error": "Slow."})
    service.route().mock(return_value=limited)
    view = client.with_options(retry=Retry(max_elapsed=0))
    for calling in (view.convert_direct("<p>hi</p>"), view.submit("<p>hi</p>"), view.account.get()):
        with pytest.raises(RateLimited):
            await calling
    assert len(service.calls) == 3
    patient = asyncio.ensure_future(client.account.get())
    await clock.advance(1)
    assert not patient.done()
    patient.cancel()


@pytest.mark.parametrize(
    ("timeout", "seconds"), [(5, 5.0), (timedelta(minutes=1), 60.0)], ids=["number", "timedelta"]
)
async def test_a_view_has_its_own_timeout(
    client: PDFShift, service: respx.MockRouter, timeout: Any, seconds: float
) -> None:
    """Of a submission, and of every other call."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    service.get("/account").respond(json={"account": {"email": "erika@example.com"}})
    view = client.with_options(timeout=timeout)
    _ = await view.submit("<p>hi</p>")
    assert (await view.account.get()).email == "erika@example.com"
    waited = [call.request.extensions["timeout"]["read"] for call in service.calls]
    assert waited == [seconds, seconds]


async def test_a_view_has_its_own_deadlines(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """On top of the conversion's own time."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    conversion = await client.with_options(callback_margin=1).submit("<p>hi</p>")
    record = await store.get(conversion.id)
    assert record is not None
    assert record.deadline == clock.now() + timedelta(seconds=101)


async def test_the_processor_version_is_a_header_of_conversions(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """Each view has its own, and changing another setting keeps it."""
    route = service.post("/convert/pdf").respond(content=PDF)
    newest = client.with_options(processor_version="142")
    for view in (client, newest, newest.with_options(timeout=5)):
        await view.convert_direct("<p>hi</p>")
    await newest.with_options(processor_version=None).convert_direct("<p>hi</p>")
    route.mock(return_value=QUEUED)
    _ = await newest.submit("<p>hi</p>")
    sent = [call.request.headers.get("x-processor-version") for call in route.calls]
    assert sent == [None, "142", "142", None, "142"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"timeout": 0}, "timeout: must be a positive number of seconds"),
        ({"callback_margin": "1"}, "callback_margin: must be a positive number of seconds"),
        ({"processor_version": "143"}, "processor_version: must be '116' or '142'"),
        ({"processor_version": 142}, "processor_version: must be '116' or '142'"),
        (
            {"store": "memory://"},
            "store: cannot differ between the views of one client. "
            "Only timeout, callback_margin, retry, processor_version can; "
            "make another client for the rest.",
        ),
    ],
    ids=str,
)
def test_a_change_that_cannot_work_is_named(changes: dict[str, Any], said: str) -> None:
    """The same rules hold as for the client itself."""
    with pytest.raises(ConfigurationError) as caught:
        PDFShift("sk_test").with_options(**changes)
    assert said in str(caught.value)


async def test_a_view_is_not_opened_or_closed_by_itself(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """Closing it would close the client for everyone else."""
    service.post("/convert/pdf").respond(content=PDF)
    view = client.with_options(timeout=5)
    with pytest.raises(ConfigurationError, match="a view is not opened or closed by itself"):
        async with view:
            pass
    with pytest.raises(ConfigurationError, match=r"Open the client that with_options was called"):
        await view.close()
    assert (await view.convert_direct("<p>hi</p>")).content == PDF


async def test_a_view_of_a_closed_client_is_closed(
    new_client: Callable[..., PDFShift], service: respx.MockRouter
) -> None:
    """It has nothing of its own to send with."""
    service.post("/convert/pdf").respond(content=PDF)
    client = new_client()
    view = client.with_options(timeout=5)
    with pytest.raises(ConfigurationError, match="client: is not open"):
        await view.convert_direct("<p>hi</p>")
    async with client:
        assert (await view.convert_direct("<p>hi</p>")).content == PDF
