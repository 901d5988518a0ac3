"""/_emulator: what the service itself never shows, for tests and tools.

There is no key: whoever reaches the emulator may use it.
"""

from __future__ import annotations

from aiohttp import web

from pdfshift_async.emulator.api.requests import read_json
from pdfshift_async.emulator.bodies import Refusal, json_response
from pdfshift_async.emulator.faults import Fault
from pdfshift_async.emulator.service import SERVICE, Service
from pdfshift_async.errors import ConfigurationError

__all__ = ["routes"]

routes = web.RouteTableDef()


@routes.get("/_emulator/health")
async def health(request: web.Request) -> web.Response:
    """Tell that the emulator runs, and how much it has to do."""
    service = request.app[SERVICE]
    return json_response(
        {
            "status": "ok",
            "conversions": len(service.conversions),
            "running": len(service.background),
        }
    )


@routes.get("/_emulator/conversions")
async def conversions(request: web.Request) -> web.Response:
    """List every conversion with its deliveries, oldest first."""
    known = [conversion.values() for conversion in request.app[SERVICE].conversions]
    return json_response({"conversions": known})


@routes.post("/_emulator/conversions/{request_id}/deliveries")
async def deliver(request: web.Request) -> web.Response:
    """Send the callback of a finished conversion once more."""
    service = request.app[SERVICE]
    conversion = service.conversions.get(request.match_info["request_id"])
    if conversion is None or conversion.callback is None:
        raise Refusal.because(404, "No finished conversion with a webhook has this id.")
    await service.sender.send(conversion)
    return json_response(conversion.deliveries[-1].values())


@routes.get("/_emulator/faults")
async def list_faults(request: web.Request) -> web.Response:
    """List what goes wrong from now on."""
    return _faults(request.app[SERVICE])


@routes.post("/_emulator/faults")
async def add_faults(request: web.Request) -> web.Response:
    """Add one fault, or a list of them."""
    service = request.app[SERVICE]
    body = await read_json(request)
    try:
        faults = [
            Fault.model_validate(fault) for fault in (body if isinstance(body, list) else [body])
        ]
    except ConfigurationError as error:
        raise Refusal.because(400, error.message) from error
    service.faults.add(*faults)
    return _faults(service)


@routes.delete("/_emulator/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Let nothing go wrong any more."""
    service = request.app[SERVICE]
    service.faults.clear()
    return _faults(service)


def _faults(service: Service) -> web.Response:
    return json_response({"faults": [fault.values() for fault in service.faults]})
