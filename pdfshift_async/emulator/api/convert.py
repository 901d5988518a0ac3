"""POST /v3/convert/{kind}: from a request to a document, a link, or a callback."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, cast, get_args
from uuid import uuid4

from aiohttp import web

from pdfshift_async.emulator.api.replies import cut, direct, queue
from pdfshift_async.emulator.api.requests import CALLER, METER, origin_of, read_object
from pdfshift_async.emulator.authentication import Caller
from pdfshift_async.emulator.bodies import Refusal
from pdfshift_async.emulator.conversions import Conversion, Webhook
from pdfshift_async.emulator.converter import Order
from pdfshift_async.emulator.limits import rate_refusal
from pdfshift_async.emulator.rendering import RenderRequest
from pdfshift_async.emulator.rules import CONVERT, Kind
from pdfshift_async.emulator.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.api.replies import Accepted
    from pdfshift_async.emulator.faults import Fault, FaultKind
    from pdfshift_async.emulator.service import Service

__all__ = ["convert", "kind_of", "routes"]

routes = web.RouteTableDef()

_ALIASES = {"jpg": "jpeg"}
"""The vendor's samples name a type the published interface does not have."""

_KEYLESS_SIZE_LIMIT, _KEYLESS_TIMEOUT = 2_000_000, 30
"""Bytes and seconds.

Source: PDFShift FAQ, pricing (read 2026-11).
"""

_NOT_FOR_THE_RENDERER = frozenset(
    {
        "encode",
        "filename",
        "is_gdpr",
        "is_hipaa",
        "log_request",
        "s3_destination",
        "sandbox",
        "source",
        "webhook",
    }
)


@routes.post("/v3/convert/{kind}")
async def convert_source(request: web.Request) -> web.Response:
    """Convert the source of the body."""
    kind = kind_of(request.match_info["kind"])
    return await convert(request, kind, await read_object(request))


def kind_of(name: str) -> Kind:
    """Give the kind of document a URL names.

    Raises:
        Refusal: 404, there is no such kind.
    """
    name = _ALIASES.get(name, name)
    if name not in get_args(Kind):
        raise Refusal.because(404, "Not Found")
    return cast("Kind", name)


async def convert(
    request: web.Request, kind: Kind, body: Mapping[str, Any], *, strict: bool = True
) -> web.Response:
    """Answer a conversion request.

    Args:
        request: For whom, and where from.
        kind: What to make.
        body: Parameters with the source.
        strict: Whether a strict emulator refuses unknown names here.

    Raises:
        Refusal: The request cannot be accepted, or its document not be made.
    """
    service = request.app[SERVICE]
    webhook = _admit(request, kind, body, strict=strict)
    sources = [body["source"]] if isinstance(body["source"], str) else body["source"]
    struck = service.faults.strike(sources, webhook.url if webhook else None)
    if "cut_before" in struck:
        return cut(request)
    _refuse(struck, service)
    if body.get("sandbox") is not True:
        service.account.require_credits()
    service.parallel.enter(len(sources), queued=webhook is not None)
    accepted = [
        _accept(request, kind, body, source, webhook=webhook, struck=struck) for source in sources
    ]
    if webhook:
        answer = await queue(service, accepted, early="callback_early" in struck)
    else:
        answer = await direct(service, *accepted[0], encode=body.get("encode") is True)
    if "cut_after" in struck:
        return cut(request)
    if broken := struck.get("server_error"):
        raise Refusal.because(broken.status, "Internal Server Error")
    return answer


def _admit(
    request: web.Request, kind: Kind, body: Mapping[str, Any], *, strict: bool
) -> Webhook | None:
    """Count the request, check its parameters, and give its webhook."""
    service = request.app[SERVICE]
    caller = request[CALLER]
    sandbox = body.get("sandbox") is True
    request[METER] = service.rates.of(caller, sandbox=sandbox)
    service.rates.count(caller, service.timestamp(), sandbox=sandbox)
    problems = CONVERT[kind].problems(body, strict=strict and service.strict)
    if problems:
        raise Refusal.of_fields(problems)
    webhook = Webhook.of(body.get("webhook"))
    if webhook and caller is Caller.KEYLESS:
        raise Refusal.because(401, "Invalid API Key provided.")
    return webhook


def _refuse(struck: Mapping[FaultKind, Fault], service: Service) -> None:
    """Raise what the faults say about a request that is not accepted."""
    if "rate_limited" in struck:
        reset = math.floor(service.timestamp()) + 1
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
        raise rate_refusal(reset, headers)
    broken = struck.get("server_error")
    if broken and not broken.accepted:
        raise Refusal.because(broken.status, "Internal Server Error")


def _accept(
    request: web.Request,
    kind: Kind,
    body: Mapping[str, Any],
    source: str,
    *,
    webhook: Webhook | None,
    struck: Mapping[FaultKind, Fault],
) -> Accepted:
    """Enter a conversion into the records."""
    service = request.app[SERVICE]
    keyless = request[CALLER] is Caller.KEYLESS
    sandbox = body.get("sandbox") is True
    conversion = Conversion(
        number=service.conversions.next_number(),
        request_id=str(uuid4()),
        kind=kind,
        source_sha256=hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest(),
        sandbox=sandbox,
        accepted_at=service.clock.now(),
        webhook=webhook,
        user_agent=request.headers.get("User-Agent"),
        query=json.dumps(body) if body.get("log_request") else None,
        faults=struck,
    )
    service.conversions.add(conversion)
    names = CONVERT[kind].names - _NOT_FOR_THE_RENDERER
    parameters = {
        name: value for name, value in body.items() if name in names and value is not None
    }
    if keyless:
        parameters["timeout"] = min(parameters.get("timeout", _KEYLESS_TIMEOUT), _KEYLESS_TIMEOUT)
    order = Order(
        render=RenderRequest(kind, source, parameters, sandbox=sandbox or keyless),
        origin=origin_of(request),
        filename=body.get("filename"),
        s3_destination=body.get("s3_destination"),
        size_limit=_KEYLESS_SIZE_LIMIT if keyless else math.inf,
    )
    return conversion, order
