"""What the service says: success and error bodies, in its exact spelling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pdfshift_async.emulator.rendering import Rendered, RenderFailed

__all__ = [
    "QUEUED",
    "TIMEOUT_IDENTIFIER",
    "Refusal",
    "callback_failure",
    "error",
    "executed",
    "json_response",
    "page_of",
    "result",
]

QUEUED: Mapping[str, Any] = {"success": True, "queued": True}
"""The 202 of a conversion with a webhook; it names no id.

Source: PDFShift API v3, `webhook` option (read 2026-11).
"""

TIMEOUT_IDENTIFIER = "A74"
"""Marks a page that took too long: 400 in a callback, 408 in a direct answer.

Source: PDFShift API v3, webhooks and error codes (read 2026-11).
"""


_PAGE_SIZE = 10
"""As in the documented examples of templates and invoices."""


class Refusal(Exception):
    """The service answers a request with an error."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers

    @classmethod
    def because(cls, status: int, text: str, **more: Any) -> Refusal:
        """Refuse with the single-message form."""
        return cls(status, error(status, text, **more))

    @classmethod
    def of_fields(cls, problems: Mapping[str, Sequence[str]]) -> Refusal:
        """Refuse parameters, naming each with what is wrong about it."""
        return cls(400, {"success": False, "errors": dict(problems), "code": 400})


def error(code: int, text: str, **more: Any) -> dict[str, Any]:
    """Give the single-message error body; ``more`` may hold ``identifier`` or ``reset``."""
    given = {name: value for name, value in more.items() if value is not None}
    return {"success": False, "error": text, "code": code, **given}


def callback_failure(failure: RenderFailed) -> dict[str, Any]:
    """Give the callback of a failed conversion: nested, without ``success`` at the top.

    Source: PDFShift API v3, webhooks (read 2026-11).
    """
    return {"error": error(failure.code, failure.message, identifier=failure.identifier)}


def result(rendered: Rendered, *, url: str, duration: int, at: datetime) -> dict[str, Any]:
    """Describe a hosted document, as an answer and as the callback of a conversion."""
    response: dict[str, Any] = (
        {} if rendered.source_status is None else {"status-code": rendered.source_status}
    )
    response |= {
        "content-length": rendered.source_length,
        "requests": rendered.requests,
        "duration": round(rendered.source_duration, 2),
    }
    pages = {} if rendered.pages is None else {"pdf_pages": rendered.pages}
    return {
        "success": True,
        "url": url,
        "filesize": len(rendered.content),
        "duration": duration,
        "response": response,
        "executed": executed(at),
        **pages,
    }


def executed(at: datetime) -> str:
    """Write a moment as the service does: UTC, microseconds, no zone."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds")


def page_of(items: Sequence[Mapping[str, Any]], *, number: int) -> dict[str, Any]:
    """Cut one page of a list.

    Args:
        items: The whole list.
        number: Of the page, from 0.
    """
    rest = items[number * _PAGE_SIZE :]
    return {
        "has_more": len(rest) > _PAGE_SIZE,
        "data": rest[:_PAGE_SIZE],
        "limit": _PAGE_SIZE,
        "page": number,
        "total": len(items),
    }


def json_response(
    body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with JSON.

    The content type is exactly ``application/json``: the service's npm client compares it with
    ``==``, so a charset would break programs that work with the service.
    """
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )
