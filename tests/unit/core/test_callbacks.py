"""Bodies of callbacks: documented, contradictory, damaged and hostile."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter

from pdfshift_async._core.callbacks import outcome_of
from pdfshift_async._core.refusals import error_of
from pdfshift_async.errors import ConversionFailed, UnexpectedResponse
from pdfshift_async.models.outcomes import Converted, Failed, Failure, Outcome
from pdfshift_async.models.results import HostedDocument

URL = "https://pdfshift.s3.amazonaws.com/d/2/2024-03/0123456789abcdef0123456789abcdef/example.pdf"
SAMPLE = {
    "success": True,
    "url": URL,
    "filesize": 34980,
    "duration": 1237,
    "response": {"status-code": 200, "content-length": 0, "requests": 0, "duration": 1085.67},
    "executed": "2024-03-06T10:05:51.516413",
    "pdf_pages": 1,
}
DEEP = b'{"error":' * 10_000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "success",
    "error",
    "errors",
    "message",
    "code",
    "identifier",
    "url",
    "filesize",
    "duration",
    "response",
    "executed",
    "pdf_pages",
    "pages",
    "key",
    "cls",
]
likely = st.dictionaries(st.sampled_from(KEYS), json_values | st.just(URL))
"""Objects that use the service's keys, and not for what they are for."""


def document_in(**content: Any) -> HostedDocument:
    """Read a callback that has to be a success."""
    outcome = outcome_of(json.dumps(content).encode())
    assert isinstance(outcome, Converted)
    return outcome.document


def failure_in(body: bytes | dict[str, Any]) -> Failure:
    """Read a callback that has to be a failure."""
    outcome = outcome_of(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert isinstance(outcome, Failed)
    return outcome.failure


def assert_is_an_outcome(body: bytes) -> None:
    """It is one that a store can keep and an await can end with."""
    outcome = outcome_of(body)
    stored = outcome.model_dump_json()
    assert TypeAdapter(Outcome).validate_json(stored).model_dump_json() == stored
    if isinstance(outcome, Failed):
        assert isinstance(error_of(outcome.failure), ConversionFailed | UnexpectedResponse)


@given(st.binary())
def test_arbitrary_bytes_have_an_outcome(body: bytes) -> None:
    """Whatever arrives under a genuine token settles the conversion."""
    assert_is_an_outcome(body)


@given(json_values)
def test_arbitrary_json_has_an_outcome(content: Any) -> None:
    """NaN and infinity included, which Python's own module writes."""
    assert_is_an_outcome(json.dumps(content).encode())


@given(likely)
def test_misused_keys_have_an_outcome(content: dict[str, Any]) -> None:
    """The service's keys with values of any kind."""
    assert_is_an_outcome(json.dumps(content).encode())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 60_000, id="nested lists"),
        pytest.param(DEEP, id="nested objects"),
        pytest.param(b'{"error":' + b"[" * 150 + b"]" * 150 + b"}", id="nested error"),
        pytest.param(b'{"error":' + b"9" * 5000 + b"}", id="number too long for text"),
        pytest.param(b'{"error":"\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"error":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"url":"https://a/b","filesize":1e999}', id="infinite size"),
        pytest.param(b'{"url":"https://a/b","executed":1e300}', id="moment out of range"),
        pytest.param(b'{"url":"https://a/b","executed":' + b"9" * 400 + b"}", id="moment too big"),
        pytest.param(b'{"url":"https://a/b","other":[1e999,NaN]}', id="unknown, no number"),
    ],
)
def test_hostile_json_has_an_outcome(body: bytes) -> None:
    """Neither depth nor size of its values breaks the receiver."""
    assert_is_an_outcome(body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_an_empty_body_is_a_failure_without_a_reason(body: bytes) -> None:
    """The oldest documentation of the service shows one."""
    assert failure_in(body) == Failure(kind="reported")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<html>", "the callback is not JSON"),
        (b"[]", "the callback is not a JSON object"),
        (b"{}", "the callback has no usable url"),
        (b'{"url": 5}', "the callback has no usable url"),
        (b'{"url": "ftp://a/b"}', "the callback has no usable url"),
        (b'{"success": "yes"}', "the callback says neither success nor failure"),
        (b'{"success": []}', "the callback says neither success nor failure"),
    ],
)
def test_what_no_source_documents_is_unreadable(body: bytes, detail: str) -> None:
    """The body is kept as it came, for whoever has to find out."""
    assert failure_in(body) == Failure(kind="unreadable", status=200, detail=detail, raw=body)


def test_a_byte_order_mark_is_no_content() -> None:
    """Some frameworks write one before their JSON."""
    assert outcome_of(b"\xef\xbb\xbf" + json.dumps(SAMPLE).encode()) == outcome_of(
        json.dumps(SAMPLE).encode()
    )


