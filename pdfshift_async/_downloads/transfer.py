"""One document fetched, over as many connections as it takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus
from typing import Final

import httpx

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._http import FOREIGN, reason_of
from pdfshift_async._version import __version__
from pdfshift_async.errors import DocumentDamaged, DownloadError, ResultExpired
from pdfshift_async.models.results import Result

from .assembly import Assembly
from .locations import Locations, origin_of

__all__ = ["PAUSES", "Transfer"]

PAUSES: Final = (0.5, 2.0, 5.0, 10.0)
"""Seconds before each further attempt: storage recovers in seconds or in hours."""

_REDIRECTS: Final = 3
_HEADERS: Final = {
    "Accept-Encoding": "identity",
    "User-Agent": f"pdfshift-async/{__version__}",
}
_SERVED: Final = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})
_PASSING: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}
)
_ABSENT: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""What S3 answers for a deleted object, depending on whether it may say so."""


class _Interrupted(Exception):
    """The server cannot serve the document now."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it answered {status}")


class Transfer:
    """Fetches one document.

    Args:
        result: Names the document.
        transport: Gives what sends, or raises when there is nothing any more. A client of httpx
            would log every URL, and whoever reads that can fetch the document.
        locations: What may be fetched.
        clock: Measures the pauses and whether the document has expired.
        limit: Bytes at most.
        timeout: Seconds of silence after which a connection counts as broken.
    """

    def __init__(
        self,
        result: Result,
        *,
        transport: Callable[[], httpx.AsyncBaseTransport],
        locations: Locations,
        clock: Clock,
        limit: int,
        timeout: float,
    ) -> None:
        self._result = result
        self._transport = transport
        self._locations = locations
        self._clock = clock
        allowed = httpx.Timeout(timeout, connect=_defaults.CONNECT_TIMEOUT, pool=None)
        self._extensions = {"timeout": allowed.as_dict()}
        self._assembly = Assembly(filesize=result.filesize, limit=limit)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Give the document as it arrives; broken connections show as pauses only.

        Raises:
            DownloadError: It could not be fetched.
        """
        pauses = iter(PAUSES)
        while True:
            try:
                async with self._answer() as response:
                    self._assembly.begin(response.status_code, response.headers)
                    async for chunk in response.aiter_bytes():
                        if ready := self._assembly.feed(chunk):
                            yield ready
                self._assembly.end()
            except httpx.DecodingError as error:
                raise DocumentDamaged(reason="it cannot be decompressed") from error
            except (*FOREIGN, _Interrupted) as error:
                if self._assembly.complete:
                    return
                pause = next(pauses, None)
                if pause is None:
                    raise self._given_up(error) from error
            else:
                return
            await self._clock.sleep(pause)

    @asynccontextmanager
    async def _answer(self) -> AsyncIterator[httpx.Response]:
        """Ask for what is missing, following redirects."""
        url = self._locations.checked(self._result.url)
        for _ in range(_REDIRECTS + 1):
            async with aclosing(await self._get(url)) as response:
                if not response.has_redirect_location:
                    self._check(response, origin_of(url))
                    yield response
                    return
                url = self._locations.checked(url.join(response.headers["Location"]))
        msg = f"more than {_REDIRECTS} redirects, the last one to {origin_of(url)}"
        raise DownloadError(msg)

    async def _get(self, url: httpx.URL) -> httpx.Response:
        headers = {**_HEADERS, **self._assembly.headers}
        request = httpx.Request("GET", url, headers=headers, extensions=self._extensions)
        return await self._transport().handle_async_request(request)

    def _check(self, response: httpx.Response, origin: str) -> None:
        """Raise unless the answer holds the document."""
        status = response.status_code
        if status in _SERVED:
            return
        if status in _PASSING:
            raise _Interrupted(status)
        raise self._refusal(status, origin)

    def _refusal(self, status: int, origin: str) -> DownloadError:
        fact = f"{origin} answered {status} instead of the document"
        if self._result.own_bucket:
            hint = "It is in your own bucket: if that is private, fetch it with your credentials."
            return DownloadError(fact, hint=hint)
        expires_at = self._result.expires_at
        expired = expires_at is not None and expires_at <= self._clock.now()
        if status == HTTPStatus.GONE or (status in _ABSENT and expired):
            return ResultExpired(expires_at if expired else None)
        return DownloadError(fact)

    def _given_up(self, error: Exception) -> DownloadError:
        origin = origin_of(self._locations.checked(self._result.url))
        reason = str(error) if isinstance(error, _Interrupted) else reason_of(error)
        return DownloadError(f"{origin} failed {len(PAUSES) + 1} times: {reason}")
