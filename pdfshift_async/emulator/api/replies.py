"""What a conversion request is answered with, once it is accepted."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

from aiohttp import web

from pdfshift_async.emulator.bodies import QUEUED, TIMEOUT_IDENTIFIER, error, json_response
from pdfshift_async.emulator.converter import MEDIA_TYPES
from pdfshift_async.emulator.rendering import Rendered, RenderFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pdfshift_async.emulator.conversions import Conversion
    from pdfshift_async.emulator.converter import Order
    from pdfshift_async.emulator.service import Service

__all__ = ["Accepted", "cut", "direct", "queue"]

Accepted = tuple["Conversion", "Order"]
"""A conversion on record, and what is to be made."""


async def queue(service: Service, accepted: Sequence[Accepted], *, early: bool) -> web.Response:
    """Start conversions that end with a callback, and answer without waiting for them."""
    runs = [_run(service, *one) for one in accepted]
    if early:
        await asyncio.gather(*runs)
    else:
        for run in runs:
            service.background.start(run)
    return json_response(QUEUED, 202)


async def _run(service: Service, conversion: Conversion, order: Order) -> None:
    try:
        await service.converter.call_back(conversion, order)
    finally:
        service.parallel.leave(queued=True)


async def direct(
    service: Service, conversion: Conversion, order: Order, *, encode: bool
) -> web.Response:
    """Convert while the caller waits."""
    try:
        rendered = await service.converter.make(conversion, order)
        headers = _headers(service, conversion, rendered)
        if order.filename or order.s3_destination:
            hosted = service.converter.host(conversion, order, rendered)
            return json_response(hosted, headers=headers)
    except RenderFailed as failure:
        return _failed(failure)
    finally:
        service.parallel.leave(queued=False)
    if encode:
        encoded = base64.b64encode(rendered.content)
        return web.Response(body=encoded, headers=headers, content_type="text/plain")
    return web.Response(
        body=rendered.content, headers=headers, content_type=MEDIA_TYPES[conversion.kind]
    )


def _failed(failure: RenderFailed) -> web.Response:
    """Answer directly for a failed conversion: a timeout is 408 here, and 400 in a callback."""
    code = 408 if failure.identifier == TIMEOUT_IDENTIFIER else failure.code
    return json_response(error(code, failure.message, identifier=failure.identifier), code)


def _headers(service: Service, conversion: Conversion, rendered: Rendered) -> dict[str, str]:
    """Describe a finished conversion.

    Source: PDFShift API v3, responses, old and new documentation (read 2026-11).
    """
    status = rendered.source_status
    of_source = {} if status is None else {"X-Response-Status-Code": str(status)}
    return {
        **of_source,
        "X-PDFShift-Processor": "emulator",
        "X-Credits-Cost": str(conversion.cost),
        "X-Credits-Used": str(conversion.credits),
        "X-Credits-Remaining": str(service.account.remaining),
        "X-Response-Duration": str(round(rendered.source_duration)),
        "X-PDFShift-Duration": str(conversion.duration),
        "X-Process-Time": str(conversion.duration),
        "X-Request-Id": conversion.request_id,
    }


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer; the one returned has nowhere to go."""
    request.protocol.force_close()
    return web.Response(status=503)
