"""One request to the service: sent, read within a limit, its failures translated."""

from __future__ import annotations

import os
import platform
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.request import getproxies

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from . import _defaults
from ._clock import Clock
from ._core.redaction import shown_url
from ._core.refusals import error_of, refusal_in
from ._core.wire import Answer, pause_in
from ._version import __version__
from .errors import (
    ConfigurationError,
    PDFShiftError,
    Phase,
    RateLimited,
    ServiceUnreachable,
    SubmitUnconfirmed,
    UnexpectedResponse,
)

__all__ = ["FOREIGN", "Http", "new_http_client", "new_transport", "nothing_was_sent", "reason_of"]

FOREIGN = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError)
"""Whatever a request may raise: the transport lets some errors of aiohttp through."""

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class _Client(httpx.AsyncClient):
    """Sends a request as it was built, and keeps nothing of the answer.

    It has no hooks, redirects, authentication or cookies to look for, which is half of httpx's
    work. And httpx ties each answer to its stream in a circle that only the garbage collector
    undoes.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout: httpx.Timeout) -> None:
        super().__init__(transport=transport, timeout=timeout)
        self._sending = transport

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Give the answer, whose body is still to be read."""
        response = await self._sending.handle_async_request(request)
        response.request = request
        return response


def new_transport(*, limit: int) -> httpx.AsyncBaseTransport:
    """Build a transport on aiohttp, which costs a fifth of httpx's own.

    httpcore scans all its connections at every request.

    Args:
        limit: Open connections.
    """
    verify = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limit, ssl=verify),
            cookie_jar=aiohttp.DummyCookieJar(),
            # With trust_env aiohttp looks for a proxy at each request, so ask once.
            trust_env=bool(getproxies()),
        )

    return AiohttpTransport(verify=verify, client=session)


def new_http_client(*, timeout: float, limit: int) -> httpx.AsyncClient:
    """Build the client that speaks to the service.

    Args:
        timeout: Seconds of silence.
        limit: Open connections.
    """
    silence = httpx.Timeout(timeout, connect=_defaults.CONNECT_TIMEOUT, pool=None)
    return _Client(new_transport(limit=limit), silence)


def nothing_was_sent(error: BaseException) -> bool:
    """Whether the request failed before its first byte left.

    The transport turns every broken connection of aiohttp into `ConnectTimeout`, also one that
    broke after the request was sent; only its cause tells. Taking the name at its word would send
    an accepted conversion twice.
    """
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError):
        return isinstance(
            cause,
            aiohttp.ClientConnectorError
            | aiohttp.ConnectionTimeoutError
            | aiohttp.InvalidURL
            | aiohttp.ClientProxyConnectionError,
        )
    return isinstance(error, _NOT_SENT)


def reason_of(error: BaseException) -> str:
    """Say what went wrong without quoting a message that may hold a URL."""
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    if not isinstance(cause, aiohttp.ClientConnectorError):
        return type(cause).__name__
    error = cause.os_error
    # asyncio puts the address into the text of a plain OSError; those of a resolver are numbered
    # apart, below zero.
    words = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return words or type(error).__name__


