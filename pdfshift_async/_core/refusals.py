"""The service's error bodies to a failure, and failures to exceptions and back."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from pydantic_core import from_json

from pdfshift_async.errors import (
    AuthenticationFailed,
    Billed,
    ConversionFailed,
    CreditsExhausted,
    NotFound,
    PDFShiftError,
    PermissionDenied,
    Phase,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)
from pdfshift_async.models.outcomes import Failure

from .wire import Answer

__all__ = ["error_of", "failure_in", "failure_of", "refusal_in"]

_TIMEOUT_IDENTIFIER = "A74"
"""The source took too long. It is 408 in an answer and 400 in a callback."""


def failure_in(
    content: Mapping[str, Any],
    kind: Literal["refused", "reported"],
    *,
    request_id: str | None = None,
) -> Failure:
    """Read an error body.

    The service nests it in callbacks (``{"error": {"error": …}}``), lists ``errors`` by field for
    invalid options, and elsewhere answers ``{"error": text, "code": …}``.

    Source: PDFShift documentation, errors and webhooks (read 2026-11).
    """
    inner = content.get("error")
    if isinstance(inner, Mapping):
        content = {**content, "error": None, **inner}
    fields = _fields(content.get("errors"))
    words = content.get("error") or content.get("message")
    code = content.get("code")
    identifier = content.get("identifier")
    return Failure(
        kind=kind,
        status=code if type(code) is int else None,
        detail=str(words) if words else _listed(fields),
        fields=fields,
        identifier=str(identifier) if identifier else None,
        request_id=request_id,
    )


def refusal_in(answer: Answer) -> Failure:
    """Read an answer that is no success; its status decides, whatever the body says."""
    request_id = answer.headers.get("x-request-id")
    try:
        content = from_json(answer.body)
    except ValueError:
        content = None
    known = content if isinstance(content, dict) else {}
    found = failure_in(known, "refused", request_id=request_id)
    return found.model_copy(update={"status": answer.status})


def failure_of(error: PDFShiftError) -> Failure:
    """Give what is worth storing of an error that ended a submission; `error_of` undoes it."""
    if isinstance(error, SubmitRejected | RateLimited | ServiceError):
        return Failure(
            kind="refused",
            status=error.status,
            detail=error.detail,
            fields=error.fields,
            identifier=error.identifier,
            request_id=error.request_id,
        )
    if isinstance(error, ConversionFailed):
        return Failure(
            kind="reported", status=error.code, detail=error.detail, identifier=error.identifier
        )
    if isinstance(error, UnexpectedResponse):
        return Failure(kind="unreadable", status=error.status, detail=error.reason, raw=error.raw)
    if isinstance(error, SubmitUnconfirmed):
        return Failure(kind="unanswered", detail=error.reason)
    reason = error.reason if isinstance(error, ServiceUnreachable) else error.message
    return Failure(kind="unsent", detail=reason)


def error_of(failure: Failure, *, sandbox: bool = False, converting: bool = True) -> PDFShiftError:
    """Build the exception of a failure.

    Args:
        failure: What the service said, or what kept it from saying something.
        sandbox: There, nothing is billed.
        converting: Whether it is about a conversion: only these end for want of credits, or
            because a page took too long.
    """
    error = _error_of(failure, converting=converting)
    if sandbox:
        error.billed = Billed.NO
    return error


def _error_of(failure: Failure, *, converting: bool) -> PDFShiftError:
    if failure.kind == "unreadable":
        return UnexpectedResponse(
            failure.detail or "no reason given",
            phase=Phase.CONVERT,
            status=failure.status,
            raw=failure.raw,
        )
    if failure.kind == "unsent":
        return ServiceUnreachable(failure.detail or "no reason given")
    if failure.kind == "unanswered":
        return SubmitUnconfirmed(failure.detail or "no reason given")
    timed_out = (
        failure.status == HTTPStatus.REQUEST_TIMEOUT or failure.identifier == _TIMEOUT_IDENTIFIER
    )
    if failure.kind == "reported" or (timed_out and converting):
        return ConversionFailed(failure.detail, code=failure.status, identifier=failure.identifier)
    return _refused(failure, failure.status or 0, converting=converting)


def _refused(failure: Failure, status: int, *, converting: bool) -> PDFShiftError:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(
            failure.detail, identifier=failure.identifier, request_id=failure.request_id
        )
    redirected = status < HTTPStatus.BAD_REQUEST
    return _class_of(status, failure.detail, converting=converting)(
        failure.detail,
        status=status,
        fields=failure.fields,
        identifier=failure.identifier,
        request_id=failure.request_id,
        hint="Check base_url: it points to a redirect." if redirected else None,
    )


def _class_of(
    status: int, detail: str | None, *, converting: bool
) -> type[SubmitRejected | ServiceError]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceError
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return AuthenticationFailed
        case HTTPStatus.FORBIDDEN if converting and detail is not None:
            # Documented for used-up credits; an older table has it for a wrong key.
            return AuthenticationFailed if "key" in detail.lower() else CreditsExhausted
        case HTTPStatus.FORBIDDEN:
            return PermissionDenied  # without a word of the service: a proxy or firewall refused
        case HTTPStatus.NOT_FOUND:
            return NotFound
        case _:
            return SubmitRejected


def _fields(errors: Any) -> dict[str, tuple[str, ...]]:
    """Read ``errors``: messages as a list or as one text, by field."""
    if not isinstance(errors, Mapping):
        return {}
    return {
        str(name): tuple(str(message) for message in messages)
        if isinstance(messages, list)
        else (str(messages),)
        for name, messages in errors.items()
    }


def _listed(fields: Mapping[str, tuple[str, ...]]) -> str | None:
    return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in fields.items()) or None
