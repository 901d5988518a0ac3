"""What becomes of a call: its value, one of our errors, or another attempt."""

from __future__ import annotations

import asyncio
import json
import pickle
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    AuthenticationFailed,
    Billed,
    ConfigurationError,
    NotFound,
    Observer,
    PDFShift,
    PDFShiftError,
    PermissionDenied,
    Phase,
    Retry,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)
from pdfshift_async.events import Event, Throttled
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

USAGE = {
    "credits": {"base": 50000, "remaining": 49881, "total": 50000, "used": 119},
    "success": True,
}


def refused(status: int, text: str) -> httpx.Response:
    """Build an error as the service sends it."""
    return httpx.Response(status, json={"success": False, "error": text, "code": status})


async def test_a_call_carries_the_key_and_nothing_of_a_conversion(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """Also no version of the processor, which is for conversions."""
    route = service.get("/credits/usage").respond(json=USAGE)
    async with new_client(processor_version="142") as client:
        await client.credits.usage()
    request = route.calls[0].request
    assert request.headers["x-api-key"] == "sk_test"
    assert "x-processor-version" not in request.headers
    assert request.content == b""


async def test_a_client_that_is_not_open_says_so() -> None:
    """As with conversions, and about the client instead of the call."""
    with pytest.raises(ConfigurationError, match="client: is not open") as caught:
        await PDFShift("sk_test").credits.usage()
    assert caught.value.phase is Phase.PREPARE


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (
            refused(401, "Invalid API Key provided."),
            AuthenticationFailed,
            "the service answered 401: Invalid API Key provided (credits). "
            "Check api_key or PDFSHIFT_API_KEY.",
        ),
        (
            refused(403, "No remaining credits left."),
            PermissionDenied,
            "the service answered 403: No remaining credits left (credits). "
            "Check the account's plan and its API key.",
        ),
        (
            refused(404, "Not Found"),
            NotFound,
            "the service answered 404: Not Found (credits). "
            "Check the name; if every call fails like this, check base_url.",
        ),
        (
            refused(408, "Too slow."),
            SubmitRejected,
            "the service answered 408: Too slow (credits). "
            "Correct the request before sending it again.",
        ),
        (
            httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
            SubmitRejected,
            "the service answered 302: Found (credits). Check base_url: it points to a redirect.",
        ),
        (
            httpx.Response(200, html="<h1>Maintenance</h1>"),
            UnexpectedResponse,
            "unexpected response: no JSON in the answer, but 20 bytes of text/html; charset=utf-8 "
            "(credits). Look at error.raw; if the service changed, a newer library may "
            "understand it.",
        ),
        (
            httpx.Response(200),
            UnexpectedResponse,
            "unexpected response: no JSON in the answer, but 0 bytes of no content type (credits)",
        ),
        (
            httpx.Response(200, content=json.dumps(USAGE).encode()[:40]),
            UnexpectedResponse,
            "unexpected response: no JSON in the answer, but 40 bytes of no content type",
        ),
        (
            httpx.Response(200, json=[USAGE]),
            UnexpectedResponse,
            "unexpected response: the JSON of the answer is no object (credits)",
        ),
        (
            httpx.Response(200, json={"success": True, "credits": []}),
            UnexpectedResponse,
            "unexpected response: credits: Input should be",
        ),
        (
            httpx.Response(200, json={"success": True, "credits": {"used": 1, "total": 2}}),
            UnexpectedResponse,
            "unexpected response: credits.remaining: Field required (credits)",
        ),
        (
            httpx.Response(200, json={"success": False, "error": "Not today."}),
            UnexpectedResponse,
            "unexpected response: status 200, but no success: Not today. (credits)",
        ),
        (
            httpx.Response(200, json={"success": False}),
            UnexpectedResponse,
            "unexpected response: status 200, but no success: no reason given (credits)",
        ),
        (
            httpx.Response(200, content=b"{" + b" " * 20_000_000),
            UnexpectedResponse,
            "unexpected response: the answer is larger than 1048576 bytes (credits)",
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
async def test_every_bad_answer_is_one_of_our_errors(
    client: PDFShift,
    service: respx.MockRouter,
    answer: httpx.Response,
    expected: type[PDFShiftError],
    said: str,
) -> None:
    """It names the call, bills nothing, is not repeated, and holds 64 KiB at most."""
    route = service.get("/credits/usage").mock(return_value=answer)
    with pytest.raises(expected) as caught:
        await client.credits.usage()
    error = caught.value
    assert type(error) is expected
    assert str(error).startswith(said)
    assert (error.phase, error.billed, error.subject) == (Phase.CALL, Billed.NO, "credits")
    assert len(getattr(error, "raw", b"")) <= 64 * 1024
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (
            refused(503, "Busy."),
            "ServiceError: the service answered 503: Busy (credits). "
            "Try again later; repeating this call does no harm.",
        ),
        (
            httpx.Response(500, html="<h1>Oops</h1>" + "x" * 20_000_000),
            "ServiceError: the service answered 500: Internal Server Error (credits). "
            "Try again later; repeating this call does no harm.",
        ),
        (
            httpx.ReadTimeout("silent"),
            "SubmitUnconfirmed: sent, but no answer came back: ReadTimeout (credits). "
            "Try again later; repeating this call does no harm.",
        ),
        (
            refused(429, "You have been rate limited."),
            "RateLimited: the service answered 429: You have been rate limited (credits). "
            "Send slower, or raise retry.max_elapsed.",
        ),
        (
            httpx.ConnectError("refused"),
            "ServiceUnreachable: nothing was sent: https://api.pdfshift.test: ConnectError "
            "(credits). Check the network and base_url; nothing was accepted, so it is safe to "
            "retry.",
        ),
    ],
    ids=["503", "error page of 20 MB", "no answer", "429", "no connection"],
)
async def test_reading_is_repeated_after_every_passing_failure(
    client: PDFShift,
    service: respx.MockRouter,
    clock: VirtualClock,
    failure: Any,
    expected: str,
) -> None:
    """Also where a conversion would not be: repeating a GET bills nothing."""
    route = service.get("/credits/usage")
    route.side_effect = [failure, httpx.Response(200, json=USAGE)]
    calling = asyncio.ensure_future(client.credits.usage())
    await clock.advance(30)
    assert (await calling).remaining == 49881
    assert route.call_count == 2
    route.side_effect = [failure]
    with pytest.raises(PDFShiftError) as caught:
        await client.with_options(retry=Retry(max_elapsed=0)).credits.usage()
    assert f"{type(caught.value).__name__}: {caught.value}" == expected
    assert (caught.value.phase, caught.value.billed) == (Phase.CALL, Billed.NO)


