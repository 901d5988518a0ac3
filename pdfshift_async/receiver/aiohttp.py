"""The receiver inside aiohttp: mounted in an application, or served alone."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol, Self
from urllib.parse import urlsplit

from aiohttp import web

from pdfshift_async import _defaults
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


class _Answering:
    """Counts the requests that are being answered."""

    def __init__(self) -> None:
        self._open = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._open += 1
        self._none.clear()

    def __exit__(self, *exception: object) -> None:
        self._open -= 1
        if not self._open:
            self._none.set()

    async def done(self) -> None:
        """Return when none is left, or when the slowest sender has had its time.

        aiohttp itself waits for handlers, but reads nothing more once it has begun to: what is
        still missing of a callback would never come.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_defaults.CALLBACK_READ_TIMEOUT):
                await self._none.wait()


@asynccontextmanager
async def listening(
    receiver: Receiver, host: str, port: int, sock: socket.socket | None
) -> AsyncIterator[str]:
    """Serve the receiver under any prefix until the block ends; give the server's URL."""
    answering = _Answering()

    async def handle(request: web.BaseRequest) -> web.Response:
        with answering:
            return await _answered(receiver, request)

    server = web.Server(
        handle, access_log=None, keepalive_timeout=_defaults.CALLBACK_KEEPALIVE_TIMEOUT
    )
    runner = web.ServerRunner(server)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port) if sock is None else web.SockSite(runner, sock)
        try:
            await site.start()
        except OSError as error:
            # Not error.strerror, in which asyncio repeats the address.
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            raise ConfigurationError(
                "listen", f"cannot serve on {host}:{port}, {reason}", hint="Choose another port."
            ) from error
        bound_host, bound_port = runner.addresses[0][:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        yield f"http://{shown}:{bound_port}"
        await site.stop()
        await answering.done()
    finally:
        await runner.cleanup()
