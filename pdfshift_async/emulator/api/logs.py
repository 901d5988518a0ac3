"""GET of the log: one entry per finished conversion, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from pdfshift_async.emulator.bodies import Refusal, json_response
from pdfshift_async.emulator.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pdfshift_async.emulator.conversions import Conversion
    from pdfshift_async.emulator.service import Service

__all__ = ["routes"]

routes = web.RouteTableDef()

_LEAST, _USUAL, _MOST = 5, 20, 100
"""How many entries an answer holds."""

_STATUSES = ("all", "error", "success")


@routes.get("/v3/logs")
async def list_entries(request: web.Request) -> web.Response:
    """List entries, filtered; ``cursor`` goes on behind the entry of that id.

    "Items that occur after the given log ID" is read as those further down the list, which are
    older: anything else would not lead through it page by page.

    Source: PDFShift API v3, logs (read 2026-11).
    """
    limit = _number(request, "limit", _USUAL)
    if not _LEAST <= limit <= _MOST:
        raise Refusal.of_fields({"limit": [f"Must be between {_LEAST} and {_MOST}."]})
    chosen = list(_chosen(request))
    cursor = _number(request, "cursor", 0)
    after = [entry for entry in chosen if not cursor or entry.number < cursor]
    page = {
        "has_more": len(after) > limit,
        "data": [conversion.log_entry() for conversion in after[:limit]],
        "limit": limit,
        "page": 0,
        "total": len(chosen),
    }
    return json_response({"success": True, "logs": page})


@routes.get("/v3/logs/{request_id}")
async def one_entry(request: web.Request) -> web.Response:
    """Give the entry of one conversion."""
    conversion = request.app[SERVICE].conversions.get(request.match_info["request_id"])
    if conversion is None or conversion.state == "accepted":
        raise Refusal.because(404, "Log not found.")
    return json_response({"success": True, "log": conversion.log_entry()})


def _chosen(request: web.Request) -> Iterator[Conversion]:
    service: Service = request.app[SERVICE]
    status = request.query.get("status", "all")
    if status not in _STATUSES:
        raise Refusal.of_fields({"status": [f"Must be one of {', '.join(_STATUSES)}."]})
    if request.query.get("key", service.api_key) != service.api_key:
        return
    before = _moment(request, "before")
    for conversion in reversed(service.conversions):
        if conversion.state == "accepted" or (before and conversion.accepted_at >= before):
            continue
        if status == "all" or (status == "error") == (conversion.state == "failed"):
            yield conversion


def _number(request: web.Request, name: str, default: int) -> int:
    try:
        return int(request.query.get(name, default))
    except ValueError:
        raise Refusal.of_fields({name: ["Must be an integer."]}) from None


def _moment(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal.of_fields({name: ["Must be an ISO date and time."]}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
