"""What the answer to a submission makes of a conversion."""

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
    AuthenticationFailed,
    Billed,
    ConfigurationError,
    CreditsExhausted,
    InvalidOptions,
    MemoryStore,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    PNGOptions,
    RateLimited,
    Retry,
    ServiceUnreachable,
    State,
    StoreUnavailable,
    SubmitRejected,
    UnexpectedResponse,
)
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.tokens import new_id
from pdfshift_async.models.outcomes import Failed, Failure
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

QUEUED = httpx.Response(202, json={"success": True, "queued": True})


def sent(router: respx.MockRouter) -> list[dict[str, Any]]:
    """Give the bodies the service has seen."""
    return [json.loads(call.request.content) for call in router.calls]


async def test_a_submission_carries_its_token_in_the_webhook_url(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """The service is told where to call back, and nothing but what the caller set."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    conversion = await client.submit("<p>hi</p>", PDFOptions(landscape=True), key="inv-1")
    (body,) = sent(service)
    webhook = body.pop("webhook")
    assert body == {"source": "<p>hi</p>", "landscape": True}
    prefix, _, signature = webhook.rpartition(".")
    assert prefix == f"https://app.example.com/pdfshift/{conversion.id}"
    assert len(signature) == 26
    assert conversion.state is State.QUEUED
    assert conversion.key == "inv-1"
    request = service.calls[0].request
    assert request.headers["x-api-key"] == "sk_test"
    assert request.headers["content-type"] == "application/json"


async def test_the_class_of_the_options_picks_the_endpoint(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """PNG options go to the PNG endpoint."""
    route = service.post("/convert/png").mock(return_value=QUEUED)
    _ = await client.submit("<p>hi</p>", PNGOptions(fullpage=True))
    assert route.called


async def test_extra_options_are_sent_as_they_are(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """An option newer than the library reaches the service."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    _ = await client.submit("<p>hi</p>", extra={"shiny": {"new": 1}})
    assert sent(service)[0]["shiny"] == {"new": 1}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "must not be empty"),
        (" \n", "must not be empty"),
        (["<p>a</p>", "<p>b</p>"], "submit one conversion for each"),
        (b"<p>a</p>", "must be text, not bytes"),
        ("file:///etc/passwd", "cannot read your disk"),
        ("lone \ud800 surrogate", "valid Unicode"),
    ],
)
async def test_an_unusable_source_is_refused_before_anything_is_sent(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, source: Any, said: str
) -> None:
    """The error names the source and what to do; nothing was sent or recorded."""
    with pytest.raises(InvalidOptions, match="source:") as caught:
        _ = await client.submit(source)
    assert said in str(caught.value)
    assert caught.value.billed is Billed.NO
    assert not service.calls
    assert not store._pending


@pytest.mark.parametrize("key", ["lone \ud800 surrogate", "a\0b"])
async def test_a_key_that_some_store_cannot_keep_is_refused_by_all(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, key: str
) -> None:
    """Before anything is sent or recorded."""
    with pytest.raises(ConfigurationError, match="key: must be valid Unicode") as caught:
        _ = await client.submit("<p>hi</p>", key=key)
    assert caught.value.billed is Billed.NO
    assert not service.calls
    assert not store._pending


@pytest.mark.parametrize(("on_lost", "kept"), [("raise", False), ("resubmit", True)])
async def test_a_document_is_recorded_only_where_it_may_be_sent_again(
    new_client: NewClient,
    service: respx.MockRouter,
    store: MemoryStore,
    *,
    on_lost: str,
    kept: bool,
) -> None:
    """It may be large, and nobody else's business."""
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with new_client(on_lost=on_lost) as client:
        conversion = await client.submit("<p>hi</p>")
    record = await store.get(conversion.id)
    assert record is not None
    assert (record.request is not None) is kept


