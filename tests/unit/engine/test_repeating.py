"""How overdue conversions go again, and how they never go twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    Billed,
    CallbackLost,
    ConfigurationError,
    Conversion,
    ConversionFailed,
    Counters,
    CreditsExhausted,
    MemoryStore,
    PDFOptions,
    PDFShift,
    PNGOptions,
    RateLimited,
    State,
    StoreUnavailable,
    Via,
)
from pdfshift_async._core.deadlines import Step
from pdfshift_async._core.records import Change, Record
from pdfshift_async._core.states import Trigger
from pdfshift_async.testing import VirtualClock

URL = "https://pdfshift.s3.amazonaws.com/d/2/x.pdf"
FAILURE = b'{"error":{"code":400,"error":"Too slow.","identifier":"A74","success":false}}'
QUEUED = httpx.Response(202, json={"queued": True})
REFUSED = httpx.Response(403, json={"error": "No remaining credits left."})
LIMITED = httpx.Response(429, json={"error": "Slow."})
LIFETIME = 111
"""Seconds after which a conversion is overdue, and the watch has seen it."""

Open = Callable[..., PDFShift]
CallBack = Callable[..., Awaitable[bytes]]


def bodies(router: respx.MockRouter) -> list[dict[str, Any]]:
    """Give what the service has seen."""
    return [json.loads(call.request.content) for call in router.calls]


async def error_of(awaitable: Awaitable[object]) -> CallbackLost:
    """Give the error of a conversion that is lost."""
    with pytest.raises(CallbackLost) as caught:
        await awaitable
    return caught.value


async def test_what_is_overdue_is_submitted_again_as_it_was(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    call_back: CallBack,
) -> None:
    """The await goes on, and its result says that it may be billed twice."""
    service.post("/convert/png").mock(side_effect=[QUEUED, QUEUED])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>", PNGOptions(dpi=2), key="inv-1")
        waiting = asyncio.ensure_future(conversion.wait())
        await clock.advance(LIFETIME)
        first, second = bodies(service)
        assert first == second
        assert not waiting.done()
        assert await call_back(client) == b"settled"
        result = await waiting
    assert (result.via, result.key) == (Via.RESUBMIT, "inv-1")
    assert (counters.overdue, counters.resubmitted, counters.lost) == (1, 1, 0)


async def test_nothing_goes_again_unless_it_was_asked_for(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """By default the wait ends, and nothing is billed again."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with open_client("raise") as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        error = await error_of(conversion)
    assert (error.resubmits, error.reason, error.__cause__) == (0, None, None)
    assert len(service.calls) == 1


@pytest.mark.parametrize("max_resubmits", [1, 3])
async def test_it_goes_again_as_often_as_allowed_and_is_lost_then(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    max_resubmits: int,
    call_back: CallBack,
) -> None:
    """The error says how often it was sent; a late callback still counts."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with open_client(max_resubmits=max_resubmits) as client:
        conversion = await client.submit("<p>hi</p>")
        for number in range(max_resubmits + 1):
            assert len(service.calls) == number + 1
            await clock.advance(LIFETIME)
        error = await error_of(conversion)
        assert error.resubmits == max_resubmits
        assert f"accepted, sent {max_resubmits + 1} times in all" in str(error)
        await clock.advance(10 * LIFETIME)
        assert len(service.calls) == max_resubmits + 1
        assert await call_back(client) == b"late"
        assert (await conversion).via is Via.RESUBMIT


async def test_a_callback_while_it_goes_again_settles_it(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """Whichever submission it is of: the first true outcome wins, and the answer changes nothing."""

    async def answered(request: httpx.Request) -> httpx.Response:
        if len(service.calls) == 1:
            assert await call_back(client, FAILURE) == b"settled"
        return httpx.Response(202, json={"queued": True})

    service.post("/convert/pdf").mock(side_effect=answered)
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        with pytest.raises(ConversionFailed, match="Too slow"):
            await conversion
        await clock.advance(LIFETIME)
        assert len(service.calls) == 2


async def test_a_callback_counts_more_than_a_refused_resubmission(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    call_back: CallBack,
) -> None:
    """It came while the request was on its way: nothing is given up."""

    async def answered(request: httpx.Request) -> httpx.Response:
        if not service.calls:
            return httpx.Response(202, json={"queued": True})
        assert await call_back(client) == b"settled"
        return httpx.Response(403, json={"error": "No remaining credits left."})

    service.post("/convert/pdf").mock(side_effect=answered)
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        assert (await conversion).via is Via.RESUBMIT
    assert (counters.converted, counters.lost) == (1, 0)


async def test_what_settled_before_its_document_was_read_is_left_alone(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """Others were in hand, and its callback came meanwhile."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await call_back(client)
        await client._shared.overdue._repeat(conversion.id, Step.RESUBMIT)
    assert len(service.calls) == 1


