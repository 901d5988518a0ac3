"""What handlers know about a request, and how they read its body."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from pdfshift_async.emulator.authentication import Caller
from pdfshift_async.emulator.bodies import Refusal
from pdfshift_async.emulator.meters import Meter

__all__ = ["CALLER", "METER", "origin_of", "page_number", "read_json", "read_object"]

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)
"""Who sent the request."""

METER: web.RequestKey[Meter] = web.RequestKey("meter", Meter)
"""Whose figures the rate headers of the answer show."""


async def read_json(request: web.Request) -> Any:
    """Read a JSON body, whatever its content type says.

    Raises:
        Refusal: 400, it is no JSON.
    """
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Refusal.because(400, "The request body is not valid JSON.") from None


async def read_object(request: web.Request) -> dict[str, Any]:
    """Read a JSON body that must be an object.

    Raises:
        Refusal: 400, it is something else.
    """
    body = await read_json(request)
    if not isinstance(body, dict):
        raise Refusal.because(400, "The request body must be a JSON object.")
    return body


def origin_of(request: web.Request) -> str:
    """Give scheme and host as the caller sees them, so that links work from where it is."""
    return f"{request.scheme}://{request.host}"


def page_number(request: web.Request) -> int:
    """Read which page of a list is wanted.

    Answers name a ``page``, but no parameter to ask for one is documented; this is the likely one.

    Raises:
        Refusal: 400, it is no page number.
    """
    text = request.query.get("page", "0")
    if not (text.isascii() and text.isdecimal()):
        raise Refusal.of_fields({"page": ["Must be a page number, from 0."]})
    return int(text)
