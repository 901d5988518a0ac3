"""Makes one call: sent again while that is safe, its answer read, its failures placed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeVar

from pydantic_core import to_json

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Observer
from pdfshift_async._core.retrying import verdict_on, verdict_on_idempotent
from pdfshift_async._core.values import confirm
from pdfshift_async._core.wire import Answer
from pdfshift_async._engine.retries import accepted
from pdfshift_async._http import Http
from pdfshift_async._settings import Retry
from pdfshift_async.errors import NotFound, PDFShiftError, ServiceError, SubmitUnconfirmed

__all__ = ["Caller"]

T = TypeVar("T")

_UNSURE = (SubmitUnconfirmed, ServiceError)
"""After these, nobody knows whether the service has done what was asked."""


class Caller:
    """Makes the calls that convert nothing.

    They are not paced: the published rate limits are those of conversions.
    """

    def __init__(
        self, *, http: Http, clock: Clock, retry: Retry, timeout: float, observer: Observer | None
    ) -> None:
        self._http = http
        self._clock = clock
        self._retry = retry
        self._timeout = timeout
        self._observer = observer

    async def get(
        self,
        path: str,
        subject: str,
        read: Callable[[Answer], T],
        *,
        limit: int = _defaults.ANSWER_LIMIT,
    ) -> T:
        """Give what a GET answers.

        Args:
            path: Below the base URL, with its query.
            subject: What is called for; errors name it.
            read: Gives the value of an answer.
            limit: Bytes of the answer that are read.
        """

        async def attempt() -> T:
            return read(await self._send("GET", path, limit=limit))

        return await self._call(attempt, subject, idempotent=True)

    async def change(
        self,
        method: Literal["POST", "PUT"],
        path: str,
        subject: str,
        content: Mapping[str, Any],
        read: Callable[[Answer], T],
    ) -> T:
        """Give what a call answers that stores something; a POST is made once."""
        body = to_json(content)

        async def attempt() -> T:
            return read(await self._send(method, path, body))

        return await self._call(attempt, subject, idempotent=method == "PUT")

    async def delete(self, path: str, subject: str) -> None:
        """Delete something; that an unanswered attempt has done so already is no error."""
        unsure = False

        async def attempt() -> None:
            nonlocal unsure
            try:
                confirm(await self._send("DELETE", path))
            except _UNSURE:
                unsure = True
                raise
            except NotFound:
                if not unsure:
                    raise

        await self._call(attempt, subject, idempotent=True)

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        limit: int = _defaults.ANSWER_LIMIT,
    ) -> Answer:
        return await self._http.send(
            method, path, body, timeout=self._timeout, limit=limit, converting=False
        )

    async def _call(
        self, attempt: Callable[[], Awaitable[T]], subject: str, *, idempotent: bool
    ) -> T:
        self._http.ready()
        try:
            return await accepted(
                attempt,
                retry=self._retry,
                clock=self._clock,
                observer=self._observer,
                verdict=verdict_on_idempotent if idempotent else verdict_on,
            )
        except PDFShiftError as error:
            error.during_call(subject, _hint(error, idempotent=idempotent))
            raise


def _hint(error: PDFShiftError, *, idempotent: bool) -> str | None:
    """Give advice where that of the class is about conversions."""
    if not isinstance(error, _UNSURE):
        return None
    if idempotent:
        return "Try again later; repeating this call does no harm."
    return "It may have been done: look before you repeat it."
