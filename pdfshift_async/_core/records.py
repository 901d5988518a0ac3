"""What is stored of a conversion, and how events change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from pdfshift_async.models.outcomes import (
    Converted,
    Failed,
    Failure,
    Lost,
    Outcome,
    TrueOutcome,
)

from .paths import template_path
from .states import SETTLED, State, Trigger, follow

__all__ = ["Change", "Effect", "Record", "Request", "abandoned", "applied", "called"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent for a conversion, without the webhook."""

    endpoint: str
    """``pdf``, ``png``, ``jpeg`` or ``webp``; ``html`` for a template that is only filled."""
    body: Mapping[str, Any] = field(repr=False)
    template: str | None = None
    """Slug of the stored template that is the source; None where the body holds the source."""
    processor_version: str | None = None
    """Version of Chromium; None leaves it to the service."""

    @property
    def path(self) -> str:
        """Where it is sent to, below the base URL."""
        if self.template is None:
            return f"/convert/{self.endpoint}"
        return template_path(self.template, f".{self.endpoint}")

    @property
    def headers(self) -> Mapping[str, str]:
        """What is sent beside the body.

        Source: PDFShift API v3, `X-Processor-Version` (read 2026-11): for ``/convert/*`` only.
        """
        if self.processor_version is None or self.template is not None:
            return {}
        return {"X-Processor-Version": self.processor_version}

    @property
    def sandbox(self) -> bool:
        """Whether the service bills nothing and limits more."""
        return self.body.get("sandbox") is True

    @property
    def own_bucket(self) -> bool:
        """Whether the document goes to storage that is not the service's."""
        return "s3_destination" in self.body


@dataclass(frozen=True, slots=True)
class Record:
    """One conversion as the store keeps it."""

    id: str
    key: str | None
    state: State
    created_at: datetime
    request: Request | None
    """Kept only while it may be needed again: it holds the document's content."""
    sandbox: bool = False
    own_bucket: bool = False
    attempt: int = 0
    """Submissions so far, the one under way included."""
    resubmits: int = 0
    """How many of them went after the deadline of the one before; each may bill again."""
    deadline: datetime | None = None
    """When the callback is overdue; set with each submission."""
    outcome: Outcome | None = None
    settled_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether the outcome is known, or given up."""
        return self.state in SETTLED

    @property
    def unsent(self) -> bool:
        """Whether it has ended without ever having been accepted."""
        return isinstance(self.outcome, Failed) and self.outcome.failure.kind == "unsent"

    @property
    def held(self) -> bool:
        """Whether some process has it in hand, and nothing becomes of it when that ends."""
        return self.state in {State.PLANNED, State.SENDING}


@dataclass(frozen=True, slots=True)
class Change:
    """One event of a conversion, ready to be applied to its record."""

    trigger: Trigger
    at: datetime
    outcome: Outcome | None = None
    """Of what is given up: what came of sending it again."""
    deadline: datetime | None = None
    """The new one."""
    missed: datetime | None = None
    """The deadline that it is about: where the record has another one by now, it is refused."""
    erase: bool = False
    """Whether the request is not needed any more once the service may have accepted it."""


class Effect(StrEnum):
    """What a callback did."""

    SETTLED = "settled"
    LATE = "late"
    """It settled a conversion that had been given up."""
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    """A second outcome of the other kind; the first one stands."""
    ORPHAN = "orphan"
    """No record of that id; kept for the case that it appears."""


def applied(record: Record, change: Change) -> Record | None:
    """Give the record after the change, or None where the life cycle does not allow it."""
    state = follow(record.state, change.trigger)
    if state is None or _outdated(record, change):
        return None
    if state in SETTLED:
        outcome = _lost(record, change) if state is State.LOST else change.outcome
        return replace(
            record, state=state, outcome=outcome, settled_at=change.at, request=None, deadline=None
        )
    sent = change.trigger in {Trigger.SEND, Trigger.SEND_AGAIN}
    kept = None if state is State.PLANNED else record.deadline
    return replace(
        record,
        state=state,
        request=_still_needed(record, state, change),
        attempt=record.attempt + sent,
        resubmits=record.resubmits + (change.trigger is Trigger.SEND_AGAIN),
        deadline=change.deadline if sent else kept,
    )


def abandoned(state: State, at: datetime) -> Change:
    """Give what becomes of a conversion when the process that had it in hand is gone.

    What was being sent may have been accepted; what was only planned never was.
    """
    if state is State.SENDING:
        return Change(Trigger.NO_ANSWER, at)
    unsent = Failure(kind="unsent", detail="its process ended before the service accepted it")
    return Change(Trigger.WITHDRAWN, at, Failed(failure=unsent))


def _outdated(record: Record, change: Change) -> bool:
    """Whether someone else has sent it again since it was found overdue."""
    moved = change.missed is not None and change.missed != record.deadline
    passed = record.deadline is None or record.deadline <= change.at
    match change.trigger:
        case Trigger.SEND_AGAIN:
            return moved or not passed
        case Trigger.GIVEN_UP:
            # Who has sent it himself knows its deadline, and need not wait for it.
            return moved or not (passed or change.missed)
        case _:
            return False


def _still_needed(record: Record, state: State, change: Change) -> Request | None:
    sent = state in {State.QUEUED, State.UNCONFIRMED}
    return None if sent and change.erase else record.request


def _lost(record: Record, change: Change) -> Lost:
    return Lost(
        deadline=min(record.deadline or change.at, change.at),
        confirmed=record.state is State.QUEUED,
        resubmits=record.resubmits,
        failure=change.outcome.failure if isinstance(change.outcome, Failed) else None,
    )


def called(record: Record, outcome: TrueOutcome, at: datetime) -> tuple[Record, Effect]:
    """Apply a callback: the first true outcome wins, and a late one beats having given up."""
    trigger = Trigger.CONVERTED if isinstance(outcome, Converted) else Trigger.FAILED
    after = applied(record, Change(trigger, at, outcome))
    if after is not None:
        return after, Effect.LATE if record.state is State.LOST else Effect.SETTLED
    same = record.outcome is not None and record.outcome.kind == outcome.kind
    return record, Effect.DUPLICATE if same else Effect.CONTRADICTION
