"""Hosted documents and the results made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pdfshift_async.models.results import HOSTED_FOR, HostedDocument, Result, SourceResponse, Via

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
URL = "https://pdfshift.s3.amazonaws.com/d/2/2026-10/secret/example.pdf"


class Fetched:
    """Gives the URL in place of the document."""

    async def stream(self, result: Result) -> AsyncIterator[bytes]:
        """Give the document in chunks as they arrive."""
        yield result.url.encode()

    async def read(self, result: Result) -> bytes:
        """Give the whole document."""
        return result.url.encode()

    async def save(self, result: Result, path: Path) -> Path:
        """Write the document to the path, whole or not at all."""
        return path / result.url.rpartition("/")[2]


def result_of(content: dict[str, Any], *, own_bucket: bool = False) -> Result:
    """Give the result of a callback."""
    return Result.of(
        HostedDocument.model_validate({"url": URL, **content}),
        Fetched(),
        conversion_id="cv_one",
        key="inv-1",
        via=Via.CALLBACK,
        received_at=NOON,
        own_bucket=own_bucket,
    )


@pytest.mark.parametrize("url", ["", "s3://bucket/key", "ftp://a/b", "javascript:0", "/a.pdf", 5])
def test_a_document_has_a_url_that_can_be_fetched(url: object) -> None:
    """Nothing else is needed of an answer."""
    with pytest.raises(ValidationError, match="url"):
        HostedDocument.model_validate({"url": url})


def test_the_source_response_has_hyphens() -> None:
    """And each key may be missing, or empty altogether for HTML."""
    read = SourceResponse.model_validate({"status-code": 200, "content-length": 5, "newer": 1})
    assert (read.status_code, read.content_length, read.requests, read.duration) == (
        200,
        5,
        None,
        None,
    )
    assert SourceResponse.model_validate({}).model_dump(exclude_none=True) == {}


def test_a_result_is_the_document_and_how_it_came() -> None:
    """Everything that the service said is in it."""
    result = result_of({"pdf_pages": 2, "filesize": 10, "newer": [1]})
    assert (result.url, result.pages, result.filesize) == (URL, 2, 10)
    assert (result.conversion_id, result.key, result.via) == ("cv_one", "inv-1", Via.CALLBACK)
    assert (result.received_at, result.own_bucket) == (NOON, False)
    assert result.model_extra == {"newer": [1]}


def test_a_hosted_result_has_no_conversion() -> None:
    """No callback settles it."""
    document = HostedDocument(url=URL)
    result = Result.of(document, Fetched(), via=Via.ANSWER, received_at=NOON, own_bucket=False)
    assert (result.conversion_id, result.key) == (None, None)


@pytest.mark.parametrize(
    "name", ["key", "via", "conversion_id", "own_bucket", "cls", "self", "_fields_set", "save"]
)
def test_a_key_of_the_service_hides_nothing_of_ours(name: str) -> None:
    """Whatever it may add to its answers one day."""
    result = result_of({name: "theirs"})
    assert (result.key, result.via, result.own_bucket) == ("inv-1", Via.CALLBACK, False)
    assert callable(result.save)
    assert result.model_extra == {name: "theirs"}


def test_a_result_does_not_show_its_url() -> None:
    """Whoever knows it can fetch the document."""
    assert "secret" not in repr(result_of({"executed": "2026-10-01T11:59:00"}))
    assert "key='inv-1'" in repr(result_of({}))


@pytest.mark.parametrize("executed", ["2026-10-01T11:59:00", "2026-10-01T13:59:00+02:00"])
def test_it_expires_two_days_after_the_conversion(executed: str) -> None:
    """By the service's own time, in UTC."""
    expires_at = result_of({"executed": executed}).expires_at
    assert expires_at == NOON - timedelta(minutes=1) + HOSTED_FOR
    assert expires_at.tzinfo is UTC


@pytest.mark.parametrize("executed", [{}, {"executed": "soon"}, {"executed": "9999-12-31"}])
def test_it_expires_two_days_after_its_arrival(executed: dict[str, str]) -> None:
    """Where the service does not say when it converted."""
    assert result_of(executed).expires_at == NOON + HOSTED_FOR


def test_a_file_of_your_own_does_not_expire() -> None:
    """The service deletes nothing in your bucket."""
    assert result_of({}, own_bucket=True).expires_at is None


async def test_a_result_is_fetched_by_its_downloads() -> None:
    """Streamed, read or saved, at a path of either kind."""
    result = result_of({})
    assert [chunk async for chunk in result.stream()] == [URL.encode()]
    assert await result.read() == URL.encode()
    assert await result.save("out") == await result.save(Path("out")) == Path("out/example.pdf")
