from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from pdfshift_async.stores.rows import from_micros, micros, outcome_of


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_are_kept_to_the_microsecond(moment: datetime) -> None:
    """Whatever year; floating point would lose some."""
    assert from_micros(micros(moment)) == moment


def test_a_moment_elsewhere_is_the_same_moment() -> None:
    """It comes back in UTC."""
    noon = datetime(2026, 10, 1, 12, 0, 0, 1, tzinfo=UTC)
    elsewhere = noon.astimezone(datetime.now().astimezone().tzinfo)
    assert from_micros(micros(elsewhere)) == noon
    assert from_micros(micros(elsewhere)).utcoffset() == timedelta(0)


def test_an_outcome_that_cannot_be_read_shows_nothing_of_itself() -> None:
    """It may hold the link to a document."""
    with pytest.raises(ValidationError) as caught:
        outcome_of('{"kind": "converted", "document": "secret"}')
    assert "secret" not in str(caught.value)