async def test_options_of_another_kind_are_refused(client: PDFShift) -> None:
    """A dictionary is not options."""
    with pytest.raises(InvalidOptions, match="options: must be PDFOptions"):
        _ = await client.submit("<p>hi</p>", {"format": "A4"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"success": False, "errors": {"format": ["Bad."]}, "code": 400}, SubmitRejected),
        (
            401,
            {"success": False, "error": "Invalid API Key provided.", "code": 401},
            AuthenticationFailed,
        ),
        (
            403,
            {"success": False, "error": "No remaining credits left.", "code": 403},
            CreditsExhausted,
        ),
        (403, {"error": "Invalid API Key provided."}, AuthenticationFailed),
        (302, {}, SubmitRejected),
        (413, "<html>too large", SubmitRejected),
    ],
)
async def test_a_refusal_is_raised_and_remembered(
    client: PDFShift,
    service: respx.MockRouter,
    status: int,
    body: Any,
    expected: type[PDFShiftError],
) -> None:
    """The caller gets the error at once, and who awaits the conversion later gets it again."""
    answer = (
        httpx.Response(status, text=body)
        if isinstance(body, str)
        else httpx.Response(status, json=body)
    )
    route = service.post("/convert/pdf").mock(return_value=answer)
    with pytest.raises(expected) as caught:
        _ = await client.submit("<p>hi</p>", key="inv-1")
    assert type(caught.value) is expected
    assert caught.value.billed is Billed.NO
    assert caught.value.key == "inv-1"
    assert caught.value.conversion_id is not None
    assert route.call_count == 1
    with pytest.raises(expected) as again:
        await client.conversion(caught.value.conversion_id)
    assert str(again.value) == str(caught.value)


