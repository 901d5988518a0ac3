"""Records as rows, and back.

The columns are those of the tables ``conversions``, from ``id`` to ``settled_at``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import from_json, to_json

from pdfshift_async._core.records import Record, Request
from pdfshift_async._core.states import State
from pdfshift_async.models.outcomes import Outcome

__all__ = [
    "columns_of",
    "from_micros",
    "micros",
    "outcome_of",
    "outcome_text",
    "record_of",
    "request_text",
]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_OUTCOME: Final[TypeAdapter[Outcome]] = TypeAdapter(
    Outcome, config=ConfigDict(hide_input_in_errors=True, ser_json_inf_nan="constants")
)


def micros(moment: datetime) -> int:
    """Give whole microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Give the moment in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def outcome_text(outcome: Outcome) -> str:
    """Give an outcome as JSON."""
    return _OUTCOME.dump_json(outcome, by_alias=True).decode()


def outcome_of(text: str) -> Outcome:
    """Read an outcome."""
    return _OUTCOME.validate_json(text)


def columns_of(record: Record) -> tuple[Any, ...]:
    """Give what a row holds beside the request."""
    return (
        record.id,
        record.key,
        micros(record.created_at),
        record.sandbox,
        record.own_bucket,
        record.state.value,
        record.attempt,
        record.resubmits,
        None if record.deadline is None else micros(record.deadline),
        None if record.outcome is None else outcome_text(record.outcome),
        None if record.settled_at is None else micros(record.settled_at),
    )


def request_text(request: Request) -> str:
    """Give a request as JSON."""
    return to_json(request).decode()


def record_of(row: Sequence[Any], request: str | None = None) -> Record:
    """Read a record, and its request where that is wanted and there."""
    (
        conversion_id,
        key,
        created_at,
        sandbox,
        own_bucket,
        state,
        attempt,
        resubmits,
        deadline,
        outcome,
        settled_at,
    ) = row
    return Record(
        id=conversion_id,
        key=key,
        state=State(state),
        created_at=from_micros(created_at),
        request=None if request is None else Request(**from_json(request)),
        sandbox=bool(sandbox),
        own_bucket=bool(own_bucket),
        attempt=attempt,
        resubmits=resubmits,
        deadline=None if deadline is None else from_micros(deadline),
        outcome=None if outcome is None else outcome_of(outcome),
        settled_at=None if settled_at is None else from_micros(settled_at),
    )
