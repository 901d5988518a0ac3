"""Takes callbacks: verifies, parses, settles. Knows neither client nor web framework."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock, SystemClock
from pdfshift_async._core.callbacks import outcome_of
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify, notify_settled
from pdfshift_async._core.records import Effect
from pdfshift_async._core.tokens import SIGNATURE_HEADER, Tokens
from pdfshift_async._settings import secrets_from
from pdfshift_async.errors import CallbackRejected, StoreError
from pdfshift_async.events import CallbackReceived

if TYPE_CHECKING:
    import socket

    from aiohttp import web

__all__ = ["Receiver", "Reply"]

_log = logging.getLogger("pdfshift_async.receiver")

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: dict(_PLAIN))


class Receiver:
    """Receives the callbacks of conversions that any client submitted with the same secret.

    It stands alone as well: give it the store and the secrets, and no API key.

    Args:
        store: Where the outcomes go.
        secrets: Newest first; by default ``PDFSHIFT_WEBHOOK_SECRET`` (comma-separated).
        methods: HTTP methods of a callback; more than POST if ``webhook_method`` asks for it.
        observer: Is told of each genuine callback.
        clock: Where the time comes from.
    """

    def __init__(
        self,
        store: Store,
        secrets: Sequence[str] | None = None,
        *,
        methods: Sequence[str] = ("POST",),
        observer: Observer | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._tokens = Tokens(secrets_from(secrets))
        self._methods = tuple(methods)
        self._observer = observer
        self._clock = clock or SystemClock()

    def __repr__(self) -> str:
        return f"<Receiver {type(self._store).__name__}>"

    async def handle(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | AsyncIterable[bytes],
    ) -> Reply:
        """Answer one request; this is the whole receiver, whatever serves it.

        Args:
            method: HTTP method.
            path: The path, with or without what the receiver is mounted under: only the last
                segment counts.
            headers: Names in any case.
            body: The bytes, or a stream that is read only once the token has been verified.
        """
        segment = path.rsplit("/", 1)[-1]
        try:
            if segment == "health":
                return await self._health(method)
            return await self._callback(method, segment, headers, body)
        except CallbackRejected as rejection:
            _log.debug("answered %s", rejection)
            return Reply(
                rejection.status,
                rejection.reason.encode(),
                {**_PLAIN, **rejection.headers},
            )

    def aiohttp_app(self) -> web.Application:
        """Give an aiohttp application to mount: ``app.add_subapp("/pdfshift", …)``."""
        from .aiohttp import application  # noqa: PLC0415 -- aiohttp.web only with a receiver

        return application(self)

    def listen(
        self, host: str = "127.0.0.1", port: int = 0, *, sock: socket.socket | None = None
    ) -> AbstractAsyncContextManager[str]:
        """Serve callbacks in this event loop, without an application of your own.

        Args:
            host: Address to listen on; ``0.0.0.0`` for all.
            port: Port to listen on; 0 picks one.
            sock: A listening socket, instead of both.

        Returns:
            A context manager that gives ``http://host:port`` and stops serving at its end.

        Raises:
            ConfigurationError: The address cannot be listened on.
        """
        from .aiohttp import listening  # noqa: PLC0415 -- aiohttp.web only with a receiver

        return listening(self, host, port, sock)

    async def _health(self, method: str) -> Reply:
        _allow(method, ("GET", "HEAD"))
        try:
            await self._store.check()
        except StoreError as error:
            raise _unavailable(error) from error
        return Reply(HTTPStatus.OK, b"ok")

    async def _callback(
        self,
        method: str,
        segment: str,
        headers: Mapping[str, str],
        body: bytes | AsyncIterable[bytes],
    ) -> Reply:
        _allow(method, self._methods)
        lowered = {name.lower(): value for name, value in headers.items()}
        conversion_id = self._verified(segment, lowered)
        content = await _content(lowered, body)
        at = self._clock.now()
        try:
            record, effect = await self._store.settle(conversion_id, outcome_of(content), at)
        except StoreError as error:
            raise _unavailable(error) from error
        status = HTTPStatus.ACCEPTED if effect is Effect.ORPHAN else HTTPStatus.OK
        if effect is not Effect.SETTLED:
            _log.warning("callback of %s: %s", conversion_id, effect)
        notify(self._observer, CallbackReceived(conversion_id, effect, status))
        if record is not None and effect in {Effect.SETTLED, Effect.LATE}:
            notify_settled(self._observer, record)
        return Reply(status, effect.encode())

    def _verified(self, segment: str, headers: Mapping[str, str]) -> str:
        """Verify the token of the URL, or its halves in URL and header."""
        signature = headers.get(SIGNATURE_HEADER.lower(), "")
        token = segment if "." in segment else f"{segment}.{signature}"
        conversion_id = self._tokens.verify(token)
        if conversion_id is None:
            raise CallbackRejected(HTTPStatus.NOT_FOUND, "not found")
        return conversion_id


def _allow(method: str, methods: Sequence[str]) -> None:
    if method.upper() not in methods:
        raise CallbackRejected(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method not allowed",
            headers={"Allow": ", ".join(methods)},
        )


def _unavailable(error: StoreError) -> CallbackRejected:
    """Ask for another delivery: the service may or may not make one."""
    _log.error("the store cannot write: %s", error)
    return CallbackRejected(HTTPStatus.SERVICE_UNAVAILABLE, "try again later")


async def _content(headers: Mapping[str, str], body: bytes | AsyncIterable[bytes]) -> bytes:
    """Read the body within its limits of size and time."""
    if isinstance(body, bytes | bytearray | memoryview):
        return _within_limit(bytes(body))
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    length = headers.get("content-length", "")
    if not chunked and not (length.isascii() and length.isdigit()):
        raise CallbackRejected(HTTPStatus.LENGTH_REQUIRED, "length required")
    if not chunked and int(length) > _defaults.CALLBACK_LIMIT:
        raise _too_large()
    try:
        async with asyncio.timeout(_defaults.CALLBACK_READ_TIMEOUT):
            return await _collected(body)
    except TimeoutError as error:
        raise CallbackRejected(HTTPStatus.REQUEST_TIMEOUT, "body too slow") from error


async def _collected(body: AsyncIterable[bytes]) -> bytes:
    content = bytearray()
    async for chunk in body:
        content += chunk
        if len(content) > _defaults.CALLBACK_LIMIT:
            raise _too_large()
    return bytes(content)


def _within_limit(content: bytes) -> bytes:
    if len(content) > _defaults.CALLBACK_LIMIT:
        raise _too_large()
    return content


def _too_large() -> CallbackRejected:
    return CallbackRejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "callback too large")
