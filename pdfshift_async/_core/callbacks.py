"""Bytes of a callback to an outcome."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from pdfshift_async.models.outcomes import Converted, Failed, Failure, TrueOutcome
from pdfshift_async.models.results import HostedDocument

from .refusals import failure_in

__all__ = ["outcome_of"]


def outcome_of(body: bytes) -> TrueOutcome:
    """Read a callback; whatever it is, the conversion has an outcome afterwards.

    An empty body is a failure without a reason, since the service's oldest documentation shows
    one. A failure is known by its `error` key, and only `url` is in every sample of a success.

    Source: PDFShift documentation, `webhook` (read 2026-11).
    """
    if not body.strip():
        return Failed(failure=Failure(kind="reported"))
    try:
        content = from_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return _unreadable(body, "is not JSON")
    if not isinstance(content, dict):
        return _unreadable(body, "is not a JSON object")
    if content.get("error") or content.get("errors") or content.get("success") is False:
        return Failed(failure=failure_in(content, "reported"))
    return _document_of(content, body)


def _document_of(content: dict[str, Any], body: bytes) -> TrueOutcome:
    if content.pop("success", None) not in (None, True):
        return _unreadable(body, "says neither success nor failure")
    try:
        return Converted(document=HostedDocument.model_validate(content))
    except ValidationError:
        return _unreadable(body, "has no usable url")


def _unreadable(body: bytes, reason: str) -> Failed:
    return Failed(
        failure=Failure(
            kind="unreadable",
            status=HTTPStatus.OK,
            detail=f"the callback {reason}",
            raw=body,
        )
    )
