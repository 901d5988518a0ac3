"""Calls receivers back, and keeps a record of how they answered."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from pdfshift_async.emulator.conversions import Delivery

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from pdfshift_async._clock import Clock
    from pdfshift_async.emulator.conversions import Conversion, Webhook
    from pdfshift_async.emulator.faults import Damage, Fault

__all__ = ["Sender"]

_log = logging.getLogger("pdfshift_async.emulator")

_CONNECTIONS = 100
_ANSWER_LIMIT = 64 * 1024


class Sender:
    """Delivers callbacks once, unless a fault says otherwise, and does not follow redirects.

    The service documents neither a second try nor a time limit.

    Args:
        clock: Where the time comes from.
        time_scale: How many times faster than real the emulated time runs.
        time_limit: Real seconds a receiver has to take the connection, and then to answer.
    """

    def __init__(self, clock: Clock, *, time_scale: float, time_limit: float) -> None:
        self._clock = clock
        self._time_scale = time_scale
        # No total: it would run while a callback waits its turn behind slow receivers.
        self._timeout = aiohttp.ClientTimeout(sock_connect=time_limit, sock_read=time_limit)
        self._session: aiohttp.ClientSession | None = None
        self._overtaken: asyncio.Event | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have an HTTP client."""
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            headers={"User-Agent": "PDFShift-Emulator"},
        ) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    async def deliver(self, conversion: Conversion) -> None:
        """Send the callback of a finished conversion, with the faults that struck it."""
        faults = conversion.faults
        body = _damaged(json.dumps(conversion.callback).encode(), faults.get("callback_damaged"))
        if "callback_lost" in faults:
            conversion.deliveries.append(
                Delivery(self._clock.now(), body, None, "withheld by callback_lost")
            )
            return
        if delayed := faults.get("callback_delayed"):
            await self._clock.sleep(delayed.seconds / self._time_scale)
        duplicated = faults.get("callback_duplicated")
        async with self._turn(faults.get("callback_reordered")):
            for _ in range(duplicated.copies if duplicated else 1):
                await self.send(conversion, body)

    async def send(self, conversion: Conversion, body: bytes | None = None) -> None:
        """Send the callback of a finished conversion once, whatever its faults.

        Args:
            conversion: Finished, and with a webhook.
            body: Sent instead of the true outcome.
        """
        webhook = conversion.webhook
        if webhook is None:
            msg = f"conversion {conversion.request_id} has no webhook"
            raise ValueError(msg)
        body = json.dumps(conversion.callback).encode() if body is None else body
        at = self._clock.now()
        status, error = await self._post(webhook, body)
        conversion.deliveries.append(Delivery(at, body, status, error))

    async def _post(self, webhook: Webhook, body: bytes) -> tuple[int | None, str | None]:
        if self._session is None:
            msg = "the emulator is closed"
            raise RuntimeError(msg)
        try:
            async with self._session.request(
                webhook.method,
                webhook.url,
                data=body,
                headers=_headers(webhook),
                allow_redirects=False,
            ) as response:
                # Read, so that the connection can be used again.
                await response.content.read(_ANSWER_LIMIT)
                return response.status, None
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            # Only the host and the kind of error: paths and messages may hold the caller's token.
            error = type(failure).__name__
            _log.warning("callback to %s failed: %s", URL(webhook.url).host, error)
            return None, error

    @asynccontextmanager
    async def _turn(self, reordered: Fault | None) -> AsyncIterator[None]:
        """Let a reordered callback wait until another one has passed it."""
        if reordered is not None and self._overtaken is None:
            self._overtaken = asyncio.Event()
            try:
                async with asyncio.timeout(reordered.seconds / self._time_scale):
                    await self._overtaken.wait()
            except TimeoutError:
                _log.debug("no callback came to overtake a reordered one")
            finally:
                self._overtaken = None
            yield
        else:
            yield
            if self._overtaken is not None:
                self._overtaken.set()


def _headers(webhook: Webhook) -> CIMultiDict[str]:
    headers = CIMultiDict({"Content-Type": "application/json"})
    if webhook.auth is not None:
        credentials = base64.b64encode(":".join(webhook.auth).encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    headers.update(webhook.headers)
    return headers


def _damaged(body: bytes, fault: Fault | None) -> bytes:
    if fault is None:
        return body
    broken: Mapping[Damage, bytes] = {
        "empty": b"",
        "shape": b'{"status": "done"}',
        "text": b"<html><body>Bad Gateway</body></html>",
        "truncated": body[: len(body) // 2],
    }
    return broken[fault.damage]
