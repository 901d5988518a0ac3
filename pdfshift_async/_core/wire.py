"""Options to the bytes that are sent, and answers to values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from pdfshift_async import _defaults
from pdfshift_async._settings import WebhookAuth
from pdfshift_async.errors import (
    ConfigurationError,
    InvalidOptions,
    Phase,
    Problem,
    UnexpectedResponse,
)
from pdfshift_async.models.options import ConvertOptions, PDFOptions, check_extra
from pdfshift_async.models.options.common import Delivery
from pdfshift_async.models.responses import ResponseInfo
from pdfshift_async.models.results import HostedDocument

from .documents import HEAD, kind_of
from .records import Request
from .tokens import SIGNATURE_HEADER, Tokens

__all__ = [
    "Answer",
    "Webhook",
    "body_of",
    "chosen_options",
    "document_in",
    "hosted_form",
    "hosted_in",
    "info_in",
    "is_queued",
    "named_options",
    "pause_in",
    "request_of",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service, read to its end."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where and how the service calls back."""

    url: str | None
    """Without a slash at its end; None where no receiver can be reached."""
    tokens: Tokens
    auth: WebhookAuth = "url"
    method: str = "POST"

    def option(self, conversion_id: str) -> str | dict[str, Any]:
        """Give the `webhook` option: text where it suffices, since every source documents that.

        Raises:
            ConfigurationError: There is no URL.

        Source: PDFShift API v3, `webhook` option (read 2026-11); older pages show only text.
        """
        if self.url is None:
            raise ConfigurationError(
                "webhook_url",
                "is needed for queued conversions",
                hint="Say where the service reaches the receiver, or use convert_direct.",
            )
        if self.auth == "url":
            url = f"{self.url}/{self.tokens.token(conversion_id)}"
            return url if self.method == "POST" else {"url": url, "method": self.method}
        return {
            "url": f"{self.url}/{conversion_id}",
            "method": self.method,
            "headers": {SIGNATURE_HEADER: self.tokens.signature(conversion_id)},
        }


def request_of(
    source: str,
    options: ConvertOptions | None,
    extra: Mapping[str, Any] | None,
    delivery: Delivery,
    *,
    processor_version: str | None = None,
) -> Request:
    """Check source and options for the way the document is delivered, and build the request.

    Raises:
        InvalidOptions: Something is wrong with them; all of it is named.
    """
    chosen = chosen_options(options)
    problems = [
        *_source_problems(source),
        *chosen.problems_for(delivery),
        *check_extra(chosen, extra or {}),
    ]
    if problems:
        raise InvalidOptions(problems)
    body = {"source": source, **chosen.wire(), **(extra or {})}
    return Request(chosen.endpoint, body, processor_version=processor_version)


def chosen_options(options: object) -> ConvertOptions:
    """Give the options, those of a PDF where there are none.

    Raises:
        InvalidOptions: They are of another kind.
    """
    chosen = PDFOptions() if options is None else options
    if isinstance(chosen, ConvertOptions):
        return chosen
    rule = "must be PDFOptions, PNGOptions, JPEGOptions or WebPOptions"
    raise InvalidOptions([Problem("options", rule, f"not {type(chosen).__name__}")])


def named_options(options: object, filename: str | None) -> ConvertOptions:
    """Give the options with the name of the hosted file.

    Raises:
        InvalidOptions: They are of another kind, or the name breaks a rule.
    """
    chosen = chosen_options(options)
    return chosen if filename is None else chosen.replace(filename=filename)


def _source_problems(source: object) -> list[Problem]:
    rule, hint = _source_rule(source)
    return [Problem("source", rule, hint)] if rule else []


def _source_rule(source: object) -> tuple[str | None, str | None]:
    if isinstance(source, list | tuple):
        return (
            "must be one document",
            "the service sends the callbacks of a list without saying which is which; "
            "submit one conversion for each",
        )
    if not isinstance(source, str):
        return (
            f"must be text, not {type(source).__name__}",
            "pass a URL or the HTML itself; decode bytes and read files first",
        )
    if not source.strip():
        return "must not be empty", "pass a URL or the HTML itself"
    if source.lstrip()[:5].lower() == "file:":
        return "must not be a file URL", "the service cannot read your disk; pass the file's text"
    try:
        source.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode", "it holds a lone surrogate; decode the text correctly"
    return None, None


def hosted_form(request: Request, conversion_id: str) -> Request:
    """Give the request whose answer names the document, in place of a callback.

    Source: PDFShift API v3, `filename` and `s3_destination` options (read 2026-11).
    """
    if request.own_bucket or request.body.get("filename"):
        return request
    filename = f"{conversion_id}.{request.endpoint}"
    return replace(request, body={**request.body, "filename": filename})


def body_of(request: Request, webhook: str | dict[str, Any] | None = None) -> bytes:
    """Serialize the request, with the webhook of a queued conversion."""
    return to_json(request.body if webhook is None else {**request.body, "webhook": webhook})


def is_queued(answer: Answer) -> bool:
    """Whether the service accepted a queued conversion.

    Source: PDFShift API v3 (read 2026-11): 202 with `queued` true; `success` is in some samples.
    """
    if answer.status != HTTPStatus.ACCEPTED:
        return False
    try:
        content = from_json(answer.body)
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("queued") is True


def hosted_in(answer: Answer) -> HostedDocument:
    """Read the JSON form of a success.

    Raises:
        UnexpectedResponse: It is none.
    """
    try:
        return HostedDocument.model_validate_json(answer.body)
    except ValidationError as error:
        reason = "the answer names no hosted document"
        raise UnexpectedResponse(
            reason,
            phase=Phase.SUBMIT,
            status=answer.status,
            raw=answer.body[: _defaults.CALLBACK_LIMIT],
        ) from error


def document_in(answer: Answer, endpoint: str) -> ResponseInfo:
    """Check that the answer is a document of that kind, and read its headers.

    Raises:
        UnexpectedResponse: It is something else.
    """
    found = kind_of(answer.body[:HEAD])
    if found != endpoint:
        given = answer.headers.get("content-type", "no content type")
        reason = f"no {endpoint} in the answer, but {len(answer.body)} bytes of {given}"
        raise UnexpectedResponse(
            reason,
            phase=Phase.SUBMIT,
            status=answer.status,
            raw=answer.body[: _defaults.CALLBACK_LIMIT],
        )
    return info_in(answer)


def info_in(answer: Answer) -> ResponseInfo:
    """Read the service's own headers of an answer."""
    own = {name: value for name, value in answer.headers.items() if name.startswith("x-")}
    return ResponseInfo.model_validate(own)


def pause_in(answer: Answer, now: datetime) -> float | None:
    """Give the seconds until the service takes requests again, if it says so.

    ``Retry-After`` is not documented but the plainest answer to the question. A moment is measured
    against the server's own ``Date``, so a local clock that is off does no harm.
    """
    headers = answer.headers
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        return float(after)
    reset = _date(after) or _moment(headers.get("x-ratelimit-reset") or _reset_in_body(answer.body))
    if reset is None:
        return None
    return max(0.0, (reset - (_date(headers.get("date")) or now)).total_seconds())


def _reset_in_body(body: bytes) -> object:
    try:
        content = from_json(body)
    except ValueError:
        return None
    return content.get("reset") if isinstance(content, dict) else None


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(seconds), UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
    except (OverflowError, ValueError):
        return None
    # Naive is what the zone -0000 becomes: UTC, of an unknown place.
    return date if date.tzinfo else date.replace(tzinfo=UTC)
