"""What is sent, and what answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pdfshift_async import _defaults
from pdfshift_async._core.records import Request
from pdfshift_async._core.tokens import SIGNATURE_HEADER, Tokens, new_id
from pdfshift_async._core.wire import (
    Answer,
    Webhook,
    body_of,
    document_in,
    hosted_form,
    hosted_in,
    info_in,
    is_queued,
    pause_in,
    request_of,
)
from pdfshift_async.errors import ConfigurationError, InvalidOptions, Phase, UnexpectedResponse
from pdfshift_async.models.options import PDFOptions, PNGOptions

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOOK = "https://app.example.com/pdfshift"
HTTP_DATE = "Thu, 01 Oct 2026 12:00:00 GMT"
TOKENS = Tokens(["secret"])
PDF = b"%PDF-1.7\n..."


def answer(
    status: int = 200, body: bytes | dict[str, Any] = b"", headers: dict[str, str] | None = None
) -> Answer:
    """Give an answer of the service."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, content)


def test_an_answer_shows_nothing_of_its_document() -> None:
    """Only how it was answered."""
    assert repr(answer(200, b"secret")) == "Answer(status=200, headers={})"


# --- the webhook -----------------------------------------------------------------------------------


def test_the_signature_is_the_end_of_the_url() -> None:
    """Plain text is the form that every version of the documentation has."""
    conversion_id = new_id()
    option = Webhook(HOOK, TOKENS).option(conversion_id)
    assert option == f"{HOOK}/{TOKENS.token(conversion_id)}"


def test_another_method_needs_the_object_form() -> None:
    """With the same URL in it."""
    conversion_id = new_id()
    option = Webhook(HOOK, TOKENS, method="PUT").option(conversion_id)
    assert option == {"url": f"{HOOK}/{TOKENS.token(conversion_id)}", "method": "PUT"}


def test_the_signature_travels_in_a_header() -> None:
    """The URL names the conversion and is no credential."""
    conversion_id = new_id()
    option = Webhook(HOOK, TOKENS, "header").option(conversion_id)
    assert option == {
        "url": f"{HOOK}/{conversion_id}",
        "method": "POST",
        "headers": {SIGNATURE_HEADER: TOKENS.signature(conversion_id)},
    }


def test_without_a_url_nothing_is_queued() -> None:
    """The error says how to do without."""
    with pytest.raises(ConfigurationError, match=r"webhook_url: is needed .*convert_direct"):
        Webhook(None, TOKENS).option(new_id())


def test_a_webhook_shows_no_secret() -> None:
    """Its repr may stand in a traceback."""
    assert "secret" not in repr(Webhook(HOOK, TOKENS))


# --- the request -----------------------------------------------------------------------------------


def test_pdf_is_what_comes_without_options() -> None:
    """Nothing is sent but the source."""
    assert request_of("<p>", None, None, "queued") == Request("pdf", {"source": "<p>"})


def test_the_class_of_the_options_picks_the_endpoint() -> None:
    """What was set is sent, and what is newer than the library."""
    request = request_of("<p>", PNGOptions(fullpage=True), {"newer": [1]}, "direct")
    assert request == Request("png", {"source": "<p>", "fullpage": True, "newer": [1]})
    assert json.loads(body_of(request)) == {"source": "<p>", "fullpage": True, "newer": [1]}


def test_the_webhook_is_part_of_the_body_only() -> None:
    """The request that is kept holds no token."""
    request = request_of("<p>ü €</p>", None, None, "queued")
    assert json.loads(body_of(request, HOOK)) == {"source": "<p>ü €</p>", "webhook": HOOK}
    assert "webhook" not in request.body


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (["<p>"], "source: must be one document .*without saying which is which"),
        (("<p>",), "source: must be one document"),
        (b"<p>", "source: must be text, not bytes .*decode"),
        (None, "source: must be text, not NoneType"),
        ("", "source: must not be empty"),
        (" \n", "source: must not be empty"),
        (" FILE:///etc/passwd", "source: must not be a file URL"),
        ("<p>\ud800</p>", "source: must be valid Unicode"),
    ],
)
def test_a_source_that_cannot_be_converted_is_refused(source: Any, rule: str) -> None:
    """Before anything is sent, and with what to do instead."""
    with pytest.raises(InvalidOptions, match=rule):
        request_of(source, None, None, "queued")


