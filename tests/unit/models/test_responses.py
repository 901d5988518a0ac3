"""Headers of an answer, and the document of a direct conversion."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pdfshift_async import CreditUsage, Template
from pdfshift_async.models.responses import Document, ResponseInfo

HEADERS = {
    "x-ratelimit-limit": "250",
    "x-ratelimit-remaining": "249",
    "x-ratelimit-reset": "1790856000",
    "x-credits-cost": "2",
    "x-credits-used": "0",
    "x-credits-remaining": "48",
    "x-response-status-code": "200",
    "x-response-duration": "1085.67",
    "x-pdfshift-duration": "1237",
    "x-pdfshift-processor": "p1",
    "x-request-id": "0f1e",
}
QUOTA = ResponseInfo.model_validate({"x-ratelimit-remaining": "7"})
TEMPLATE = Template(slug="invoice", name="Invoice")


class Written:
    """Remembers what was written where."""

    def __init__(self) -> None:
        self.files: dict[Path, bytes] = {}

    async def write(self, content: bytes, path: Path) -> Path:
        """Write and give the path."""
        self.files[path] = content
        return path


def test_every_documented_header_is_read() -> None:
    """As numbers, and the end of the rate window as a moment."""
    info = ResponseInfo.model_validate(HEADERS)
    assert info.model_dump(by_alias=False) == {
        "rate_limit": 250,
        "rate_remaining": 249,
        "rate_reset": datetime(2026, 10, 1, 12, tzinfo=UTC),
        "credits_cost": 2,
        "credits_used": 0,
        "credits_remaining": 48,
        "source_status": 200,
        "source_duration": 1085.67,
        "duration": 1237.0,
        "processor": "p1",
        "request_id": "0f1e",
    }


@pytest.mark.parametrize("name", [name for name in HEADERS if name[2] in "rc"][:-1])
@pytest.mark.parametrize("value", ["", "many", "nan", "inf", "-1e999"])
def test_a_header_that_makes_no_sense_counts_as_absent(name: str, value: str) -> None:
    """The document is there all the same."""
    assert not any(ResponseInfo.model_validate({name: value}).model_dump().values())


@pytest.mark.parametrize("value", ["-1", "1e12"])
def test_a_rate_window_ends_in_our_age(value: str) -> None:
    """Milliseconds where seconds are expected are no moment."""
    assert ResponseInfo.model_validate({"x-ratelimit-reset": value}).rate_reset is None


def test_every_header_may_be_missing() -> None:
    """Nothing is made up for it."""
    assert not any(ResponseInfo().model_dump().values())


@given(st.dictionaries(st.sampled_from(list(HEADERS)), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    """Whatever a proxy made of them."""
    assert ResponseInfo.model_validate(headers)


async def test_a_document_is_saved_by_its_writer() -> None:
    """At a path of either kind."""
    written = Written()
    document = Document(b"%PDF-", "application/pdf", ResponseInfo(), written)
    assert await document.save("a.pdf") == Path("a.pdf")
    assert await document.save(Path("b.pdf")) == Path("b.pdf")
    assert written.files == {Path("a.pdf"): b"%PDF-", Path("b.pdf"): b"%PDF-"}


def test_a_document_knows_its_size_and_hides_its_content() -> None:
    """Megabytes of it do not belong into a log."""
    document = Document(b"%PDF-secret", "application/pdf", ResponseInfo(), Written())
    assert document.filesize == 11
    assert repr(document) == "Document(media_type='application/pdf', response=ResponseInfo())"
    assert document == Document(b"%PDF-secret", "application/pdf", ResponseInfo(), Written())


def test_headers_are_no_part_of_the_value() -> None:
    """The same template is equal to itself, whenever it came."""
    answered = TEMPLATE.with_response(QUOTA)
    assert answered == TEMPLATE
    assert hash(answered) == hash(TEMPLATE)
    assert answered.response.rate_remaining == 7
    assert TEMPLATE.response == ResponseInfo()
    assert repr(answered) == "Template(slug='invoice', name='Invoice')"


def test_other_values_differ() -> None:
    """Also by what the library does not know, and by their class."""
    assert Template(slug="other", name="Invoice") != TEMPLATE
    assert Template.model_validate({"slug": "invoice", "name": "Invoice", "new": 1}) != TEMPLATE
    assert CreditUsage(remaining=1, used=1, total=2) != TEMPLATE
    assert TEMPLATE != "invoice"


def test_values_survive_pickle() -> None:
    """With their headers."""
    again = pickle.loads(pickle.dumps(TEMPLATE.with_response(QUOTA)))  # noqa: S301
    assert again == TEMPLATE
    assert again.response == QUOTA