async def test_a_gzipped_answer_is_understood(client: PDFShift, service: respx.MockRouter) -> None:
    """None is asked for, and one may come from whatever stands in between."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(json.dumps(USAGE).encode()) + packer.flush()
    service.get("/credits/usage").respond(content=packed, headers={"Content-Encoding": "gzip"})
    assert (await client.credits.usage()).used == 119


async def test_what_cannot_be_unpacked_is_no_answer(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """It says that it is gzip, and it is rubbish."""

    async def rubbish() -> AsyncIterator[bytes]:
        yield b"rubbish"

    service.get("/credits/usage").mock(
        side_effect=lambda request: httpx.Response(
            200, content=rubbish(), headers={"Content-Encoding": "gzip"}
        )
    )
    with pytest.raises(SubmitUnconfirmed, match="no answer came back: DecodingError"):
        await client.with_options(retry=Retry(max_elapsed=0)).credits.usage()


async def test_an_observer_hears_of_repeated_calls(
    new_client: NewClient,
    service: respx.MockRouter,
    clock: VirtualClock,
    observer: Observer,
    events: list[Event],
) -> None:
    """As of a conversion without a callback: no id and no key."""
    service.get("/credits/usage").mock(
        side_effect=[refused(503, "Busy."), httpx.Response(200, json=USAGE)]
    )
    async with new_client(observer=observer) as client:
        calling = asyncio.ensure_future(client.credits.usage())
        await clock.advance(30)
        await calling
    (event,) = events
    assert isinstance(event, Throttled)
    assert (event.conversion_id, event.attempt) == (None, 1)
    assert event.reason == "the service answered 503: Busy"