def test_the_published_sample_is_read_whole() -> None:
    """Every value of it under the name that the library gives it."""
    document = document_in(**SAMPLE)
    assert document == HostedDocument.model_validate(
        {name: value for name, value in SAMPLE.items() if name != "success"}
    )
    assert (document.url, document.filesize, document.duration, document.pages) == (
        URL,
        34980,
        1237,
        1,
    )
    assert document.source_response is not None
    assert document.source_response.status_code == 200
    assert document.source_response.duration == 1085.67


def test_the_url_alone_makes_a_success() -> None:
    """The oldest samples lack all the rest, and images have no pages."""
    document = document_in(url=URL)
    assert set(document.model_dump(by_alias=False).values()) == {URL, None}


@pytest.mark.parametrize("success", [{}, {"success": True}, {"success": None}])
def test_success_may_be_said_or_not(success: dict[str, Any]) -> None:
    """Some samples of the service leave it out; it is no part of the document."""
    assert document_in(url=URL, **success).model_extra == {}


@pytest.mark.parametrize(
    ("executed", "moment"),
    [
        ("2024-03-06T10:05:51.516413", datetime(2024, 3, 6, 10, 5, 51, 516413, UTC)),
        ("2025-12-02T12:34:56.789Z", datetime(2025, 12, 2, 12, 34, 56, 789000, UTC)),
        ("2025-12-02T12:34:56+02:00", datetime(2025, 12, 2, 10, 34, 56, 0, UTC)),
        (1709719551516, datetime(2024, 3, 6, 10, 5, 51, 516000, UTC)),
        (1709719551516.0, datetime(2024, 3, 6, 10, 5, 51, 516000, UTC)),
    ],
)
def test_executed_is_read_in_every_form(executed: object, moment: datetime) -> None:
    """Naive, with a zone, and as epoch milliseconds: always in UTC."""
    read = document_in(url=URL, executed=executed).executed
    assert read == moment
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize("duration", [1237, 3121.77])
def test_durations_are_whole_or_not(duration: float) -> None:
    """Of the document and of its source, in old samples and new ones."""
    document = document_in(url=URL, duration=duration, response={"duration": duration})
    assert document.duration == duration
    assert document.source_response is not None
    assert document.source_response.duration == duration


def test_counts_may_be_written_as_floats() -> None:
    """They are whole numbers all the same."""
    document = document_in(url=URL, filesize=34980.0, pdf_pages=2.0)
    assert (document.filesize, document.pages) == (34980, 2)


@pytest.mark.parametrize("name", ["filesize", "duration", "response", "executed", "pdf_pages"])
@pytest.mark.parametrize("value", ["soon", [], float("nan"), {"duration": "long"}, "0001-01-01"])
def test_a_value_that_makes_no_sense_costs_no_document(name: str, value: object) -> None:
    """It counts as absent; the document is paid for and there."""
    document = document_in(url=URL, **{name: value})
    field = {"pdf_pages": "pages", "response": "source_response"}.get(name, name)
    found = getattr(document, field)
    assert found is None or not any(found.model_dump().values())


def test_unknown_keys_are_kept() -> None:
    """The service may add some at any time, also one that is called like a field of ours."""
    document = document_in(url=URL, pages="three", pdf_pages=3, newer=[1])
    assert document.pages == 3
    assert document.model_extra == {"pages": "three", "newer": [1]}


def test_the_nested_failure_form_is_read() -> None:
    """It is how the documentation shows a failed callback: without `success` at its top."""
    nested = {"code": 400, "error": "It took too long.", "identifier": "A74", "success": False}
    expected = Failure(kind="reported", status=400, detail="It took too long.", identifier="A74")
    assert failure_in({"error": nested}) == expected
    assert failure_in(nested) == expected


@pytest.mark.parametrize(
    "content",
    [
        {"success": False, "message": "too large"},
        {"success": False, "error": "too large"},
        {"success": False, "error": {}, "message": "too large"},
        {"error": "too large"},
        {"error": {"error": "too large"}},
        {"error": {"message": "too large"}, "url": URL},
    ],
)
def test_every_failure_form_has_its_words(content: dict[str, Any]) -> None:
    """Wherever the service puts them."""
    assert failure_in(content).detail == "too large"


def test_a_failure_without_words_is_a_failure() -> None:
    """Its `success` says so."""
    assert failure_in({"success": False}) == Failure(kind="reported")


def test_a_zone_of_the_sender_does_not_matter() -> None:
    """Two spellings of one moment are one moment."""
    zone = timezone(timedelta(hours=5))
    moment = datetime(2026, 10, 1, 12, tzinfo=zone)
    assert document_in(url=URL, executed=moment.isoformat()).executed == moment
