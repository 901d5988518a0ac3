"""The receiver inside aiohttp: mounted in an application, or served alone."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol, Self
from urllib.parse import urlsplit

from aiohttp import web

from pdfshift_async.errors import ConfigurationError

from .handler import Receiver

__all__ = ["Mountable", "application", "listening", "setup"]


class Mountable(Protocol):
    """What `setup` needs of a client."""

    @property
    def webhook_url(self) -> str | None:
        """Where the service reaches the receiver."""
        ...

    @property
    def receiver(self) -> Receiver:
        """The receiver of the client's callbacks."""
        ...

    async def __aenter__(self) -> Self:
        """Open."""
        ...

    async def __aexit__(self, *exception: object) -> None:
        """Close."""
        ...


def setup(app: web.Application, client: Mountable) -> None:
    """Mount the client's receiver at the path of its ``webhook_url``.

    The client is opened when the application starts and closed when it stops.

    Raises:
        ConfigurationError: The client has no ``webhook_url``.
    """
    if client.webhook_url is None:
        raise ConfigurationError("webhook_url", "is needed to know where to mount the receiver")
    path = urlsplit(client.webhook_url).path
    if path:
        app.add_subapp(path, application(client.receiver))
    else:
        _add_routes(app, client.receiver)

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        async with client:
            yield

    app.cleanup_ctx.append(lifetime)


def application(receiver: Receiver) -> web.Application:
    """Give an application whose every path belongs to the receiver."""
    app = web.Application()
    _add_routes(app, receiver)
    return app


def _add_routes(app: web.Application, receiver: Receiver) -> None:
    async def handle(request: web.Request) -> web.Response:
        return await _answered(receiver, request)

    app.router.add_route("*", "/{segment}", handle)


async def _answered(receiver: Receiver, request: web.BaseRequest) -> web.Response:
    try:
        reply = await receiver.handle(
            request.method, request.path, request.headers, request.content.iter_any()
        )
    except (web.RequestPayloadError, ConnectionError):
        # The sender broke off; nobody reads this answer, and nothing was settled.
        return web.Response(status=400)
    return web.Response(status=reply.status, body=reply.body, headers=reply.headers)


@asynccontextmanager
async def listening(
    receiver: Receiver, host: str, port: int, sock: socket.socket | None
) -> AsyncIterator[str]:
    """Serve the receiver under any prefix until the block ends; give the server's URL."""

    async def handle(request: web.BaseRequest) -> web.Response:
        return await _answered(receiver, request)

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port) if sock is None else web.SockSite(runner, sock)
        try:
            await site.start()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigurationError(
                "listen", f"cannot serve on {host}:{port}, {reason}", hint="Choose another port."
            ) from error
        bound_host, bound_port = runner.addresses[0][:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        yield f"http://{shown}:{bound_port}"
    finally:
        await runner.cleanup()
