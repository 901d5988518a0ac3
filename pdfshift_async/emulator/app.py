"""The HTTP side: routes, and the form every answer of the API has."""

from __future__ import annotations

import logging
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from pdfshift_async.emulator.api import account, control, convert, files, logs, templates
from pdfshift_async.emulator.api.requests import CALLER, METER
from pdfshift_async.emulator.authentication import Caller
from pdfshift_async.emulator.bodies import Refusal, error, json_response
from pdfshift_async.emulator.limits import rate_headers
from pdfshift_async.emulator.service import SERVICE, Service

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["make_app"]

_log = logging.getLogger("pdfshift_async.emulator")

_BODY_LIMIT = 50 * 1024 * 1024


def make_app(service: Service) -> web.Application:
    """Make the web application of a service."""
    app = web.Application(middlewares=[_api_form], client_max_size=_BODY_LIMIT)
    app[SERVICE] = service
    for part in (convert, templates, account, logs, files, control):
        app.add_routes(part.routes)
    return app


@web.middleware
async def _api_form(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Authenticate calls of the API, and put the rate headers and the date on every answer."""
    if not request.path.startswith("/v3/"):
        return await _in_form(request, handler)
    service = request.app[SERVICE]
    request[METER] = service.rates.of(Caller.ACCOUNT)
    response = await _in_form(request, partial(_authenticated, handler))
    for name, value in rate_headers(request[METER], service.timestamp()).items():
        response.headers.setdefault(name, value)
    # By the clock that the reset is told by, which may not be the machine's.
    response.headers["Date"] = format_datetime(service.clock.now(), usegmt=True)
    return response


async def _authenticated(handler: _Handler, request: web.Request) -> web.StreamResponse:
    # A route that does not exist is not found with or without a key.
    if request.match_info.http_exception is None:
        service = request.app[SERVICE]
        caller = service.authentication.identify(request.headers)
        request[CALLER] = caller
        request[METER] = service.rates.of(caller)
    return await handler(request)


async def _in_form(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Give every error the form of the service."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return json_response(refusal.body, refusal.status, refusal.headers)
    except web.HTTPException as raised:
        allow = raised.headers.get("Allow")
        headers = {"Allow": allow} if allow else None
        return json_response(error(raised.status, raised.reason), raised.status, headers)
    except Exception:  # noqa: BLE001 - a server outlives its own mistakes, and logs them
        _log.exception("%s failed", request.method)
        return json_response(error(500, "Internal Server Error"), 500)
