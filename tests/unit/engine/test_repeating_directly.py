"""Overdue conversions that are converted without a callback."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    CallbackLost,
    ConversionFailed,
    Counters,
    CreditsExhausted,
    MemoryStore,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    StoreUnavailable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
    Via,
)
from pdfshift_async._core.records import Effect, Record
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.testing import VirtualClock

URL = "https://pdfshift.s3.amazonaws.com/d/2/x.pdf"
QUEUED = httpx.Response(202, json={"queued": True})
REFUSED = httpx.Response(403, json={"error": "No remaining credits left."})
HOSTED = httpx.Response(200, json={"success": True, "url": URL})
LIFETIME = 111
"""Seconds after which a conversion is overdue, and the watch has seen it."""

Open = Callable[..., PDFShift]
CallBack = Callable[..., Awaitable[bytes]]


async def test_what_is_overdue_is_converted_directly(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    call_back: CallBack,
) -> None:
    """The answer names the document, and a callback that comes later is a duplicate."""
    route = service.post("/convert/pdf").mock(side_effect=[QUEUED, HOSTED])
    async with open_client("direct") as client:
        conversion = await client.submit("<p>hi</p>", PDFOptions(landscape=True), key="inv-1")
        await clock.advance(LIFETIME)
        result = await conversion
        assert (result.url, result.via, result.key) == (URL, Via.DIRECT, "inv-1")
        assert json.loads(service.calls[1].request.content) == {
            "source": "<p>hi</p>",
            "landscape": True,
            "filename": f"{conversion.id}.pdf",
        }
        assert await call_back(client) == b"duplicate"
    assert route.call_count == 2
    assert (counters.converted, counters.resubmitted) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (REFUSED, CreditsExhausted),
        (httpx.Response(400, json={"errors": {"format": ["Bad."]}}), SubmitRejected),
        (httpx.ReadTimeout("silent"), SubmitUnconfirmed),
        (httpx.Response(200, json={"success": True}), UnexpectedResponse),
    ],
    ids=["403", "400", "no answer", "no document"],
)
async def test_a_direct_conversion_that_gives_nothing_ends_the_wait(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    answer: Any,
    cause: type[PDFShiftError],
) -> None:
    """It was the only try, and has no callback to wait for."""
    route = service.post("/convert/pdf").mock(side_effect=[QUEUED, answer])
    async with open_client("direct") as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        with pytest.raises(CallbackLost, match="sent 2 times in all") as caught:
            await conversion
        assert type(caught.value.__cause__) is cause
        await clock.advance(10 * LIFETIME)
        assert route.call_count == 2


async def test_after_a_direct_conversion_that_gave_nothing_a_callback_counts(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """The truth may come late: the document is there, and was sent twice."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, REFUSED])
    async with open_client("direct") as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        assert await call_back(client) == b"late"
        assert (await conversion).via is Via.RESUBMIT


async def test_what_cannot_be_converted_directly_has_failed(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, counters: Counters
) -> None:
    """The service says so of the document itself: that is an outcome like that of a callback."""
    timed_out = httpx.Response(408, json={"error": "Too slow.", "identifier": "A74"})
    service.post("/convert/pdf").mock(side_effect=[QUEUED, timed_out])
    async with open_client("direct") as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        with pytest.raises(ConversionFailed, match=r"408 A74: Too slow"):
            await conversion
    assert (counters.failed, counters.lost) == (1, 0)


async def test_a_callback_during_a_direct_conversion_wins(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    call_back: CallBack,
) -> None:
    """The answer is a duplicate then; the result says that it was sent again all the same."""

    async def answered(request: httpx.Request) -> httpx.Response:
        if b"webhook" in request.content:
            return httpx.Response(202, json={"queued": True})
        other = json.dumps({"success": True, "url": f"{URL}?first"}).encode()
        assert await call_back(client, other) == b"settled"
        return httpx.Response(200, json={"success": True, "url": URL})

    service.post("/convert/pdf").mock(side_effect=answered)
    async with open_client("direct") as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        result = await conversion
    assert (result.url, result.via) == (f"{URL}?first", Via.RESUBMIT)
    assert counters.converted == 1


class FullStore(MemoryStore):
    """Cannot write an outcome for a while."""

    full = True

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        if self.full:
            msg = "disk full"
            raise StoreUnavailable(msg)
        return await super().settle(conversion_id, outcome, at)


async def test_a_document_that_cannot_be_recorded_is_not_given_up(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """It is paid for, and its answer comes only once."""
    store = FullStore()
    service.post("/convert/pdf").mock(side_effect=[QUEUED, HOSTED])
    async with open_client("direct", store=store) as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(2 * LIFETIME)
        store.full = False
        await clock.advance(1)
        assert (await conversion).via is Via.DIRECT
    assert len(service.calls) == 2
