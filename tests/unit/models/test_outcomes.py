"""Outcomes into a store and out of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter, ValidationError

from pdfshift_async.models.outcomes import Converted, Failed, Failure, Lost, Outcome
from pdfshift_async.models.results import HostedDocument

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DOCUMENT = HostedDocument.model_validate(
    {"url": "https://a/b.pdf", "pdf_pages": 2, "executed": NOON, "response": {"status-code": 200}}
)

texts = st.none() | st.text(st.characters(codec="utf-8"))
outcomes = st.one_of(
    st.just(Converted(document=DOCUMENT)),
    st.builds(
        Failed,
        failure=st.builds(
            Failure,
            kind=st.sampled_from(["refused", "unsent", "reported", "unreadable"]),
            status=st.none() | st.integers(),
            detail=texts,
            fields=st.dictionaries(st.text("ab"), st.tuples(st.text("ab"))),
            identifier=texts,
            request_id=texts,
            raw=st.binary(),
        ),
    ),
    st.builds(Lost, deadline=st.just(NOON), confirmed=st.booleans()),
)


@given(outcomes)
def test_an_outcome_is_the_same_out_of_json(outcome: Outcome) -> None:
    """It is how a durable store keeps it; `kind` tells which one it is."""
    assert TypeAdapter(Outcome).validate_json(outcome.model_dump_json()) == outcome


@pytest.mark.parametrize("outcome", [Lost(deadline=NOON, confirmed=True), Failure(kind="unsent")])
def test_an_outcome_cannot_be_changed(outcome: Lost | Failure) -> None:
    """The first one stands."""
    with pytest.raises(ValidationError, match="frozen"):
        outcome.kind = "lost"  # type: ignore[misc]


def test_what_could_not_be_read_is_not_shown() -> None:
    """Neither the body in a repr nor a stored value in an error."""
    assert "token" not in repr(Failed(failure=Failure(kind="unreadable", raw=b"token")))
    with pytest.raises(ValidationError) as caught:
        Converted.model_validate({"document": "token"})
    assert "token" not in str(caught.value)
