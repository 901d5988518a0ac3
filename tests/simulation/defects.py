"""Deliberate mistakes: each breaks a promise, and the simulation has to notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from unittest import mock

from pdfshift_async import MemoryStore, StoreUnavailable, _http
from pdfshift_async._core import records, states
from pdfshift_async._core.deadlines import Step
from pdfshift_async._core.records import Change, Effect, Record
from pdfshift_async._core.states import TRANSITIONS, State, Trigger
from pdfshift_async._core.tokens import Tokens
from pdfshift_async._engine import overdue, submitting
from pdfshift_async._engine.in_flight import InFlight
from pdfshift_async._engine.recovery import Recovery
from pdfshift_async._engine.repeating import Repeating
from pdfshift_async._engine.waiting import Waiting
from pdfshift_async._settings import OnLost
from pdfshift_async.errors import CallbackRejected
from pdfshift_async.models.outcomes import Converted, TrueOutcome
from pdfshift_async.receiver import handler
from pdfshift_async.stores import memory

from . import disk

__all__ = ["DEFECTS", "Defect"]


@dataclass(frozen=True)
class Defect:
    """One mistake."""

    made: Callable[[], AbstractContextManager[Any]]
    """Makes it for a while."""
    symptom: str
    """What the simulation says then, as a regular expression."""


def _no_second_look() -> AbstractContextManager[Any]:
    async def until_settled(self: Waiting, conversion_id: str) -> Record:
        record = await self._settled(conversion_id)
        with self._registered(conversion_id) as woken:
            while record is None:
                await woken.wait()
                woken.clear()
                record = await self._settled(conversion_id)
        return record

    return mock.patch.object(Waiting, "until_settled", until_settled)


def _waiters_stay() -> AbstractContextManager[Any]:
    @contextmanager
    def registered(self: Waiting, conversion_id: str) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        self._waiters.setdefault(conversion_id, {})[woken] = None
        leave = self._store.subscribe(self._wake)
        yield woken
        leave()

    return mock.patch.object(Waiting, "_registered", registered)


def _with_steps(steps: dict[tuple[State, Trigger], State]) -> AbstractContextManager[Any]:
    return mock.patch.object(states, "TRANSITIONS", {**TRANSITIONS, **steps})


def _without_late_truth() -> AbstractContextManager[Any]:
    kept = {pair: to for pair, to in TRANSITIONS.items() if pair[0] is not State.LOST}
    return mock.patch.object(states, "TRANSITIONS", kept)


def _answered_before_written() -> AbstractContextManager[Any]:
    settle = disk.ProcessStore.settle

    async def answered(
        self: disk.ProcessStore, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        async def written() -> None:
            with suppress(StoreUnavailable):
                await settle(self, conversion_id, outcome, at)

        _ = self._process.spawn(written())
        return None, Effect.SETTLED

    return mock.patch.object(disk.ProcessStore, "settle", answered)


def _failed_writes_are_acknowledged() -> AbstractContextManager[Any]:
    return mock.patch.object(
        handler, "_unavailable", return_value=CallbackRejected(200, "never mind")
    )


@contextmanager
def _no_cap_on_resubmits() -> Iterator[None]:
    def step_after(record: Record, on_lost: OnLost) -> Step:
        return Step(on_lost.action) if on_lost.repeats and record.request else Step.LOST

    with (
        mock.patch.object(overdue, "step_after", step_after),
        mock.patch.object(records, "_still_needed", lambda record, state, change: record.request),
    ):
        yield


def _everybody_sends_again() -> AbstractContextManager[Any]:
    advance = MemoryStore.advance

    async def effective(
        self: MemoryStore, conversion_id: str, change: Change
    ) -> tuple[Record, bool]:
        record, done = await advance(self, conversion_id, change)
        return record, done or change.trigger is Trigger.SEND_AGAIN

    return mock.patch.object(MemoryStore, "advance", effective)


def _last_word_wins() -> AbstractContextManager[Any]:
    def called(record: Record, outcome: TrueOutcome, at: datetime) -> tuple[Record, Effect]:
        state = State.CONVERTED if isinstance(outcome, Converted) else State.FAILED
        after = replace(record, state=state, outcome=outcome, settled_at=at, deadline=None)
        return after, Effect.SETTLED

    return mock.patch.object(memory, "called", called)


@contextmanager
def _what_was_being_sent_counts_as_unsent() -> Iterator[None]:
    def abandoned(state: State, at: datetime) -> Change:
        return records.abandoned(State.PLANNED, at)

    with (
        _with_steps({(State.SENDING, Trigger.WITHDRAWN): State.FAILED}),
        mock.patch.object(disk, "abandoned", abandoned),
    ):
        yield


def _answers_are_written_once() -> AbstractContextManager[Any]:
    async def settled(
        self: Repeating, conversion_id: str, outcome: TrueOutcome
    ) -> tuple[Record | None, Effect]:
        return await self._store.settle(conversion_id, outcome, self._clock.now())

    return mock.patch.object(Repeating, "_settled", settled)


async def _nothing(*args: object) -> None:
    pass


DEFECTS = {
    "a waiter does not look again after it has registered": Defect(_no_second_look, "not over"),
    "waiters stay when their await has ended": Defect(_waiters_stay, "still has waiters"),
    "an orphan is not kept": Defect(
        lambda: mock.patch.object(MemoryStore, "_keep_orphan"),
        "is lost, and its callback was acknowledged",
    ),
    "the truth is ignored when it comes late": Defect(
        _without_late_truth, "is lost, and its callback was acknowledged"
    ),
    "the last word wins, and not the first": Defect(_last_word_wins, "became"),
    "an answer takes back the callback that overtook it": Defect(
        lambda: _with_steps({(State.CONVERTED, Trigger.ACCEPTED): State.QUEUED}), "became"
    ),
    "what may have arrived is sent again": Defect(
        lambda: mock.patch.object(_http, "nothing_was_sent", return_value=True), "is billed"
    ),
    "resubmissions have no cap": Defect(_no_cap_on_resubmits, "was sent again"),
    "two processes send the same one again": Defect(_everybody_sends_again, "is billed"),
    "a callback is answered before it is written": Defect(
        _answered_before_written, "is lost, and its callback was acknowledged"
    ),
    "a callback that could not be written is answered with 200": Defect(
        _failed_writes_are_acknowledged, "is lost, and its callback was acknowledged"
    ),
    "deadlines are not stored": Defect(
        lambda: mock.patch.object(submitting, "deadline_of", return_value=None), "not over"
    ),
    "nobody takes over what a crash left behind": Defect(
        lambda: mock.patch.object(Recovery, "recover", _nothing), "not over"
    ),
    "what a crash interrupted counts as unsent": Defect(
        _what_was_being_sent_counts_as_unsent, "counts as unsent"
    ),
    "a cancelled request counts as unsent": Defect(
        lambda: _with_steps({(State.UNCONFIRMED, Trigger.WITHDRAWN): State.FAILED}),
        "counts as unsent",
    ),
    "room in flight is never given back": Defect(
        lambda: mock.patch.object(InFlight, "leave"), "not over"
    ),
    "what the store failed to record is forgotten": Defect(
        lambda: mock.patch.object(Recovery, "holding", return_value=nullcontext()), "not over"
    ),
    "a paid answer that could not be written is forgotten": Defect(
        _answers_are_written_once, "its document was in an answer"
    ),
    "signatures are not verified": Defect(
        lambda: mock.patch.object(Tokens, "verify", lambda _, token: token.partition(".")[0]),
        "a forged callback was answered",
    ),
}
"""By what is wrong."""
