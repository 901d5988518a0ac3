"""A line for each request that a receiver answers."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterable, Mapping

from pdfshift_async import Receiver, Reply
from pdfshift_async._core.tokens import is_id
from pdfshift_async.cli.failures import one_line

__all__ = ["LoggedReceiver"]


class LoggedReceiver(Receiver):
    """A receiver that tells of each request on standard error.

    A line has the time, method, status, duration, id and effect. It shows no path, which ends in
    the signature.
    """

    async def handle(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | AsyncIterable[bytes],
    ) -> Reply:
        """Answer one request, and tell of it."""
        started = self._clock.monotonic()
        status, effect = "-", "broken off"
        try:
            reply = await super().handle(method, path, headers, body)
            status, effect = f"{reply.status:d}", reply.body.decode()
        finally:
            moment = f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}"
            duration = f"{(self._clock.monotonic() - started) * 1000:.1f} ms"
            words = moment, one_line(method), status, duration, _id_in(path), effect
            print(*words, file=sys.stderr, flush=True)
        return reply


def _id_in(path: str) -> str:
    conversion_id = path.rpartition("/")[2].partition(".")[0]
    return conversion_id if is_id(conversion_id) else "-"
