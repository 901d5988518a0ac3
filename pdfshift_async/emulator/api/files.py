"""GET of hosted documents, answered the way the storage behind the service does."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web

from pdfshift_async.emulator.service import SERVICE

__all__ = ["routes"]

routes = web.RouteTableDef()


@routes.get("/d/{rest:.+}")
@routes.get("/s3/{rest:.+}")
async def download(request: web.Request) -> web.StreamResponse:
    """Send a document, whole or by range.

    What expired and what never was look the same: the storage does not tell a stranger which.
    """
    file = request.app[SERVICE].hosting.find(request.path)
    if file is None:
        return _access_denied()
    return web.FileResponse(file.path, headers={"Content-Type": file.content_type})


def _access_denied() -> web.Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
        f"<RequestId>{uuid4().hex[:16].upper()}</RequestId></Error>"
    )
    return web.Response(body=text.encode(), status=403, content_type="application/xml")
