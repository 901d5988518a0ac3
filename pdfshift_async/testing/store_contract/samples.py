"""Conversions, changes and outcomes that are hard to keep: umlauts, zero bytes, nested values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pdfshift_async._core.states import State, Trigger
from pdfshift_async.models.outcomes import Converted, Failed, Failure
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Record, Request, Store

NOON: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)
CONVERTED: Final = Converted(
    document=HostedDocument.model_validate(
        {"url": "https://example.com/ü.pdf", "pdf_pages": 2, "executed": NOON, "newer": ["€"]}
    )
)
FAILED: Final = Failed(
    failure=Failure(
        kind="unreadable",
        status=400,
        detail="zu groß\n\x00",
        fields={"page": ("is", "wrong")},
        identifier="A74",
        request_id="r1",
        raw=bytes(range(256)),
    )
)


def minute(number: int) -> datetime:
    """Give the moment that many minutes after noon."""
    return NOON + timedelta(minutes=number)


def planned(conversion_id: str = "cv_one") -> Record:
    """Give a new record, with a document that is not plain ASCII."""
    return Record(
        id=conversion_id,
        key="inv/1 ü",
        state=State.PLANNED,
        created_at=NOON,
        request=Request("pdf", {"source": "<p>€\x00</p>", "margin": {"top": 1.5}, "css": None}),
        sandbox=True,
        own_bucket=True,
    )


def sent(deadline: datetime) -> Change:
    """Begin an attempt."""
    return Change(Trigger.SEND, NOON, deadline=deadline)


def at_once(conversion_id: str = "cv_one") -> Record:
    """Give a new record of what is sent without having waited for its turn."""
    deadline = minute(10) + timedelta(microseconds=1)
    return replace(planned(conversion_id), state=State.SENDING, attempt=1, deadline=deadline)


def sent_again(deadline: datetime) -> Change:
    """Begin another one, after the deadline of minute 10."""
    return Change(Trigger.SEND_AGAIN, minute(10), deadline=deadline)


ACCEPTED: Final = Change(Trigger.ACCEPTED, minute(1))
NOT_SENT: Final = Change(Trigger.NOT_SENT, minute(1))
GIVEN_UP: Final = Change(Trigger.GIVEN_UP, minute(30))
REFUSED: Final = Change(Trigger.REFUSED, minute(2), FAILED)


async def kept(store: Store, conversion_id: str, *changes: Change) -> Record:
    """Plan a conversion and change it."""
    record = await store.plan(planned(conversion_id))
    for change in changes:
        record, _ = await store.advance(conversion_id, change)
    return record
