"""Records a conversion, sends it, and records what the answer makes of it."""

from __future__ import annotations

import asyncio

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.deadlines import deadline_of
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify, notify_settled
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.refusals import failure_of
from pdfshift_async._core.retrying import Verdict, trigger_on, verdict_on
from pdfshift_async._core.states import State, Trigger
from pdfshift_async._core.tokens import new_id
from pdfshift_async._core.wire import Webhook, body_of, is_queued
from pdfshift_async._http import Http
from pdfshift_async._settings import Retry
from pdfshift_async.errors import (
    PDFShiftError,
    Phase,
    ServiceUnreachable,
    UnexpectedResponse,
)
from pdfshift_async.events import Submitted, Throttled
from pdfshift_async.models.outcomes import Failed

from .retries import accepted

__all__ = ["Submitting"]


class Submitting:
    """Submits queued conversions.

    The record is written before the request leaves, so a callback that overtakes the answer, or
    arrives after a crash, finds it.
    """

    def __init__(
        self,
        *,
        store: Store,
        http: Http,
        webhook: Webhook,
        clock: Clock,
        retry: Retry,
        timeout: float,
        callback_margin: float,
        observer: Observer | None,
    ) -> None:
        self._store = store
        self._http = http
        self._webhook = webhook
        self._clock = clock
        self._retry = retry
        self._timeout = timeout
        self._callback_margin = callback_margin
        self._observer = observer

    async def submit(self, request: Request, key: str | None) -> Record:
        """Give the record of a conversion that the service has, or may have, accepted.

        Raises:
            SubmitRejected: Refused (not billed).
            RateLimited: Refused for longer than the retries may last (not billed).
            ServiceUnreachable: No connection for as long (not billed).
            UnexpectedResponse: An answer that is not documented (billed: unknown).
        """
        self._http.ready()
        planned = self._planned(request, key)
        body = body_of(request, self._webhook.option(planned.id))
        record = await self._store.plan(planned)
        try:
            await accepted(
                lambda: self._attempt(record, request, body),
                retry=self._retry,
                clock=self._clock,
                pausing=lambda attempt, pause, error: notify(
                    self._observer, Throttled(record.id, key, attempt, pause, error.message)
                ),
            )
        except PDFShiftError as error:
            if verdict_on(error) is Verdict.AGAIN:
                await self._refused(record, error)
            error.about(record.id, key)
            raise
        except asyncio.CancelledError:
            # Takes effect only between two attempts; one under way has become unconfirmed.
            withdrawn = ServiceUnreachable("cancelled before the service accepted it")
            await asyncio.shield(self._refused(record, withdrawn))
            raise
        return await self._store.get(record.id) or record

    def _planned(self, request: Request, key: str | None) -> Record:
        return Record(
            id=new_id(),
            key=key,
            state=State.PLANNED,
            created_at=self._clock.now(),
            request=request,
            sandbox=request.sandbox,
            own_bucket=request.own_bucket,
        )

    async def _attempt(self, record: Record, request: Request, body: bytes) -> None:
        """Send once; return when the service has, or may have, accepted the conversion."""
        started = self._clock.monotonic()
        sending = await self._sending(record, request)
        try:
            await self._post(request, body)
        except PDFShiftError as error:
            await self._answered(sending, trigger_on(error), started, error)
            if verdict_on(error) is not Verdict.UNCONFIRMED:
                raise
        except asyncio.CancelledError:
            await asyncio.shield(self._answered(sending, Trigger.NO_ANSWER, started))
            raise
        else:
            await self._answered(sending, Trigger.ACCEPTED, started)

    async def _sending(self, record: Record, request: Request) -> Record:
        now = self._clock.now()
        deadline = deadline_of(request, now, self._callback_margin)
        return await self._store.advance(record.id, Change(Trigger.SEND, now, deadline=deadline))

    async def _post(self, request: Request, body: bytes) -> None:
        answer = await self._http.send(
            "POST", f"/convert/{request.endpoint}", body, timeout=self._timeout
        )
        if not is_queued(answer):
            reason = f"status {answer.status} instead of 202 and queued"
            raw = answer.body[: _defaults.CALLBACK_LIMIT]
            raise UnexpectedResponse(reason, phase=Phase.SUBMIT, status=answer.status, raw=raw)

    async def _answered(
        self, sending: Record, trigger: Trigger, started: float, error: PDFShiftError | None = None
    ) -> None:
        after = await self._advance(sending, trigger, error)
        duration = self._clock.monotonic() - started
        submitted = Submitted(after.id, after.key, after.attempt, after.state, duration)
        notify(self._observer, submitted)
        if trigger is Trigger.REFUSED:
            notify_settled(self._observer, after)

    async def _refused(self, record: Record, error: PDFShiftError) -> None:
        """End a conversion that no attempt got accepted."""
        after = await self._advance(record, Trigger.REFUSED, error)
        if after.state is State.FAILED:
            notify_settled(self._observer, after)

    async def _advance(
        self, record: Record, trigger: Trigger, error: PDFShiftError | None = None
    ) -> Record:
        now = self._clock.now()
        outcome = None
        if error is not None and trigger is Trigger.REFUSED:
            outcome = Failed(failure=failure_of(error))
        return await self._store.advance(record.id, Change(trigger, now, outcome))