class Http:
    """Speaks to one service with one API key.

    Args:
        client: Does the sending and stays open; without one, `open` makes its own.
        base_url: Without a slash at its end.
        api_key: Sent as ``X-API-Key`` and shown nowhere.
        clock: Measures the pauses that the service asks for.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None,
        *,
        base_url: str,
        api_key: str,
        clock: Clock,
    ) -> None:
        self._injected = client
        self._client: httpx.AsyncClient | None = None
        self._clock = clock
        self._base_url = base_url
        self._headers = httpx.Headers(
            {
                "X-API-Key": api_key,
                "User-Agent": f"pdfshift-async/{__version__} Python/{platform.python_version()}",
                "Accept-Encoding": "identity",
            }
        )

    def open(self) -> None:
        """Make ready to send; the first request connects."""
        if self._client is None:
            self._client = self._injected or new_http_client(
                timeout=_defaults.ANSWER_TIMEOUT, limit=_defaults.MAX_OPEN_REQUESTS
            )

    def ready(self) -> httpx.AsyncClient:
        """Give what sends.

        Raises:
            ConfigurationError: It is not open.
        """
        if self._client is None:
            raise ConfigurationError(
                "client", "is not open", hint="Use `async with client:` or await client.open()."
            )
        return self._client

    async def close(self) -> None:
        """Close the connections of a client of our own."""
        client, self._client = self._client, None
        if client is not None and client is not self._injected:
            await client.aclose()

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        timeout: float,
        limit: int = _defaults.ANSWER_LIMIT,
        headers: Mapping[str, str] | None = None,
        converting: bool = True,
    ) -> Answer:
        """Send one request and give its answer, if that is a success.

        Args:
            method: HTTP method.
            path: Below the base URL, with its leading slash.
            body: JSON.
            timeout: Seconds of silence before the answer counts as missing.
            limit: Bytes of the answer that are read.
            headers: Further headers.
            converting: Whether it asks for a conversion, in which light its refusal is read.

        Raises:
            ServiceUnreachable: No connection, nothing was sent.
            SubmitUnconfirmed: Sent, and no whole answer came.
            UnexpectedResponse: The answer is larger than the limit.
            SubmitRejected, RateLimited, ServiceError, ConversionFailed: The service refused.
        """
        client = self.ready()
        sent = httpx.Headers(self._headers)
        if body is not None:
            sent["Content-Type"] = "application/json"
            sent["Content-Length"] = str(len(body))
        if headers:
            sent.update(headers)
        try:
            async with client.stream(
                method,
                _parsed(self._base_url + path),
                content=_in_pieces(body),
                headers=sent,
                timeout=httpx.Timeout(timeout, connect=_defaults.CONNECT_TIMEOUT, pool=None),
                follow_redirects=False,
            ) as response:
                content = await _read(response, limit)
        except FOREIGN as error:
            raise self._translated(error) from error
        answer = Answer(response.status_code, _headers_of(response), content)
        if not response.is_success:
            raise self._refused(answer, converting=converting)
        return answer

    def _refused(self, answer: Answer, *, converting: bool) -> PDFShiftError:
        error = error_of(refusal_in(answer), converting=converting)
        if isinstance(error, RateLimited):
            error.retry_after = pause_in(answer, self._clock.now())
        return error

    def _translated(self, error: Exception) -> PDFShiftError:
        reason = reason_of(error)
        if nothing_was_sent(error):
            return ServiceUnreachable(f"{shown_url(self._base_url)}: {reason}")
        return SubmitUnconfirmed(reason)


@lru_cache(maxsize=16)
def _parsed(url: str) -> httpx.URL:
    """Parse a URL once: nearly all requests go to the same few."""
    return httpx.URL(url)


def _in_pieces(body: bytes | None) -> bytes | AsyncIterator[bytes] | None:
    """Let other tasks run while a large body is sent; aiohttp warns of one that is whole."""
    if body is None or len(body) <= _defaults.CHUNK:
        return body
    return _pieces(body)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _defaults.CHUNK):
        yield body[start : start + _defaults.CHUNK]


def _headers_of(response: httpx.Response) -> dict[str, str]:
    """Give the headers, of which httpx would guess the encoding first."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _read(response: httpx.Response, limit: int) -> bytes:
    """Read a body; an error page is cut at its limit, a document past its own is refused."""
    if not response.is_success:
        limit = min(limit, _defaults.ANSWER_LIMIT)
    chunks = bytearray()
    async for chunk in response.aiter_bytes():
        chunks += chunk
        if len(chunks) > limit:
            if not response.is_success:
                return bytes(chunks[:limit])
            reason = f"the answer is larger than {limit} bytes"
            raise UnexpectedResponse(reason, phase=Phase.SUBMIT, status=response.status_code)
    return bytes(chunks)