async def test_a_rate_limit_is_waited_out(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The pause that the service asks for is kept, by the service's own clock."""
    limited = httpx.Response(
        429,
        json={"success": False, "error": "You have been rate limited.", "code": 429},
        headers={"X-RateLimit-Reset": "1790000030", "Date": "Mon, 21 Sep 2026 14:13:20 GMT"},
    )
    route = service.post("/convert/pdf").mock(side_effect=[limited, QUEUED])
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(29.9)
    assert route.call_count == 1
    await clock.advance(5)
    assert (await submitting).state is State.QUEUED
    first, second = sent(service)
    assert first["webhook"] == second["webhook"]


async def test_retries_end_within_their_limit(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The last refusal is raised once no more time is allowed, and remembered."""
    service.post("/convert/pdf").mock(return_value=httpx.Response(429, json={"error": "Slow."}))
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(61)
    with pytest.raises(RateLimited) as caught:
        _ = await submitting
    assert caught.value.conversion_id is not None
    with pytest.raises(RateLimited):
        await client.conversion(caught.value.conversion_id)


async def test_no_connection_is_tried_again(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """Nothing was sent, so the same conversion goes again."""
    service.post("/convert/pdf").mock(side_effect=[httpx.ConnectError("refused"), QUEUED])
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(10)
    assert (await submitting).state is State.QUEUED


async def test_a_service_that_stays_away_is_reported(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """The error says where nothing could be reached, and nothing is left pending."""
    service.post("/convert/pdf").mock(side_effect=httpx.ConnectError("refused"))
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(61)
    with pytest.raises(ServiceUnreachable, match=r"https://api\.pdfshift\.test") as caught:
        _ = await submitting
    assert caught.value.billed is Billed.NO
    assert not store._pending


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("silent"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("cut"),
        httpx.Response(500, json={"error": "Internal.", "code": 500}),
        httpx.Response(502, text="<html>bad gateway"),
    ],
    ids=["timeout", "reset", "cut", "500", "502"],
)
async def test_what_may_have_arrived_is_never_sent_again(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock, answer: Any
) -> None:
    """The conversion is unconfirmed, and waits for its own callback."""
    side_effect = [answer] if isinstance(answer, httpx.Response) else answer
    route = service.post("/convert/pdf").mock(side_effect=side_effect)
    conversion = await client.submit("<p>hi</p>")
    await clock.advance(120)
    assert conversion.state is State.UNCONFIRMED
    assert route.call_count == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"%PDF-1.7"),
        httpx.Response(202, json={"queued": False}),
        httpx.Response(202, json=[]),
        httpx.Response(202, text="<html>hello"),
        httpx.Response(204),
        httpx.Response(202, content=b" " * 2_000_000),
    ],
    ids=["document", "not queued", "list", "html", "empty", "endless"],
)
async def test_an_undocumented_answer_is_told_at_once(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, answer: httpx.Response
) -> None:
    """The caller is told, and the conversion stays open for a callback that may still come."""
    service.post("/convert/pdf").mock(return_value=answer)
    with pytest.raises(UnexpectedResponse) as caught:
        _ = await client.submit("<p>hi</p>")
    assert caught.value.billed is Billed.UNKNOWN
    assert caught.value.conversion_id is not None
    record = await store.get(caught.value.conversion_id)
    assert record is not None
    assert record.state is State.UNCONFIRMED


@pytest.mark.parametrize("max_elapsed", [0, 60])
async def test_a_callback_between_two_attempts_ends_the_sending(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock, max_elapsed: float
) -> None:
    """What was converted is not sent again, nor reported as unsent."""
    posts = 0

    async def convert_and_vanish(request: httpx.Request) -> httpx.Response:
        nonlocal posts
        posts += 1
        webhook = json.loads(request.content)["webhook"]
        body = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'
        await client.receiver.handle("POST", webhook, {}, body)
        msg = "it looked as if nothing had been sent"
        raise httpx.ConnectError(msg)

    service.post("/convert/pdf").mock(side_effect=convert_and_vanish)
    async with new_client(retry=Retry(max_elapsed=max_elapsed)) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await clock.advance(10)
        assert (await submitting).state is State.CONVERTED
    assert posts == 1


class BrokenStore(MemoryStore):
    """Cannot record that a submission was accepted."""

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        if change.trigger is Trigger.ACCEPTED:
            msg = "disk full"
            raise StoreUnavailable(msg)
        return await super().advance(conversion_id, change)


async def test_a_store_that_fails_after_the_answer_does_not_unmake_the_conversion(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """The caller learns of the store, and the callback will still find the record."""
    store = BrokenStore()
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with new_client(store=store) as client:
        with pytest.raises(StoreUnavailable, match="disk full"):
            _ = await client.submit("<p>hi</p>")
    (record,) = store._pending.values()
    assert record.state is State.SENDING


async def test_a_refusal_is_no_end_when_somebody_has_sent_it_again(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Clocks that disagree let another process find it overdue: what it sends may be billed."""

    async def overtaken(request: httpx.Request) -> httpx.Response:
        (record,) = store._pending.values()
        late = clock.now() + timedelta(hours=1)
        await store.advance(record.id, Change(Trigger.NO_ANSWER, late))
        await store.advance(record.id, Change(Trigger.SEND_AGAIN, late, deadline=late))
        return httpx.Response(400, json={"error": "no", "code": 400})

    service.post("/convert/pdf").mock(side_effect=overtaken)
    conversion = await client.submit("<p>hi</p>")
    assert conversion.state is State.UNCONFIRMED


async def test_what_had_settled_before_takes_no_room(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """Nobody would hear of its end any more."""
    conversion_id = new_id()
    await store.settle(conversion_id, Failed(failure=Failure(kind="reported")), clock.now())
    async with new_client(max_in_flight=1) as client:
        submitting = client._conversions._submitting
        record = await submitting.submit(
            Request("pdf", {"source": "<p>hi</p>"}), None, conversion_id=conversion_id
        )
        assert record.state is State.FAILED
        assert client.pacing.in_flight == 0
    assert not service.calls
