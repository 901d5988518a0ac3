"""Conversions whose answer is the outcome: no callback, no receiver, no record."""

from __future__ import annotations

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.deadlines import conversion_time
from pdfshift_async._core.interfaces import Observer
from pdfshift_async._core.records import Request
from pdfshift_async._core.wire import Answer, body_of
from pdfshift_async._http import Http
from pdfshift_async._settings import Retry
from pdfshift_async.errors import Billed, PDFShiftError

from .places import AnyQueue, Place
from .retries import accepted

__all__ = ["Direct"]


class Direct:
    """Converts while the caller waits for the answer."""

    def __init__(
        self,
        *,
        http: Http,
        queue: AnyQueue,
        clock: Clock,
        retry: Retry,
        observer: Observer | None,
    ) -> None:
        self._http = http
        self._queue = queue
        self._clock = clock
        self._retry = retry
        self._observer = observer

    async def convert(self, request: Request, *, limit: int) -> Answer:
        """Give the successful answer.

        Raises:
            SubmitRejected: Refused (not billed).
            RateLimited: Refused for longer than the retries may last (not billed).
            ServiceUnreachable: No connection for as long (not billed).
            ConversionFailed: The document could not be converted (billed: unknown).
            SubmitUnconfirmed: Sent, no whole answer (billed: unknown).
            ServiceError: The service failed (billed: unknown).
        """
        self._http.ready()
        place = self._queue.place(sandbox=request.sandbox)
        try:
            return await accepted(
                lambda: self.attempt(request, place, limit=limit),
                place=place,
                retry=self._retry,
                clock=self._clock,
                observer=self._observer,
            )
        except PDFShiftError as error:
            if request.sandbox:
                error.billed = Billed.NO
            raise

    async def attempt(self, request: Request, place: Place, *, limit: int) -> Answer:
        """Send once, and give the successful answer."""
        answer = await self._http.send(
            "POST",
            request.path,
            body_of(request),
            timeout=conversion_time(request) + _defaults.DIRECT_MARGIN,
            limit=limit,
            headers=request.headers,
        )
        place.heard(answer)
        return answer