@pytest.mark.parametrize("source", ["https://example.com", "<p>file:</p>", "just words", "fil"])
def test_any_other_text_is_a_source(source: str) -> None:
    """The service itself tells URL and HTML apart."""
    assert request_of(source, None, None, "direct").body["source"] == source


def test_options_of_another_class_are_refused() -> None:
    """A dict would be sent unchecked."""
    with pytest.raises(InvalidOptions, match=r"options: must be PDFOptions, .* \(not dict\)"):
        request_of("<p>", {"format": "A4"}, None, "direct")  # type: ignore[arg-type]


def test_all_problems_are_told_at_once() -> None:
    """Of the source, of the delivery and of the extra options."""
    with pytest.raises(InvalidOptions) as caught:
        request_of("", PDFOptions(filename="invoice.pdf"), {"webhook": HOOK}, "direct")
    assert [problem.option for problem in caught.value.problems] == [
        "source",
        "filename",
        "webhook",
    ]


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"success": True, "queued": True}, {"queued": True}])
def test_both_forms_of_the_202_are_accepted(body: dict[str, Any]) -> None:
    """`success` is not in all of the documentation."""
    assert is_queued(answer(202, body))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"queued": true}'),
        (202, b'{"queued": false}'),
        (202, b'{"queued": "yes"}'),
        (202, b"[true]"),
        (202, b"queued"),
        (202, b""),
    ],
)
def test_another_answer_is_not_queued(status: int, body: bytes) -> None:
    """It takes the status and the word."""
    assert not is_queued(answer(status, body))


def test_a_hosted_document_is_read() -> None:
    """By its URL; every other key may be missing."""
    document = hosted_in(answer(200, {"success": True, "url": "https://a/b.pdf", "filesize": 3.0}))
    assert (document.url, document.filesize) == ("https://a/b.pdf", 3)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"url": "s3://a/b"}', b"[" * 10_000])
def test_what_names_no_document_is_unexpected(body: bytes) -> None:
    """The answer is kept, within the limit, and appears in no traceback."""
    with pytest.raises(UnexpectedResponse, match="names no hosted document") as caught:
        hosted_in(answer(200, body + b" " * 100_000))
    error = caught.value
    assert error.raw == (body + b" " * 100_000)[: _defaults.CALLBACK_LIMIT]
    assert (error.phase, error.status) == (Phase.SUBMIT, 200)
    assert "s3://a/b" not in str(error.__cause__)


def test_a_document_has_the_kind_of_its_endpoint() -> None:
    """Its headers are read then."""
    headers = {"content-type": "application/pdf", "x-credits-cost": "2"}
    assert document_in(answer(200, PDF, headers), "pdf").credits_cost == 2


@pytest.mark.parametrize(
    ("body", "headers", "endpoint", "reason"),
    [
        (PDF, {"content-type": "application/pdf"}, "png", "no png .*, but 12 bytes of app"),
        (b"", {}, "pdf", "no pdf in the answer, but 0 bytes of no content type"),
        (b"JVBERi0x" * 9000, {}, "pdf", "no pdf in the answer, but 72000 bytes"),
    ],
)
def test_other_bytes_are_unexpected(
    body: bytes, headers: dict[str, str], endpoint: str, reason: str
) -> None:
    """Whatever the content type says, the first bytes decide."""
    with pytest.raises(UnexpectedResponse, match=reason) as caught:
        document_in(answer(200, body, headers), endpoint)
    assert caught.value.raw == body[: _defaults.CALLBACK_LIMIT]


@pytest.mark.parametrize("name", ["x-response-status-code", "x-response-statuscode"])
def test_the_status_of_the_source_is_spelled_in_two_ways(name: str) -> None:
    """An older page writes it without the second hyphen."""
    assert info_in(answer(headers={name: "404"})).source_status == 404


