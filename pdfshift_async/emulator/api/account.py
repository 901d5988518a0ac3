"""GET of credits, account and invoices."""

from __future__ import annotations

from aiohttp import web

from pdfshift_async.emulator.api.requests import origin_of, page_number
from pdfshift_async.emulator.bodies import json_response, page_of
from pdfshift_async.emulator.rendering import RenderRequest
from pdfshift_async.emulator.service import SERVICE

__all__ = ["routes"]

routes = web.RouteTableDef()


@routes.get("/v3/credits/usage")
async def usage(request: web.Request) -> web.Response:
    """Tell how many credits are used and left."""
    credit_usage = request.app[SERVICE].account.usage()
    return json_response({"credits": credit_usage, "success": True})


@routes.get("/v3/account")
async def account(request: web.Request) -> web.Response:
    """Describe the account."""
    return json_response({"success": True, "account": request.app[SERVICE].account.details()})


@routes.get("/v3/invoices")
async def invoices(request: web.Request) -> web.Response:
    """List invoices."""
    every = request.app[SERVICE].account.invoices(origin_of(request))
    return json_response({"success": True, "invoices": page_of(every, number=page_number(request))})


@routes.get("/invoices/{reference:PS[0-9]{6}-[0-9]{5}}.pdf")
async def invoice(request: web.Request) -> web.Response:
    """Give the document of an invoice; its link opens without a key, as the service's does."""
    text = f"<h1>Invoice {request.match_info['reference']}</h1><p>Of the PDFShift emulator.</p>"
    rendered = await request.app[SERVICE].renderer.render(RenderRequest("pdf", text, {}))
    return web.Response(body=rendered.content, content_type="application/pdf")
