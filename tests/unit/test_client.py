"""The client's settings, its life, and conversions without a callback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    Billed,
    ConfigurationError,
    ConversionFailed,
    InvalidOptions,
    MemoryStore,
    PDFOptions,
    PDFShift,
    PNGOptions,
    Retry,
    ServiceError,
    StoreUnavailable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
    Via,
)
from pdfshift_async.events import Event, Settled, Submitted, Throttled
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

PDF = b"%PDF-1.7 and so on"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": None}, "api_key: is missing. Pass api_key= or set PDFSHIFT_API_KEY."),
        ({"api_key": "sk test"}, "api_key: must be printable ASCII"),
        ({"api_key": "sk_\n"}, "api_key: must be printable ASCII"),
        ({"webhook_url": "app.example.com"}, "webhook_url: must be an http or https URL"),
        ({"webhook_url": "ftp://app.example.com"}, "webhook_url: must be an http or https URL"),
        ({"webhook_url": "https://"}, "webhook_url: must be an http or https URL"),
        ({"webhook_url": "https://a.example:99999"}, "webhook_url: must be an http or https URL"),
        ({"webhook_url": "https://a.example/x?tenant=1"}, "neither a query nor a fragment"),
        ({"webhook_url": "https://a.example/x#y"}, "neither a query nor a fragment"),
        ({"webhook_url": "https://me:secret@a.example"}, "must not hold a user name"),
        ({"webhook_auth": "body"}, 'webhook_auth: must be "url" or "header"'),
        ({"webhook_method": "get"}, "webhook_method: must be POST, PUT or PATCH"),
        ({"webhook_secrets": "one"}, "webhook_secrets: must be a list"),
        ({"webhook_secrets": []}, "webhook_secrets: must hold at least one"),
        ({"webhook_secrets": ["one", " "]}, "webhook_secrets: must hold at least one"),
        ({"base_url": "api.pdfshift.io"}, "base_url: must be an http or https URL"),
        ({"store": "oracle://x"}, "store: must be memory://"),
        ({"timeout": 0}, "timeout: must be a positive number of seconds"),
        ({"timeout": "5"}, "timeout: must be a positive number of seconds"),
        ({"callback_margin": timedelta(0)}, "callback_margin: must be a positive number"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_work_is_named(settings: dict[str, Any], said: str) -> None:
    """The error names the option and the rule, and shows no secret."""
    with pytest.raises(ConfigurationError) as caught:
        PDFShift(**{"api_key": "sk_test", **settings})
    assert said in str(caught.value)
    assert "secret@" not in str(caught.value)


def test_retry_limits_are_checked() -> None:
    """A negative pause is a mistake."""
    with pytest.raises(ConfigurationError, match=r"retry\.first_pause: must be a number"):
        Retry(first_pause=-1)


async def test_settings_come_from_the_environment_and_arguments_win(
    monkeypatch: pytest.MonkeyPatch,
    service: respx.MockRouter,
    store: MemoryStore,
    http_client: httpx.AsyncClient,
) -> None:
    """Each variable has its argument."""
    monkeypatch.setenv("PDFSHIFT_API_KEY", "sk_environment")
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_URL", "https://environment.example/hooks/")
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_SECRET", "new, old")
    monkeypatch.setenv("PDFSHIFT_BASE_URL", "https://api.pdfshift.test/v3/")
    monkeypatch.setenv("PDFSHIFT_STORE", "memory://")
    service.post("/convert/pdf").respond(202, json={"queued": True})
    async with PDFShift(http_client=http_client, store=store) as client:
        conversion = await client.submit("<p>hi</p>")
    async with PDFShift("sk_mine", http_client=http_client) as client:
        _ = await client.submit("<p>hi</p>")
    first, second = service.calls
    assert first.request.headers["x-api-key"] == "sk_environment"
    assert second.request.headers["x-api-key"] == "sk_mine"
    webhook = json.loads(first.request.content)["webhook"]
    assert webhook.startswith(f"https://environment.example/hooks/{conversion.id}.")


async def test_a_client_shows_no_secret(client: PDFShift) -> None:
    """The repr names the service and nothing else."""
    assert repr(client) == "<PDFShift https://api.pdfshift.test/v3>"
    assert repr(client.receiver) == "<Receiver MemoryStore>"


async def test_a_client_that_is_not_open_says_so() -> None:
    """The error tells how to open it."""
    client = PDFShift("sk_test", webhook_url="https://app.example.com")
    with pytest.raises(ConfigurationError, match=r"client: is not open\. Use `async with"):
        _ = await client.submit("<p>hi</p>")


async def test_queued_conversions_need_a_webhook_url(service: respx.MockRouter) -> None:
    """The error offers the direct way."""
    async with PDFShift("sk_test", base_url="https://api.pdfshift.test/v3") as client:
        with pytest.raises(ConfigurationError, match="webhook_url: is needed for queued"):
            _ = await client.submit("<p>hi</p>")
    assert not service.calls


async def test_opening_and_closing_twice_does_nothing(client: PDFShift) -> None:
    """Whoever opens again or closes again is right."""
    await client.open()
    await client.close()
    await client.close()


class Stuck(MemoryStore):
    """Opens, and cannot say what was left behind."""

    async def recover(self, now: datetime) -> Sequence[str]:
        msg = "disk full"
        raise StoreUnavailable(msg)


async def test_a_client_that_cannot_open_is_closed_again(new_client: NewClient) -> None:
    """Whatever was opened before, and the error tells what failed."""
    client = new_client(store=Stuck())
    with pytest.raises(StoreUnavailable, match="disk full"):
        await client.open()
    with pytest.raises(ConfigurationError, match="client: is not open"):
        await client.convert_direct("<p>hi</p>")


async def test_header_authentication_keeps_the_signature_out_of_the_url(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """Access logs see an id, which is no credential."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    async with new_client(webhook_auth="header") as client:
        conversion = await client.submit("<p>hi</p>")
    webhook = json.loads(service.calls[0].request.content)["webhook"]
    signature = webhook["headers"]["X-PDFShift-Signature"]
    assert webhook == {
        "url": f"https://app.example.com/pdfshift/{conversion.id}",
        "method": "POST",
        "headers": {"X-PDFShift-Signature": signature},
    }
    assert len(signature) == 26


