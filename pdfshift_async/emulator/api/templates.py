"""Templates: stored, changed, removed, and filled."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from pdfshift_async.emulator.api.convert import convert, kind_of
from pdfshift_async.emulator.api.requests import page_number, read_object
from pdfshift_async.emulator.bodies import Refusal, json_response, page_of
from pdfshift_async.emulator.rules import TEMPLATE_CREATE, TEMPLATE_UPDATE
from pdfshift_async.emulator.service import SERVICE
from pdfshift_async.emulator.templates import Template, fill

__all__ = ["routes"]

routes = web.RouteTableDef()


@routes.get("/v3/templates")
async def list_templates(request: web.Request) -> web.Response:
    """List templates, oldest first."""
    every = [template.summary() for template in request.app[SERVICE].templates]
    page = page_of(every, number=page_number(request))
    return json_response({"success": True, "templates": page})


@routes.post("/v3/templates")
async def create(request: web.Request) -> web.Response:
    """Store a template; the service answers 200, not 201."""
    service = request.app[SERVICE]
    body = await read_object(request)
    if problems := TEMPLATE_CREATE.problems(body, strict=service.strict):
        raise Refusal.of_fields(problems)
    template = Template(body["slug"], body["name"], body["content"], service.clock.now())
    service.templates.add(template)
    return json_response({"success": True, "template": template.summary()})


@routes.put("/v3/templates/{slug}")
async def update(request: web.Request) -> web.Response:
    """Store new content; the slug stays."""
    service = request.app[SERVICE]
    template = service.templates.get(request.match_info["slug"])
    body = await read_object(request)
    if problems := TEMPLATE_UPDATE.problems(body, strict=service.strict):
        raise Refusal.of_fields(problems)
    changed = replace(template, content=body["content"], name=body.get("name") or template.name)
    service.templates.replace(changed)
    return json_response({"success": True, "template": changed.summary()})


@routes.delete("/v3/templates/{slug}")
async def remove(request: web.Request) -> web.Response:
    """Forget a template."""
    request.app[SERVICE].templates.remove(request.match_info["slug"])
    return json_response({"success": True})


@routes.get("/v3/templates/{slug}.html")
async def content(request: web.Request) -> web.Response:
    """Give the content as it was stored."""
    return _html(request.app[SERVICE].templates.get(request.match_info["slug"]).content)


@routes.post("/v3/templates/{slug}.{extension}")
async def generate(request: web.Request) -> web.Response:
    """Fill a template, and convert the outcome unless HTML is asked for.

    Variables and conversion parameters stand side by side in the body, which is the form the
    vendor's own tool sends; so a variable may have any name, and none is unknown.

    Source: PDFShift MCP tool (read 2026-11).
    """
    template = request.app[SERVICE].templates.get(request.match_info["slug"])
    body = await read_object(request)
    filled = fill(template.content, body)
    extension = request.match_info["extension"]
    if extension == "html":
        return _html(filled)
    return await convert(request, kind_of(extension), {**body, "source": filled}, strict=False)


def _html(text: str) -> web.Response:
    return web.Response(
        body=text.encode(errors="replace"), content_type="text/html", charset="utf-8"
    )
