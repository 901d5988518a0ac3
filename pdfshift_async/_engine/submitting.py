"""Records a conversion, sends it, and records what the answer makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import chain, repeat

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.deadlines import deadline_of
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify, notify_settled
from pdfshift_async._core.records import Change, Record, Request, applied
from pdfshift_async._core.refusals import failure_of
from pdfshift_async._core.retrying import Verdict, trigger_on, verdict_on
from pdfshift_async._core.states import State, Trigger
from pdfshift_async._core.wire import Webhook, body_of, is_queued
from pdfshift_async._http import Http
from pdfshift_async._settings import OnLost, Retry
from pdfshift_async.errors import (
    PDFShiftError,
    Phase,
    ServiceUnreachable,
    StoreError,
    UnexpectedResponse,
)
from pdfshift_async.events import Submitted
from pdfshift_async.models.outcomes import Failed

from .in_flight import InFlight
from .places import AnyQueue, Place
from .recovery import Recovery
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
        queue: AnyQueue,
        in_flight: InFlight,
        recovery: Recovery,
        webhook: Webhook,
        clock: Clock,
        retry: Retry,
        timeout: float,
        callback_margin: float,
        on_lost: OnLost,
        observer: Observer | None,
    ) -> None:
        self._store = store
        self._http = http
        self._queue = queue
        self._in_flight = in_flight
        self._recovery = recovery
        self._webhook = webhook
        self._clock = clock
        self._retry = retry
        self._timeout = timeout
        self._callback_margin = callback_margin
        self._repeats = on_lost.repeats > 0
        self._observer = observer

    async def submit(self, request: Request, key: str | None, conversion_id: str) -> Record:
        """Give the record of a conversion that the service has, or may have, accepted.

        Until its turn comes the record is planned, and cancelling ends the conversion.

        Args:
            request: What is sent.
            key: The caller's own name for it.
            conversion_id: A new one.

        Raises:
            SubmitRejected: Refused (not billed).
            RateLimited: Refused for longer than the retries may last (not billed).
            ServiceUnreachable: No connection for as long, or closed meanwhile (not billed).
            UnexpectedResponse: An answer that is not documented (billed: unknown).
        """
        self._http.ready()
        planned = self._planned(request, key, conversion_id)
        body = body_of(request, self._webhook.option(planned.id))
        with self._recovery.holding(planned):
            try:
                known = await self._send(planned, request, body)
            except asyncio.CancelledError:
                # Takes effect only between two attempts; one under way has become unconfirmed.
                await self._at_last(planned, lambda: self._withdrawn(planned, _cancelled()))
                raise
            await self._in_flight.check(planned.id)
            return known or await self._store.get(planned.id) or planned

    async def _send(self, record: Record, request: Request, body: bytes) -> Record | None:
        """Have a conversion accepted, or end it; give its record if it is known.

        One that has to wait for its turn is planned; else it is recorded as being sent at once.
        """
        place = self._queue.place(sandbox=request.sandbox)
        at_once = place.free and not self._in_flight.full
        new = chain([at_once], repeat(False))
        try:
            if not at_once:
                await self._store.plan(record)
            await self._in_flight.enter(record.id)
            return await accepted(
                lambda: self.attempt(
                    lambda: self._sending(record, request, new=next(new)), request, body, place
                ),
                place=place,
                retry=self._retry,
                clock=self._clock,
                observer=self._observer,
                record=record,
            )
        except PDFShiftError as error:
            error.about(record.id, record.key)
            if await self._is_failure(record, error):
                raise
            return None

    def _planned(self, request: Request, key: str | None, conversion_id: str) -> Record:
        return Record(
            id=conversion_id,
            key=key,
            state=State.PLANNED,
            created_at=self._clock.now(),
            # It may hold a large document, and only who sends it again reads it.
            request=request if self._repeats else None,
            sandbox=request.sandbox,
            own_bucket=request.own_bucket,
        )

    async def attempt(
        self,
        begin: Callable[[], Awaitable[Record | None]],
        request: Request,
        body: bytes,
        place: Place,
    ) -> Record | None:
        """Send once, record what the answer means, and give the record if it was sent.

        Args:
            begin: Records that it is being sent; gives None where it need not be any more.
            request: What is sent.
            body: The same, with the webhook.
            place: Hears the answer.
        """
        started = self._clock.monotonic()
        sending = await begin()
        if sending is None:
            return None
        try:
            await self._post(request, body, place)
        except PDFShiftError as error:
            await self._answered(sending, trigger_on(error), started, error)
            raise
        except asyncio.CancelledError:
            await self._at_last(
                sending, lambda: self._answered(sending, Trigger.NO_ANSWER, started)
            )
            raise
        else:
            return await self._answered(sending, Trigger.ACCEPTED, started)

    async def _sending(self, record: Record, request: Request, *, new: bool) -> Record | None:
        """Record that it is being sent; give None where it need not be any more."""
        now = self._clock.now()
        deadline = deadline_of(request, now, self._callback_margin)
        change = Change(Trigger.SEND, now, deadline=deadline)
        sent = applied(record, change) if new else None
        try:
            with self._recovery.holding(record, sent=False):
                if sent is None:
                    sending, effective = await self._store.advance(record.id, change)
                else:
                    sending = await self._store.plan(sent)
                    effective = sending == sent
        except asyncio.CancelledError:
            # It may be written that it is being sent, and nothing has been; or nothing is written,
            # and nobody would ever say that it has settled.
            self._in_flight.leave(record.id)
            await self._at_last(record, lambda: self._taken_back(record))
            raise
        # Else a callback has settled it, though the last attempt looked as if nothing was sent; or
        # somebody else has the same conversion in hand.
        return sending if effective else None

    async def _is_failure(self, record: Record, error: PDFShiftError) -> bool:
        """Tell whether the caller has to know of an error, and end what it ends."""
        verdict = verdict_on(error)
        if verdict in {Verdict.UNCONFIRMED, Verdict.UNCLEAR}:
            return verdict is Verdict.UNCLEAR
        self._in_flight.leave(record.id)
        if verdict is Verdict.AGAIN:
            return await self._withdrawn(record, error)
        return isinstance(error, StoreError) or await self._is_refused(record)

    async def _is_refused(self, record: Record) -> bool:
        """Tell whether a refusal is the end, and nobody found it overdue and sent it again."""
        after = await self._store.get(record.id)
        return after is None or after.state is State.FAILED

    async def _post(self, request: Request, body: bytes, place: Place) -> None:
        answer = await self._http.send(
            "POST", request.path, body, timeout=self._timeout, headers=request.headers
        )
        place.heard(answer)
        if not is_queued(answer):
            reason = f"status {answer.status} instead of 202 and queued"
            raw = answer.body[: _defaults.CALLBACK_LIMIT]
            raise UnexpectedResponse(reason, phase=Phase.SUBMIT, status=answer.status, raw=raw)

    async def _answered(
        self, sending: Record, trigger: Trigger, started: float, error: PDFShiftError | None = None
    ) -> Record:
        outcome = None
        if error is not None and trigger is Trigger.REFUSED:
            outcome = Failed(failure=failure_of(error))
        change = Change(trigger, self._clock.now(), outcome)
        after, effective = await self._store.advance(sending.id, change)
        duration = self._clock.monotonic() - started
        submitted = Submitted(after.id, after.key, after.attempt, after.state, duration)
        notify(self._observer, submitted)
        if effective:
            notify_settled(self._observer, after)
        return after

    async def _at_last(self, record: Record, write: Callable[[], Awaitable[object]]) -> None:
        """Record what a cancellation leaves behind; it stays one, even if the store fails."""

        async def written() -> None:
            with suppress(StoreError), self._recovery.holding(record):
                await write()

        await asyncio.shield(written())

    async def _taken_back(self, record: Record) -> None:
        """End a conversion that was about to be sent."""
        with self._recovery.holding(record, sent=False):
            await self._store.advance(record.id, Change(Trigger.NOT_SENT, self._clock.now()))
            await self._withdrawn(record, _cancelled())

    async def _withdrawn(self, record: Record, error: PDFShiftError) -> bool:
        """End a conversion that no attempt got accepted, unless a callback has settled it."""
        failed = Failed(failure=failure_of(error))
        after, withdrawn = await self._store.advance(
            record.id, Change(Trigger.WITHDRAWN, self._clock.now(), failed)
        )
        if withdrawn:
            notify_settled(self._observer, after)
        return withdrawn


def _cancelled() -> ServiceUnreachable:
    return ServiceUnreachable("cancelled before the service accepted it")
