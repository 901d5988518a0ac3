"""What all answers of the service have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

__all__ = ["Count", "Moment", "ServiceAnswer"]


class ServiceAnswer(BaseModel):
    """A frozen value of the service.

    Keys that the library does not know are kept in ``model_extra``: the service may add some at
    any time.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", validate_by_name=True, validate_by_alias=True
    )


def _moment(value: Any) -> Any:
    """Read epoch milliseconds, and ISO text with or without a zone (then it is UTC)."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = datetime.fromtimestamp(value / 1000, UTC)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _count(value: Any) -> Any:
    return round(value) if isinstance(value, float) else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""An aware datetime; the service writes both epoch milliseconds and ISO text."""

Count = Annotated[int, BeforeValidator(_count)]
"""A whole number that the service sometimes writes as a float."""