async def test_another_webhook_method_takes_the_object_form(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """The receiver then accepts that method."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    async with new_client(webhook_method="put") as client:
        conversion = await client.submit("<p>hi</p>")
        webhook = json.loads(service.calls[0].request.content)["webhook"]
        assert webhook["method"] == "PUT"
        reply = await client.receiver.handle("PUT", webhook["url"], {}, b"")
    assert reply.status == 200
    assert conversion.id in webhook["url"]


async def test_converting_is_submitting_and_waiting(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """One line for one document; a callback that overtakes the answer is enough."""

    async def call_back_first(request: httpx.Request) -> httpx.Response:
        webhook = json.loads(request.content)["webhook"]
        body = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'
        reply = await client.receiver.handle("POST", webhook, {}, body)
        assert reply.status == 200
        return httpx.Response(202, json={"queued": True})

    service.post("/convert/pdf").mock(side_effect=call_back_first)
    result = await client.convert("<p>hi</p>", key="inv-1")
    assert result.key == "inv-1"


async def test_a_direct_conversion_gives_bytes_and_what_the_headers_say(
    client: PDFShift, service: respx.MockRouter, tmp_path: Path
) -> None:
    """No webhook is sent; the headers arrive as fields."""
    service.post("/convert/pdf").respond(
        200,
        content=PDF,
        headers={
            "X-Credits-Cost": "1",
            "X-Credits-Used": "0",
            "X-Response-StatusCode": "200",
            "X-PDFShift-Duration": "321.5",
            "X-Request-Id": "r-1",
            "X-RateLimit-Remaining": "many",
            "X-Novelty": "yes",
        },
    )
    document = await client.convert_direct("<p>hi</p>", PDFOptions(sandbox=True))
    assert document.content == PDF
    assert (document.media_type, document.filesize) == ("application/pdf", len(PDF))
    response = document.response
    assert (response.credits_cost, response.credits_used) == (1, 0)
    assert (response.source_status, response.duration) == (200, 321.5)
    assert (response.request_id, response.rate_remaining) == ("r-1", None)
    assert response.model_extra == {"x-novelty": "yes"}
    assert "webhook" not in json.loads(service.calls[0].request.content)
    assert "and so on" not in repr(document)
    saved = await document.save(tmp_path / "a.pdf")
    assert saved.read_bytes() == PDF


async def test_an_answer_of_another_kind_is_no_document(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """A PDF where a PNG was asked for, HTML, or nothing: an error that says what came."""
    service.post("/convert/png").respond(200, content=PDF, content_type="application/pdf")
    with pytest.raises(UnexpectedResponse, match="no png in the answer, but 18 bytes of applic"):
        await client.convert_direct("<p>hi</p>", PNGOptions())
    service.post("/convert/pdf").respond(200)
    with pytest.raises(UnexpectedResponse, match="but 0 bytes of no content type"):
        await client.convert_direct("<p>hi</p>")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.ReadTimeout("silent"), SubmitUnconfirmed),
        (httpx.Response(500, json={"error": "Internal."}), ServiceError),
        (httpx.Response(408, json={"error": "Too slow.", "code": 408}), ConversionFailed),
    ],
    ids=["no answer", "500", "408"],
)
async def test_a_direct_conversion_that_may_have_been_billed_is_not_repeated(
    client: PDFShift, service: respx.MockRouter, answer: Any, expected: type[Exception]
) -> None:
    """Once sent, only the caller may send it again; in the sandbox nothing is billed."""
    side_effect = [answer, answer] if isinstance(answer, httpx.Response) else answer
    route = service.post("/convert/pdf").mock(side_effect=side_effect)
    with pytest.raises(expected) as caught:
        await client.convert_direct("<p>hi</p>")
    assert caught.value.billed is Billed.UNKNOWN  # type: ignore[attr-defined]
    assert route.call_count == 1
    with pytest.raises(expected) as caught:
        await client.convert_direct("<p>hi</p>", PDFOptions(sandbox=True))
    assert caught.value.billed is Billed.NO  # type: ignore[attr-defined]


async def test_a_direct_conversion_waits_out_a_rate_limit(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """Nothing was accepted, so it is sent again."""
    limited = httpx.Response(429, json={"error": "Slow."}, headers={"Retry-After": "7"})
    document = httpx.Response(200, content=PDF)
    service.post("/convert/pdf").mock(side_effect=[limited, document])
    converting = asyncio.ensure_future(client.convert_direct("<p>hi</p>"))
    await clock.advance(6.9)
    assert not converting.done()
    await clock.advance(3)
    assert (await converting).content == PDF


async def test_a_hosted_conversion_gives_a_result_without_a_callback(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """It names no conversion, since none is recorded."""
    service.post("/convert/pdf").respond(
        200, json={"success": True, "url": "https://s3.amazonaws.com/pdfshift/d/1.pdf"}
    )
    result = await client.convert_hosted("<p>hi</p>", filename="invoice-1.pdf")
    assert (result.conversion_id, result.via) == (None, Via.ANSWER)
    assert json.loads(service.calls[0].request.content)["filename"] == "invoice-1.pdf"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"success":true}', b'{"url":"x"}'])
async def test_a_hosted_answer_without_a_document_is_unexpected(
    client: PDFShift, service: respx.MockRouter, body: bytes
) -> None:
    """Whatever else a 200 holds ends in one of our errors."""
    service.post("/convert/pdf").respond(200, content=body)
    with pytest.raises(UnexpectedResponse, match="names no hosted document") as caught:
        await client.convert_hosted("<p>hi</p>", filename="invoice-1.pdf")
    assert caught.value.raw == body


async def test_each_way_of_delivery_has_its_own_rules(client: PDFShift) -> None:
    """A hosted file needs a name; a direct one must not have one."""
    with pytest.raises(InvalidOptions, match="filename: is required"):
        await client.convert_hosted("<p>hi</p>")
    with pytest.raises(InvalidOptions, match="filename: makes the service answer with a URL"):
        await client.convert_direct("<p>hi</p>", PDFOptions(filename="invoice-1.pdf"))
    with pytest.raises(InvalidOptions, match="is_hipaa: cannot be queued"):
        _ = await client.submit("<p>hi</p>", PDFOptions(is_hipaa=True))


class Watcher:
    """Remembers events, and fails on the first one."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def notify(self, event: Event) -> None:
        """Take one event."""
        self.events.append(event)
        if len(self.events) == 1:
            msg = "my own mistake"
            raise ValueError(msg)


async def test_an_observer_sees_what_happens_and_cannot_break_it(
    new_client: NewClient,
    service: respx.MockRouter,
    clock: VirtualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Throttled, submitted, settled: and the observer's own mistake is logged."""
    watcher = Watcher()
    limited = httpx.Response(429, json={"error": "Slow."})
    refused = httpx.Response(400, json={"error": "Bad."})
    document = httpx.Response(200, content=PDF)
    service.post("/convert/pdf").mock(side_effect=[limited, document, limited, refused])
    async with new_client(observer=watcher) as client:
        direct = asyncio.ensure_future(client.convert_direct("<p>hi</p>"))
        await clock.advance(10)
        assert (await direct).content == PDF
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>", key="inv-1"))
        await clock.advance(10)
        with pytest.raises(SubmitRejected) as caught:
            _ = await submitting
    assert "the observer failed on Throttled" in caplog.text
    number = caught.value.conversion_id
    assert number is not None
    _, first, throttled, second, settled = watcher.events
    assert first == Submitted(number, "inv-1", 1, "planned", 0.0)
    assert isinstance(throttled, Throttled)
    assert (throttled.conversion_id, throttled.attempt) == (number, 1)
    assert second == Submitted(number, "inv-1", 2, "failed", 0.0)
    assert isinstance(settled, Settled)
    assert (settled.conversion_id, settled.key, settled.outcome) == (number, "inv-1", "failed")
    assert settled.duration == pytest.approx(throttled.pause, abs=1e-5)
