"""What results and documents use to fetch and to save themselves."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import httpx

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._http import new_transport
from pdfshift_async.errors import DownloadError
from pdfshift_async.models.results import Result

from .drafts import drafted
from .locations import Locations
from .transfer import Transfer

__all__ = ["Downloader"]


class Downloader:
    """Fetches hosted documents over connections of its own, which never see the API key.

    Args:
        base_url: The service; its origin may host documents.
        download_hosts: Further hosts that may.
        clock: Measures pauses and expiry.
        limit: Bytes of one document at most.
        timeout: Seconds of silence after which a connection counts as broken.
        transport: Used instead of an own one, and not closed here.
    """

    def __init__(
        self,
        *,
        base_url: str,
        download_hosts: frozenset[str],
        clock: Clock,
        limit: int = _defaults.DOCUMENT_LIMIT,
        timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._locations = Locations(base_url, download_hosts)
        self._clock = clock
        self._limit = limit
        self._timeout = timeout
        self._injected = transport
        self._own: httpx.AsyncBaseTransport | None = None
        self._open = False

    async def open(self) -> None:
        """Make ready; opening twice does nothing. The first fetch loads certificates."""
        self._open = True

    async def close(self) -> None:
        """End all connections; closing twice does nothing."""
        self._open = False
        own, self._own = self._own, None
        if own is not None:
            await own.aclose()

    async def stream(self, result: Result) -> AsyncGenerator[bytes, None]:
        """Give the document in chunks as they arrive, checked when the last one has come.

        Raises:
            ResultExpired: The service no longer has it.
            DocumentDamaged: It came incomplete or is no such document.
            DownloadError: It could not be fetched.
        """
        transfer = Transfer(
            result,
            transport=self._transport,
            locations=self._locations,
            clock=self._clock,
            limit=self._limit,
            timeout=self._timeout,
        )
        with _naming(result):
            async with aclosing(transfer.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def read(self, result: Result) -> bytes:
        """Give the whole document; raises what `stream` does."""
        async with aclosing(self.stream(result)) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def save(self, result: Result, path: Path) -> Path:
        """Write the document to the path, whole or not at all, and give the path.

        The file is begun before the document is fetched, so a path that cannot be written costs
        no download. Raises what `stream` does, and `DownloadError` with the path and the reason.
        """
        with _naming(result):
            async with drafted(path) as write, aclosing(self.stream(result)) as chunks:
                block = bytearray()
                async for chunk in chunks:
                    block += chunk
                    if len(block) >= _defaults.CHUNK:
                        await write(block)
                        block = bytearray()
                await write(block)
        return path

    async def write(self, content: bytes, path: Path) -> Path:
        """Write a document that is already here, whole or not at all, and give the path.

        Raises:
            DownloadError: It could not be written.
        """
        async with drafted(path) as write:
            await write(content)
        return path

    def _transport(self) -> httpx.AsyncBaseTransport:
        if self._injected is not None:
            return self._injected
        if not self._open:
            msg = "the client is closed"
            raise DownloadError(msg, hint="Save results before leaving its `async with`.")
        if self._own is None:
            self._own = new_transport(limit=_defaults.MAX_OPEN_REQUESTS)
        return self._own


@contextmanager
def _naming(result: Result) -> Iterator[None]:
    """Name the conversion in the errors of its download."""
    try:
        yield
    except DownloadError as error:
        error.about(result.conversion_id, result.key)
        raise
