"""What awaiting a conversion gives, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx

from pdfshift_async import (
    Billed,
    CallbackLost,
    CallbackOverdue,
    ConfigurationError,
    Conversion,
    ConversionFailed,
    MemoryStore,
    PDFOptions,
    PDFShift,
    State,
    StoreError,
    SubmitRejected,
    UnexpectedResponse,
    UnknownConversion,
    Via,
    WaitError,
)
from pdfshift_async._core.callbacks import outcome_of
from pdfshift_async._core.records import Record
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

DOCUMENT = (
    b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf","filesize":7,'
    b'"executed":"2026-10-01T12:00:05.5","pdf_pages":2}'
)
FAILURE = b'{"error":{"code":400,"error":"Too slow.","identifier":"A74","success":false}}'
URL = "https://pdfshift.s3.amazonaws.com/d/2/x.pdf"


@pytest.fixture
async def conversion(client: PDFShift, service: respx.MockRouter) -> Conversion:
    """A queued conversion."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    return await client.submit("<p>hi</p>", key="inv-1")


async def call_back(
    store: MemoryStore, clock: VirtualClock, conversion: Conversion, body: bytes
) -> None:
    """Settle as the receiver does."""
    await store.settle(conversion.id, outcome_of(body), clock.now())


async def test_awaiting_gives_the_document_of_the_callback(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """The result says which conversion it is, how it came and when it expires."""
    submitted_at = clock.now()
    waiting = asyncio.ensure_future(conversion.wait())
    await clock.advance(3)
    assert not waiting.done()
    await call_back(store, clock, conversion, DOCUMENT)
    result = await waiting
    assert (result.url, result.filesize, result.pages) == (URL, 7, 2)
    assert (result.conversion_id, result.key, result.via) == (conversion.id, "inv-1", Via.CALLBACK)
    assert result.expires_at == datetime(2026, 10, 3, 12, 0, 5, 500_000, tzinfo=UTC)
    assert (result.submitted_at, result.received_at) == (submitted_at, clock.now())
    assert URL not in repr(result)
    assert conversion.state is State.CONVERTED


async def test_awaiting_again_and_from_many_tasks_gives_the_same(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """Every await has the same result, before and after the callback."""
    waiters = [asyncio.ensure_future(conversion.wait()) for _ in range(10)]
    await clock.advance(1)
    await call_back(store, clock, conversion, DOCUMENT)
    results = [*await asyncio.gather(*waiters), await conversion, await conversion]
    assert all(result == results[0] for result in results)


async def test_cancelling_one_await_leaves_the_others(
    client: PDFShift, conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """Nothing is lost, and the cancelled waiter leaves nothing behind."""
    cancelled, other = (asyncio.ensure_future(conversion.wait()) for _ in range(2))
    await clock.advance(1)
    cancelled.cancel()
    await call_back(store, clock, conversion, DOCUMENT)
    assert (await other).url == URL
    assert cancelled.cancelled()
    assert (await conversion).url == URL
    assert client._shared.waiting._waiters == {}


@pytest.mark.parametrize("timeout", [0.001, timedelta(milliseconds=1)])
async def test_a_timeout_ends_the_wait_and_not_the_conversion(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock, timeout: float | timedelta
) -> None:
    """The error is also a TimeoutError; the same conversion can be awaited on."""
    with pytest.raises(CallbackOverdue, match=r"no callback within 0\.001 s") as caught:
        await conversion.wait(timeout=timeout)
    assert isinstance(caught.value, TimeoutError)
    assert (caught.value.conversion_id, caught.value.key) == (conversion.id, "inv-1")
    await call_back(store, clock, conversion, DOCUMENT)
    assert (await conversion.wait(timeout=5)).url == URL


async def test_a_timeout_must_be_positive(conversion: Conversion) -> None:
    """Zero is a mistake, and says so."""
    with pytest.raises(ConfigurationError, match="timeout: must be a positive number"):
        await conversion.wait(timeout=0)


async def test_a_failure_callback_is_raised_each_time(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """The service's words, code and identifier arrive; billing is not guessed."""
    await call_back(store, clock, conversion, FAILURE)
    for _ in range(2):
        with pytest.raises(ConversionFailed, match=r"400 A74: Too slow") as caught:
            await conversion
        assert (caught.value.code, caught.value.identifier) == (400, "A74")
        assert caught.value.billed is Billed.UNKNOWN
        assert caught.value.key == "inv-1"


async def test_an_unreadable_callback_ends_the_wait(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """The raw body is kept with the error and out of its text."""
    await call_back(store, clock, conversion, b"<html>oops</html>")
    with pytest.raises(UnexpectedResponse, match="the callback is not JSON") as caught:
        await conversion
    assert caught.value.raw == b"<html>oops</html>"
    assert "oops" not in str(caught.value)


async def test_a_passed_deadline_is_a_loss_until_the_truth_comes(
    conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """Who waits learns that it is lost; who awaits after a late callback gets the document."""
    waiting = asyncio.ensure_future(conversion.wait())
    await clock.advance(699)
    assert not waiting.done()
    await clock.advance(3)
    with pytest.raises(CallbackLost, match="accepted, and no callback by 2026-10-01 12:11:40"):
        await waiting
    await call_back(store, clock, conversion, DOCUMENT)
    assert (await conversion).url == URL


async def test_an_unconfirmed_loss_says_so(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The error tells that the service never answered."""
    service.post("/convert/pdf").mock(side_effect=httpx.ReadTimeout("silent"))
    conversion = await client.submit("<p>hi</p>")
    await clock.advance(702)
    with pytest.raises(CallbackLost, match="sent, never confirmed") as caught:
        await conversion
    assert caught.value.confirmed is False
    assert caught.value.billed is Billed.UNKNOWN


async def test_the_sandbox_bills_nothing(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Failed or lost, a sandbox conversion is not billed."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    failed, lost = [await client.submit("<p>hi</p>", PDFOptions(sandbox=True)) for _ in range(2)]
    await call_back(store, clock, failed, FAILURE)
    await clock.advance(702)
    for conversion, error in ((failed, ConversionFailed), (lost, CallbackLost)):
        with pytest.raises(error) as caught:
            await conversion
        assert caught.value.billed is Billed.NO


async def test_a_file_in_your_own_bucket_does_not_expire(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Only the service's own hosting ends after two days."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    conversion = await client.submit("<p>hi</p>", PDFOptions(s3_destination="s3://mine/a.pdf"))
    await call_back(store, clock, conversion, DOCUMENT)
    assert (await conversion).expires_at is None


async def test_a_handle_from_an_id_is_the_same_conversion(
    client: PDFShift, conversion: Conversion, store: MemoryStore, clock: VirtualClock
) -> None:
    """It learns its key and state by awaiting."""
    handle = client.conversion(conversion.id)
    assert repr(handle) == f"<Conversion {conversion.id}>"
    await call_back(store, clock, conversion, DOCUMENT)
    assert await handle == await conversion
    assert repr(handle) == f"<Conversion {conversion.id} key='inv-1' converted>"


async def test_an_unknown_id_is_an_error_and_not_a_wait(client: PDFShift) -> None:
    """Nobody waits for what the store does not hold."""
    with pytest.raises(UnknownConversion, match="no such conversion"):
        await client.conversion("cv_" + "a" * 26)


@pytest.mark.parametrize("text", ["", "inv-1", "cv_short", "cv_" + "A" * 26, "cv_" + "1" * 26])
async def test_what_is_no_id_is_refused_at_once(client: PDFShift, text: str) -> None:
    """The error says what an id looks like."""
    with pytest.raises(ConfigurationError, match=r"conversion_id: .* Pass the `id`"):
        _ = client.conversion(text)


async def test_closing_the_client_ends_every_wait(
    client: PDFShift, conversion: Conversion, clock: VirtualClock
) -> None:
    """Nobody hangs on a client that will hear of no callback."""
    waiting = asyncio.ensure_future(conversion.wait())
    await clock.advance(1)
    await client.close()
    with pytest.raises(WaitError, match="closed before the callback came"):
        await waiting
    await client.open()
    again = asyncio.ensure_future(conversion.wait())
    await clock.advance(1)
    assert not again.done()
    again.cancel()


class Forgetful(MemoryStore):
    """Loses outcomes."""

    async def get(self, conversion_id: str) -> Record | None:
        record = await super().get(conversion_id)
        return None if record is None else replace(record, outcome=None)


async def test_a_store_without_the_outcome_is_to_blame(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """The error tells whoever wrote it how to find the mistake."""
    service.post("/convert/pdf").respond(400, json={"error": "Bad."})
    async with new_client(store=Forgetful()) as client:
        with pytest.raises(SubmitRejected) as caught:
            _ = await client.submit("<p>hi</p>")
        assert caught.value.conversion_id is not None
        with pytest.raises(StoreError, match=r"as failed, without an outcome .* contract suite"):
            await client.conversion(caught.value.conversion_id)
