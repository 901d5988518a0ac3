"""Hosted documents: what a callback or a JSON answer names, and what ``await`` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from pydantic import Field, FiniteFloat, PrivateAttr, field_validator

from .answers import Count, IfUsable, Moment, ServiceAnswer
from .responses import ResponseInfo

__all__ = ["HOSTED_FOR", "Downloads", "HostedDocument", "Result", "SourceResponse", "Via"]

HOSTED_FOR: Final = timedelta(days=2)
"""How long the service keeps a hosted file.

Source: PDFShift API v3, `filename` option (read 2026-11). Where the two days start is not
documented; the end of the conversion is assumed.
"""


class Via(StrEnum):
    """How a result came."""

    CALLBACK = "callback"
    """By the webhook."""
    RESUBMIT = "resubmit"
    """By the webhook, after the conversion had been sent again: it may be billed twice."""
    DIRECT = "direct"
    """In the answer to a direct conversion, made in place of a callback that did not come: it may
    be billed twice."""
    ANSWER = "answer"
    """In the answer to the request."""


class SourceResponse(ServiceAnswer):
    """How the service loaded the source.

    Source: PDFShift API v3, `response` of the convert answers (read 2026-11); every key may be
    missing, and `duration` exceeds the document's own in the published samples.
    """

    status_code: IfUsable[Count] = Field(default=None, alias="status-code")
    content_length: IfUsable[Count] = Field(default=None, alias="content-length")
    """Bytes."""
    requests: IfUsable[Count] = None
    """Further requests that the page made."""
    duration: IfUsable[FiniteFloat] = None
    """Milliseconds."""


class HostedDocument(ServiceAnswer):
    """A document that the service, or your own bucket, keeps under a URL.

    Source: PDFShift API v3, JSON form of the convert answers and the success callback
    (read 2026-11); only the URL is in every sample, so nothing else is needed.
    """

    url: str = Field(repr=False)
    """Whoever knows it can fetch the document, so it is not part of the repr."""
    filesize: IfUsable[Count] = None
    """Bytes."""
    duration: IfUsable[FiniteFloat] = None
    """Milliseconds for the whole conversion."""
    source_response: IfUsable[SourceResponse] = Field(default=None, alias="response")
    executed: IfUsable[Moment] = None
    """When the service converted."""
    pages: IfUsable[Count] = Field(default=None, alias="pdf_pages")
    """None for images."""

    @field_validator("url")
    @classmethod
    def _fetchable(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            msg = "must be an http(s) URL"
            raise ValueError(msg)
        return url


class Downloads(Protocol):
    """Fetches documents; results carry one so that they can save themselves."""

    def stream(self, result: Result) -> AsyncIterator[bytes]:
        """Give the document in chunks as they arrive."""
        ...

    async def read(self, result: Result) -> bytes:
        """Give the whole document."""
        ...

    async def save(self, result: Result, path: Path) -> Path:
        """Write the document to the path, whole or not at all."""
        ...


class Result(HostedDocument):
    """A converted document, ready to be fetched."""

    conversion_id: str | None
    """None for a hosted conversion, which no callback settles."""
    key: str | None
    """The caller's own name."""
    via: Via
    submitted_at: datetime | None
    """When `submit` was called for it; None for a hosted conversion."""
    received_at: datetime
    own_bucket: bool
    """Whether it was saved to your own storage by ``s3_destination``."""

    _downloads: Downloads = PrivateAttr()
    _response: ResponseInfo | None = PrivateAttr(default=None)

    @staticmethod
    def of(
        document: HostedDocument,
        downloads: Downloads,
        *,
        conversion_id: str | None = None,
        key: str | None = None,
        via: Via,
        submitted_at: datetime | None = None,
        received_at: datetime,
        own_bucket: bool,
        response: ResponseInfo | None = None,
    ) -> Result:
        """Build from a document that is already validated."""
        result = Result.model_construct(
            **document.__dict__,
            conversion_id=conversion_id,
            key=key,
            via=via,
            submitted_at=submitted_at,
            received_at=received_at,
            own_bucket=own_bucket,
        )
        # Not by the constructor: a key of the service may be called like a field of ours.
        result.__pydantic_extra__ = document.model_extra
        result._downloads = downloads  # noqa: SLF001 -- its own class
        result._response = response  # noqa: SLF001 -- its own class
        return result

    @property
    def response(self) -> ResponseInfo | None:
        """What the headers of the answer said; None where a callback brought the result."""
        return self._response

    @property
    def expires_at(self) -> datetime | None:
        """When the service deletes the file; None for a file in your own bucket."""
        if self.own_bucket:
            return None
        return (self.executed or self.received_at) + HOSTED_FOR

    def stream(self) -> AsyncIterator[bytes]:
        """Give the document in chunks as they arrive, checked when the last one has come.

        Raises:
            ResultExpired: The service no longer has it.
            DocumentDamaged: It came incomplete or is no such document.
            DownloadError: It could not be fetched (billed; fetching again is free).
        """
        return self._downloads.stream(self)

    async def read(self) -> bytes:
        """Give the whole document.

        Raises:
            ResultExpired: The service no longer has it.
            DocumentDamaged: It came incomplete or is no such document.
            DownloadError: It could not be fetched (billed; fetching again is free).
        """
        return await self._downloads.read(self)

    async def save(self, path: str | Path) -> Path:
        """Write the document to a file, whole or not at all, and give its path.

        It is streamed to a temporary file in the same folder, checked, flushed to the disk and
        renamed, so no reader ever sees half a document. Missing folders are made.

        Raises:
            ResultExpired: The service no longer has it.
            DocumentDamaged: It came incomplete or is no such document.
            DownloadError: It could not be fetched or written (billed; saving again is free).
        """
        return await self._downloads.save(self, Path(path))
