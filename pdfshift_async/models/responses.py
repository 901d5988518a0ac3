"""The headers of an answer, and the document of a direct conversion."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Protocol, Self

from pydantic import AliasChoices, BeforeValidator, Field, PrivateAttr

from .answers import Moment, ServiceAnswer

__all__ = ["Answered", "Document", "ResponseInfo", "Writer"]


_YEAR_5138 = 10**11
"""Unix seconds past which a moment is no moment."""


def _number(value: Any) -> Any:
    """Read a header as a number; one that is none is treated as absent, not as an error."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _whole(value: Any) -> Any:
    number = _number(value)
    return None if number is None else round(number)


def _reset(value: Any) -> Any:
    """Unix seconds to the milliseconds of `Moment`."""
    seconds = _whole(value)
    return None if seconds is None or not 0 <= seconds < _YEAR_5138 else seconds * 1000


_Whole = Annotated[int | None, BeforeValidator(_whole)]
_Milliseconds = Annotated[float | None, BeforeValidator(_number)]


class ResponseInfo(ServiceAnswer):
    """What the headers of an answer say; every one may be missing.

    Source: PDFShift API v3, response headers (read 2026-11); `X-Credits-Remaining`,
    `X-Request-Id` and the spelling `X-Response-StatusCode` are older. So is `X-Process-Time`,
    whose unit nothing tells: it is in ``model_extra``, as every header that is not named here.
    """

    rate_limit: _Whole = Field(default=None, alias="x-ratelimit-limit")
    """Requests allowed in the window."""
    rate_remaining: _Whole = Field(default=None, alias="x-ratelimit-remaining")
    rate_reset: Annotated[Moment | None, BeforeValidator(_reset)] = Field(
        default=None, alias="x-ratelimit-reset"
    )
    """When the window ends, by the service's clock."""
    credits_cost: _Whole = Field(default=None, alias="x-credits-cost")
    """What the conversion is worth: one credit for each 5 MB begun."""
    credits_used: _Whole = Field(default=None, alias="x-credits-used")
    """What was charged: zero in the sandbox."""
    credits_remaining: _Whole = Field(default=None, alias="x-credits-remaining")
    source_status: _Whole = Field(
        default=None,
        validation_alias=AliasChoices("x-response-status-code", "x-response-statuscode"),
    )
    """HTTP status of the source, where it was a URL."""
    source_duration: _Milliseconds = Field(default=None, alias="x-response-duration")
    """Milliseconds to load the source."""
    duration: _Milliseconds = Field(default=None, alias="x-pdfshift-duration")
    """Milliseconds for the whole conversion."""
    processor: str | None = Field(default=None, alias="x-pdfshift-processor")
    """Name of the server that converted."""
    request_id: str | None = Field(default=None, alias="x-request-id")
    """Finds the call in the account's log."""


class Answered(ServiceAnswer):
    """A value of the service that knows the headers it came with.

    They take no part in a comparison: the same value may come again with others.
    """

    _response: ResponseInfo = PrivateAttr(default_factory=ResponseInfo)

    @property
    def response(self) -> ResponseInfo:
        """What the headers of its answer said; entries of a list share those of their page."""
        return self._response

    def with_response(self, response: ResponseInfo) -> Self:
        """Give the same value with the headers of its answer."""
        answered = self.model_copy()
        answered._response = response  # noqa: SLF001 -- its own class
        return answered

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answered):
            return NotImplemented
        same = type(self) is type(other) and self.model_extra == other.model_extra
        return same and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))


class Writer(Protocol):
    """Writes bytes to a path, whole or not at all."""

    async def write(self, content: bytes, path: Path) -> Path:
        """Write and give the path."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of a direct conversion."""

    content: bytes = field(repr=False)
    media_type: str
    """``application/pdf``, ``image/png``, ``image/jpeg`` or ``image/webp``."""
    response: ResponseInfo
    """What the headers said: credits, durations, rate limit, request id."""
    _writer: Writer = field(repr=False, compare=False)

    @property
    def filesize(self) -> int:
        """Bytes."""
        return len(self.content)

    async def save(self, path: str | Path) -> Path:
        """Write the document to a file, whole or not at all, and give its path.

        Raises:
            DownloadError: It could not be written; the content is still here.
        """
        return await self._writer.write(self.content, Path(path))
