"""Values of the service in all the forms it writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st
from pydantic import Field, ValidationError

from pdfshift_async.models.answers import Count, IfUsable, Moment, ServiceAnswer


class Sample(ServiceAnswer):
    """What answers are made of."""

    moment: Moment
    count: Count
    of_interest: IfUsable[Count] = Field(default=None, alias="of-interest")
    secret: str | None = Field(default=None, repr=False)


NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
GOOD: dict[str, Any] = {"moment": NOON, "count": 1}


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.replace(tzinfo=None),
        "2026-10-01T12:00:00",
        "2026-10-01T12:00:00Z",
        "2026-10-01T14:00:00.000+02:00",
        NOON.timestamp() * 1000,
        int(NOON.timestamp() * 1000),
    ],
)
def test_a_moment_is_read_in_every_form(value: object) -> None:
    """And given in UTC."""
    moment = Sample.model_validate(GOOD | {"moment": value}).moment
    assert moment == NOON
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "value",
    ["soon", "", None, [], True, 1e300, 10**400, float("nan"), -1e15, "0001-01-01", "9999-12-31"],
)
def test_what_is_no_moment_is_refused(value: object) -> None:
    """By pydantic's error, whatever the calendar raised."""
    with pytest.raises(ValidationError, match="moment"):
        Sample.model_validate(GOOD | {"moment": value})


@given(st.integers() | st.floats() | st.text() | st.datetimes())
def test_a_moment_can_be_calculated_with(value: object) -> None:
    """Two days later there is a moment, too."""
    try:
        moment = Sample.model_validate(GOOD | {"moment": value}).moment
    except ValidationError:
        return
    assert moment + timedelta(days=2) > moment - timedelta(days=2)


@pytest.mark.parametrize(("value", "count"), [(2, 2), (3.0, 3), (4.6, 5), ("6", 6)])
def test_a_count_may_be_written_as_a_float(value: object, count: int) -> None:
    """It is the nearest whole number."""
    assert Sample.model_validate(GOOD | {"count": value}).count == count


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "many", None, []])
def test_what_is_no_count_is_refused(value: object) -> None:
    """By pydantic's error."""
    with pytest.raises(ValidationError, match="count"):
        Sample.model_validate(GOOD | {"count": value})


@pytest.mark.parametrize(("value", "found"), [(3.0, 3), (None, None), ("many", None), ([], None)])
def test_a_value_of_interest_counts_as_absent_where_it_makes_no_sense(
    value: object, found: int | None
) -> None:
    """It never costs the rest of the answer."""
    assert Sample.model_validate(GOOD | {"of-interest": value}).of_interest == found


def test_keys_are_read_and_written_as_the_service_has_them() -> None:
    """One that is called like a field of ours is another key."""
    answer = Sample.model_validate(GOOD | {"of-interest": 3, "of_interest": "new"})
    assert answer.of_interest == 3
    assert answer.model_extra == {"of_interest": "new"}
    assert answer.model_dump(include={"of_interest"})["of-interest"] == 3
    assert Sample.model_validate_json(answer.model_dump_json()) == answer


def test_an_answer_shows_only_what_is_known() -> None:
    """Values that are absent, secret or unknown are not in its repr."""
    answer = Sample.model_validate(GOOD | {"count": 2, "secret": "s", "newer": "https://a/b?s"})
    assert repr(answer) == f"Sample(moment={NOON!r}, count=2)"


def test_an_error_shows_nothing_of_the_answer() -> None:
    """It may stand in a traceback."""
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({"moment": "token-1234", "count": 1})
    assert "token-1234" not in str(caught.value)


def test_an_answer_cannot_be_changed() -> None:
    """Many tasks may hold the same one."""
    with pytest.raises(ValidationError, match="frozen"):
        Sample.model_validate(GOOD).count = 2  # type: ignore[misc]