async def test_a_refused_resubmission_ends_the_wait(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    call_back: CallBack,
) -> None:
    """Nothing more is to come, so the wait ends with both reasons; the first may come late."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, REFUSED])
    async with open_client(max_resubmits=3) as client:
        conversion = await client.submit("<p>hi</p>", key="inv-1")
        await clock.advance(LIFETIME)
        error = await error_of(conversion)
        assert isinstance(error.__cause__, CreditsExhausted)
        assert "the last time, the service answered 403: No remaining credits left" in str(error)
        assert (error.billed, error.confirmed, error.resubmits) == (Billed.UNKNOWN, True, 1)
        assert counters.lost == 1
        assert await call_back(client) == b"late"
        assert (await conversion).url == URL


async def test_a_resubmission_that_is_rate_limited_waits_like_any_other(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """It keeps its right to go, and counts once."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, LIMITED, LIMITED, QUEUED])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME + 60)
        assert len(service.calls) == 4
        await call_back(client)
        assert (await conversion).via is Via.RESUBMIT


async def test_a_callback_between_two_attempts_ends_the_sending(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """What has settled does not go again."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, LIMITED])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        assert len(service.calls) == 2
        await call_back(client)
        await clock.advance(LIFETIME)
        assert (await conversion).url == URL
    assert len(service.calls) == 2


async def test_a_rate_limit_that_does_not_end_ends_the_wait(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """Within the limits of `retry`, as for the first submission."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, *[LIMITED] * 1000])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME + 300)
        error = await error_of(conversion)
    assert isinstance(error.__cause__, RateLimited)


@pytest.mark.parametrize(
    "answer",
    [httpx.ReadTimeout("silent"), httpx.Response(500), httpx.Response(200, content=b"%PDF-1.7")],
    ids=["no answer", "500", "undocumented"],
)
async def test_a_resubmission_without_a_clear_answer_waits_for_its_callback(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    answer: Any,
) -> None:
    """It may have been accepted, so it has its time, and does not go once more for that."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, answer])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        waiting = asyncio.ensure_future(conversion.wait())
        await clock.advance(LIFETIME + 100)
        assert not waiting.done()
        await clock.advance(LIFETIME)
        error = await error_of(waiting)
    assert (error.confirmed, error.__cause__) == (True, None)
    assert len(service.calls) == 2


async def test_an_unconfirmed_conversion_is_confirmed_by_its_resubmission(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """The 202 is known then, whatever became of the first request."""
    service.post("/convert/pdf").mock(side_effect=[httpx.ReadTimeout("silent"), QUEUED])
    async with open_client() as client:
        conversion = await client.submit("<p>hi</p>")
        assert conversion.state is State.UNCONFIRMED
        await clock.advance(LIFETIME)
        record = await store.get(conversion.id)
        assert record is not None
        assert (record.state, record.attempt, record.resubmits) == (State.QUEUED, 2, 1)


@pytest.mark.parametrize("on_lost", ["resubmit", "direct"])
async def test_of_two_processes_one_sends_again(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    on_lost: str,
) -> None:
    """They share the store, and the one whose change took effect sends."""
    service.post("/convert/pdf").mock(side_effect=[*[QUEUED] * 20, *[REFUSED] * 1000])
    async with open_client(on_lost) as client, open_client(on_lost) as other:
        conversions = [await client.submit(f"<p>{number}</p>") for number in range(20)]
        await clock.advance(LIFETIME + 5)
        for conversion in conversions:
            assert (await error_of(other.conversion(conversion.id))).resubmits == 1
    assert len(service.calls) == 40
    assert (counters.overdue, counters.resubmitted, counters.lost) == (20, 20, 20)


async def test_documents_are_kept_only_while_they_may_go_again(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """By default not after the service may have accepted them; else until the last resubmission."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    kept = {}
    for on_lost in ("raise", "direct", "resubmit"):
        async with open_client(on_lost) as client:
            _ = await client.submit("<p>hi</p>", key=on_lost)
    for record in store._pending.values():
        kept[record.key] = record.request is not None
    assert kept == {"raise": False, "direct": True, "resubmit": True}
    async with open_client():
        await clock.advance(LIFETIME)
    assert [record.resubmits for record in store._pending.values()] == [1, 1]
    assert [record.request for record in store._pending.values()] == [None, None]


class BrokenStore(MemoryStore):
    """Cannot move a deadline on, a few times."""

    failures = 1

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        if change.trigger is Trigger.SEND_AGAIN and self.failures:
            self.failures -= 1
            msg = "disk full"
            raise StoreUnavailable(msg)
        return await super().advance(conversion_id, change)


async def test_what_cannot_be_recorded_is_not_sent(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The right to send comes first; as soon as the store can keep it, it goes."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with open_client(store=BrokenStore()) as client:
        _ = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME - 1)
        assert len(service.calls) == 1
        await clock.advance(5)
        assert len(service.calls) == 2


async def test_a_loss_in_the_sandbox_is_not_billed(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """However often it was sent, and whatever was the last answer."""
    service.post("/convert/pdf").mock(side_effect=[QUEUED, REFUSED])
    async with open_client() as client:
        conversion: Conversion = await client.submit("<p>hi</p>", PDFOptions(sandbox=True))
        await clock.advance(LIFETIME)
        error = await error_of(conversion)
    assert isinstance(error.__cause__, CreditsExhausted)
    assert error.billed is error.__cause__.billed is Billed.NO


def test_a_client_that_cannot_be_called_back_does_not_promise_to_submit_again() -> None:
    """It may share a store with others; directly it can convert all the same."""
    with pytest.raises(ConfigurationError, match='on_lost: must not be "resubmit" without'):
        PDFShift("sk_test", on_lost="resubmit")
    assert PDFShift("sk_test", on_lost="direct").webhook_url is None