def test_only_the_headers_of_the_service_are_read() -> None:
    """Those that the library does not know are kept as they are."""
    headers = {"x-credits-used": "0", "x-newer": "1", "x-process-time": "1.5", "server": "nginx"}
    info = info_in(answer(headers=headers))
    assert info.credits_used == 0
    assert info.model_extra == {"x-newer": "1", "x-process-time": "1.5"}


# --- the pause that the service asks for ------------------------------------------------------------


def epoch(seconds: int) -> str:
    """Give the Unix time that many seconds after `NOW`."""
    return str(int(NOW.timestamp() + seconds))


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "7", "x-ratelimit-reset": epoch(30)}, 7.0),
        ({"retry-after": "Thu, 01 Oct 2026 12:00:07 GMT"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-7"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "soon", "x-ratelimit-reset": epoch(30)}, 30.0),
        ({"x-ratelimit-reset": epoch(30)}, 30.0),
        ({"x-ratelimit-reset": epoch(-30)}, 0.0),
        ({"x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-reset": "nan"}, None),
        ({"x-ratelimit-reset": "1e300"}, None),
    ],
)
def test_the_pause_is_read_where_it_is_said(headers: dict[str, str], pause: float | None) -> None:
    """`Retry-After` first, in seconds or as a date, then the end of the rate window."""
    assert pause_in(answer(429, headers=headers), NOW) == pause


@pytest.mark.parametrize("body", [{"reset": int(epoch(30))}, {"reset": epoch(30)}])
def test_the_reset_may_be_in_the_body(body: dict[str, Any]) -> None:
    """An older page shows it there."""
    assert pause_in(answer(429, body), NOW) == 30.0


@pytest.mark.parametrize("body", [b"[1]", b'{"reset": []}', b"slower", b"[" * 10_000])
def test_a_body_that_says_nothing_asks_for_nothing(body: bytes) -> None:
    """The pause is ours to choose then."""
    assert pause_in(answer(429, body), NOW) is None


@pytest.mark.parametrize("date", [HTTP_DATE, HTTP_DATE.replace("GMT", "-0000")])
def test_the_clock_of_the_server_counts(date: str) -> None:
    """Ours may be an hour off."""
    headers = {"x-ratelimit-reset": epoch(30), "date": date}
    assert pause_in(answer(429, headers=headers), NOW + timedelta(hours=1)) == 30.0


@pytest.mark.parametrize("date", ["", "today", "1 Feb 99999999999 00:00:00 +2400"])
def test_a_date_that_is_none_is_ours(date: str) -> None:
    """The reset is still worth something."""
    headers = {"x-ratelimit-reset": epoch(30), "date": date}
    assert pause_in(answer(429, headers=headers), NOW) == 30.0


@given(st.text(), st.text(), st.text(), st.binary())
def test_no_header_breaks_it(after: str, reset: str, date: str, body: bytes) -> None:
    """A pause is never negative."""
    headers = {"retry-after": after, "x-ratelimit-reset": reset, "date": date}
    pause = pause_in(answer(429, body, headers), NOW)
    assert pause is None or pause >= 0


@pytest.mark.parametrize("endpoint", ["pdf", "png", "jpeg", "webp"])
def test_the_hosted_form_names_a_file(endpoint: str) -> None:
    """Then the answer tells where the document is; the rest stays as it was."""
    request = Request(endpoint, {"source": "<p>", "landscape": True}, processor_version="142")
    hosted = hosted_form(request, "cv_one")
    assert hosted.body == {**request.body, "filename": f"cv_one.{endpoint}"}
    assert (hosted.path, hosted.headers) == (request.path, request.headers)


@pytest.mark.parametrize("where", [{"filename": "a.pdf"}, {"s3_destination": "s3://mine/a.pdf"}])
def test_a_document_that_has_its_place_keeps_it(where: dict[str, str]) -> None:
    """A name or a bucket of the caller's own gives the same form of the answer."""
    request = Request("pdf", {"source": "<p>", **where})
    assert hosted_form(request, "cv_one") == request
