"""Every form of answer to a conversion that was accepted."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async.emulator.faults import Fault
from pdfshift_async.emulator.rendering import RenderFailed

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api

WEBHOOK = "https://app.example.com/cb"


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("webp", "image/webp"),
    ],
)
async def test_a_document_is_answered_as_it_is(api: Api, kind: str, media_type: str) -> None:
    """Raw bytes with the media type of the kind."""
    answer = await api.convert(kind=kind)

    assert (answer.status, answer.body) == (200, b"%PDF-1.7 fake")
    assert answer.headers["Content-Type"] == media_type


async def test_the_headers_describe_the_conversion(api: Api) -> None:
    """All documented ones, in their documented spelling."""
    api.renderer.rendered = replace(api.renderer.rendered, source_status=404)
    answer = await api.convert("https://example.com", sandbox=True)

    (conversion,) = api.service.conversions
    described = {
        "X-Response-Status-Code": "404",
        "X-PDFShift-Processor": "emulator",
        "X-Credits-Cost": "1",
        "X-Credits-Used": "0",
        "X-Credits-Remaining": "100",
        "X-Response-Duration": "12",
        "X-PDFShift-Duration": "0",
        "X-Process-Time": "0",
        "X-Request-Id": conversion.request_id,
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
    }
    # Plain dictionaries, because the multidict would not see a difference in case.
    assert described.items() <= dict(answer.headers).items()


async def test_html_text_has_no_status(api: Api) -> None:
    """The header tells the status of a source that was loaded."""
    answer = await api.convert()

    assert "X-Response-Status-Code" not in answer.headers


async def test_encode_answers_base64_text(api: Api) -> None:
    """The document in letters."""
    answer = await api.convert(encode=True)

    assert answer.headers["Content-Type"] == "text/plain"
    assert base64.b64decode(answer.body, validate=True) == b"%PDF-1.7 fake"


async def test_a_filename_answers_a_link(api: Api) -> None:
    """JSON without a charset, a link below the host the caller used, and the same headers."""
    answer = await api.convert(filename="result.pdf")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Credits-Used"] == "1"
    assert re.fullmatch(
        r"http://127\.0\.0\.1:8765/d/2/2026-10/[0-9a-f]{32}/result\.pdf", answer.json["url"]
    )
    assert answer.json["executed"] == "2026-10-01T12:00:00.000000"


async def test_a_bucket_answers_a_link_to_its_key(api: Api) -> None:
    """Keys may have any characters; the link is a valid URL."""
    answer = await api.convert(filename="ignored.pdf", s3_destination="s3://mine/in voices/ü.pdf")

    assert answer.json["url"] == "http://127.0.0.1:8765/s3/mine/in%20voices/%C3%BC.pdf"
    assert api.service.hosting.find("/s3/mine/in voices/ü.pdf") is not None


async def test_a_webhook_answers_at_once_and_calls_back_later(api: Api) -> None:
    """The 202 has no id anywhere; the callback has the form of a hosted answer."""
    api.renderer.may_finish.clear()
    answer = await api.convert(webhook=WEBHOOK)
    waiting = list(api.receiver.calls)
    api.renderer.may_finish.set()
    await api.service.background.drained()

    assert (answer.status, answer.body) == (202, b'{"success": true, "queued": true}')
    assert set(answer.headers) == {
        "Content-Type",
        "Date",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    }
    assert waiting == []
    callback = json.loads(api.receiver.bodies[0])
    assert callback["success"] is True
    assert callback["url"].endswith(".pdf")


async def test_a_failed_queued_conversion_is_called_back_nested(api: Api) -> None:
    """A timeout is a 400 here."""
    api.renderer.failure = RenderFailed.too_long()
    await api.queue()

    assert json.loads(api.receiver.bodies[0]) == {
        "error": {
            "success": False,
            "error": "The requested page took too long to load.",
            "code": 400,
            "identifier": "A74",
        }
    }


async def test_a_failed_direct_conversion_is_answered(api: Api) -> None:
    """A timeout is a 408 here; other failures keep their code."""
    api.renderer.failure = RenderFailed.too_long()
    late = await api.convert()
    api.renderer.failure = RenderFailed(400, "Invalid document provided.", "A127")
    invalid = await api.convert(filename="result.pdf")

    assert (late.status, late.json["code"], late.json["identifier"]) == (408, 408, "A74")
    assert (invalid.status, invalid.json["identifier"]) == (400, "A127")


@pytest.mark.parametrize(("kind", "conversions"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_connection_may_be_cut(api: Api, kind: Any, conversions: int) -> None:
    """Before acceptance nothing happens; after it, the conversion runs."""
    api.service.faults.add(Fault(kind=kind))
    answer = await api.queue()

    assert answer.cut
    assert len(api.receiver.calls) == len(api.service.conversions) == conversions


async def test_a_callback_may_come_before_the_answer(api: Api) -> None:
    """Whoever gets the 202 has been called back already."""
    api.service.faults.add(Fault(kind="callback_early"))
    answer = await api.convert(webhook=WEBHOOK)

    assert answer.status == 202
    assert len(api.receiver.calls) == 1
