"""Sends overdue conversions again, where `on_lost` asks for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from pdfshift_async import _defaults
from pdfshift_async._clock import Clock
from pdfshift_async._core.deadlines import Step, deadline_of
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify_overdue, notify_settled
from pdfshift_async._core.records import Change, Effect, Record, Request
from pdfshift_async._core.refusals import failure_of
from pdfshift_async._core.retrying import Verdict, verdict_on
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.wire import Webhook, body_of, hosted_form, hosted_in
from pdfshift_async._settings import OnLost, Retry
from pdfshift_async.errors import (
    ConversionFailed,
    PDFShiftError,
    StoreError,
    StoreUnavailable,
)
from pdfshift_async.models.outcomes import Converted, Failed, TrueOutcome

from .direct import Direct
from .places import AnyQueue, Place
from .retries import accepted
from .submitting import Submitting

__all__ = ["Repeating"]

_log = logging.getLogger("pdfshift_async")


@dataclass(slots=True)
class _Claim:
    """The right to send a conversion again: there is one for each deadline that passes."""

    record: Record
    request: Request
    step: Step
    deadline: datetime | None = None
    """The new one; None until the right has been taken."""


class Repeating:
    """Sends again what may bill again: one process once for each deadline that has passed.

    Like every other submission it waits for its turn. Only then its deadline is moved on, which
    succeeds for one process alone, so nothing is taken from the others while it waits.
    """

    def __init__(
        self,
        *,
        store: Store,
        queue: AnyQueue,
        webhook: Webhook,
        submitting: Submitting,
        direct: Direct,
        clock: Clock,
        retry: Retry,
        callback_margin: float,
        on_lost: OnLost,
        observer: Observer | None,
    ) -> None:
        self._store = store
        self._queue = queue
        self._webhook = webhook
        self._submitting = submitting
        self._direct = direct
        self._clock = clock
        self._retry = retry
        self._callback_margin = callback_margin
        self._on_lost = on_lost
        self._observer = observer

    async def repeat(self, conversion_id: str, step: Step) -> None:
        """Send a conversion again, unless it has settled or somebody else does so."""
        record = await self._store.get(conversion_id)
        if record is None or record.request is None:
            return
        claim = _Claim(record, record.request, step)
        place = self._queue.place(sandbox=record.sandbox)
        try:
            await accepted(
                lambda: self._attempt(claim, place),
                place=place,
                retry=self._retry,
                clock=self._clock,
                observer=self._observer,
                record=record,
            )
        except StoreError:
            raise
        except PDFShiftError as error:
            await self._failed(claim, error)

    async def _attempt(self, claim: _Claim, place: Place) -> None:
        name, request = claim.record.id, claim.request
        if claim.step is Step.RESUBMIT:
            body = body_of(request, self._webhook.option(name))
            await self._submitting.attempt(lambda: self._begin(claim), request, body, place)
        elif await self._begin(claim) is not None:
            hosted = hosted_form(request, name)
            answer = await self._direct.attempt(hosted, place, limit=_defaults.ANSWER_LIMIT)
            await self._settle(name, Converted(document=hosted_in(answer), direct=True))

    async def _begin(self, claim: _Claim) -> Record | None:
        """Give the record if it is ours to send, now and still."""
        if claim.deadline is None:
            return await self._claimed(claim)
        record = await self._store.get(claim.record.id)
        return None if record is None or record.settled else record

    async def _claimed(self, claim: _Claim) -> Record | None:
        now = self._clock.now()
        deadline = deadline_of(claim.request, now, self._callback_margin)
        last = claim.record.resubmits + 1 >= self._on_lost.repeats
        change = Change(
            Trigger.SEND_AGAIN, now, deadline=deadline, missed=claim.record.deadline, erase=last
        )
        record, ours = await self._store.advance(claim.record.id, change)
        if not ours:
            return None
        claim.deadline = deadline
        notify_overdue(self._observer, claim.record, claim.step)
        return record

    async def _failed(self, claim: _Claim, error: PDFShiftError) -> None:
        """End a conversion that nothing more is to be expected of."""
        unanswered = verdict_on(error) in {Verdict.UNCONFIRMED, Verdict.UNCLEAR}
        if claim.deadline is None or (unanswered and claim.step is Step.RESUBMIT):
            return  # nothing was sent, or its callback may come
        failed = Failed(failure=failure_of(error))
        if isinstance(error, ConversionFailed):
            await self._settle(claim.record.id, failed)
            return
        change = Change(Trigger.GIVEN_UP, self._clock.now(), failed, missed=claim.deadline)
        record, given_up = await self._store.advance(claim.record.id, change)
        if given_up:
            notify_settled(self._observer, record)

    async def _settle(self, conversion_id: str, outcome: TrueOutcome) -> None:
        """Let it count like a callback: the first true outcome wins.

        Nobody delivers it again, and it may be billed: a store that is away is waited for.
        """
        while (settled := await self._settled(conversion_id, outcome)) is None:
            await self._clock.sleep(_defaults.OVERDUE_CHECK)
        record, effect = settled
        if record is not None and effect in {Effect.SETTLED, Effect.LATE}:
            notify_settled(self._observer, record)

    async def _settled(
        self, conversion_id: str, outcome: TrueOutcome
    ) -> tuple[Record | None, Effect] | None:
        """Settle, or give None where the store cannot."""
        try:
            return await self._store.settle(conversion_id, outcome, self._clock.now())
        except StoreUnavailable as error:
            _log.warning("the answer about %s cannot be written yet: %s", conversion_id, error)
            return None
