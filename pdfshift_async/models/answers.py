"""What all answers of the service have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

__all__ = ["Count", "IfUsable", "Moment", "ServiceAnswer"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS: Final = range(1970, 9999)
"""Years of a moment with which one can still calculate."""


class ServiceAnswer(BaseModel):
    """A frozen value of the service.

    Keys that the library does not know are kept in ``model_extra``: the service may add some at
    any time. The repr leaves them out, since one may be a link that opens the document.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        hide_input_in_errors=True,
        ser_json_inf_nan="constants",
        serialize_by_alias=True,
    )

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Show the known values that are there."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.repr and value is not None:
                yield name, value


def _moment(value: Any) -> Any:
    """Read epoch milliseconds, and ISO text with or without a zone (then it is UTC)."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = _EPOCH + timedelta(milliseconds=value)
        return _in_utc(value) if isinstance(value, datetime) else value
    except (OverflowError, ValueError):
        msg = "must be epoch milliseconds or ISO text"
        raise ValueError(msg) from None  # the message of fromisoformat quotes the text


def _in_utc(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if aware.year not in _YEARS:
        raise OverflowError
    return aware.astimezone(UTC)


def _count(value: Any) -> Any:
    return round(value) if isinstance(value, float) and isfinite(value) else value


def _usable(value: Any, validated: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validated(value)
    except ValueError:
        return None


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""An aware datetime in UTC; the service writes both epoch milliseconds and ISO text."""

Count = Annotated[int, BeforeValidator(_count)]
"""A whole number that the service sometimes writes as a float."""

_T = TypeVar("_T")

IfUsable = Annotated[_T | None, WrapValidator(_usable)]
"""A value that counts as absent where it makes no sense.

For whatever is only of interest: a paid document must not be lost over its statistics.
"""
