"""How events change what is stored of a conversion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.records import (
    Change,
    Effect,
    Record,
    Request,
    abandoned,
    applied,
    called,
)
from pdfshift_async._core.states import SETTLED, State, Trigger
from pdfshift_async.models.outcomes import Converted, Failed, Failure, Lost
from pdfshift_async.models.results import HostedDocument

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
CONVERTED = Converted(document=HostedDocument(url="https://pdfshift.s3.amazonaws.com/a.pdf"))
FAILED = Failed(failure=Failure(kind="reported", detail="no"))
PLANNED = Record(
    id="cv_one",
    key="inv-1",
    state=State.PLANNED,
    created_at=NOW,
    request=Request("pdf", {"source": "<h1>secret</h1>"}),
)


def after(record: Record, *changes: Change) -> Record:
    """Apply changes that the life cycle has to allow."""
    for change in changes:
        changed = applied(record, change)
        assert changed is not None
        record = changed
    return record


SENDING = after(PLANNED, Change(Trigger.SEND, NOW, deadline=LATER))
QUEUED = after(SENDING, Change(Trigger.ACCEPTED, NOW))
UNCONFIRMED = after(SENDING, Change(Trigger.NO_ANSWER, NOW))
LOST = after(QUEUED, Change(Trigger.GIVEN_UP, LATER))


def test_a_request_shows_nothing_of_its_document() -> None:
    """Neither by itself nor in the repr of the record."""
    assert repr(PLANNED.request) == (
        "Request(endpoint='pdf', template=None, processor_version=None)"
    )
    assert "secret" not in repr(PLANNED)


@pytest.mark.parametrize(
    ("body", "sandbox", "own_bucket"),
    [
        ({}, False, False),
        ({"sandbox": True}, True, False),
        ({"sandbox": False, "s3_destination": "s3://bucket/key"}, False, True),
    ],
)
def test_a_request_knows_what_its_options_mean(
    body: dict[str, object], sandbox: bool, own_bucket: bool
) -> None:
    """Who pays for it, and who keeps the document."""
    request = Request("pdf", body)
    assert (request.sandbox, request.own_bucket) == (sandbox, own_bucket)


def test_each_attempt_is_counted_and_has_its_deadline() -> None:
    """The one under way included; a refused attempt leaves no deadline behind."""
    assert (SENDING.attempt, SENDING.deadline) == (1, LATER)
    refused = after(SENDING, Change(Trigger.NOT_SENT, NOW))
    assert (refused.state, refused.attempt, refused.deadline) == (State.PLANNED, 1, None)
    again = after(refused, Change(Trigger.SEND, NOW, deadline=LATER + timedelta(minutes=1)))
    assert (again.attempt, again.deadline) == (2, LATER + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("record", "state"), [(QUEUED, State.QUEUED), (UNCONFIRMED, State.UNCONFIRMED)]
)
def test_what_is_sent_keeps_its_deadline_and_request(record: Record, state: State) -> None:
    """The answer changes nothing but the state."""
    assert record == replace(SENDING, state=state)


def test_a_refusal_settles() -> None:
    """With the failure it carries, and without the request."""
    record = after(SENDING, Change(Trigger.REFUSED, LATER, FAILED))
    assert record == replace(
        SENDING,
        state=State.FAILED,
        outcome=FAILED,
        settled_at=LATER,
        request=None,
        deadline=None,
    )


@pytest.mark.parametrize(
    ("record", "confirmed"), [(SENDING, False), (QUEUED, True), (UNCONFIRMED, False)]
)
def test_giving_up_says_what_was_known(record: Record, confirmed: bool) -> None:
    """When it was expected, and whether the service had accepted it."""
    lost = after(record, Change(Trigger.GIVEN_UP, LATER + timedelta(seconds=1)))
    assert lost.outcome == Lost(deadline=LATER, confirmed=confirmed)
    assert (lost.state, lost.request, lost.deadline) == (State.LOST, None, None)


def test_nothing_is_given_up_before_its_deadline() -> None:
    """It may have been sent again after somebody found it overdue."""
    early = Change(Trigger.GIVEN_UP, LATER - timedelta(microseconds=1))
    assert applied(QUEUED, early) is None
    assert after(QUEUED, Change(Trigger.GIVEN_UP, LATER)).state is State.LOST


AGAIN = after(QUEUED, Change(Trigger.SEND_AGAIN, LATER, deadline=LATER + timedelta(minutes=10)))


def test_sending_again_is_counted_and_has_a_new_deadline() -> None:
    """And takes nothing back: it was accepted once."""
    deadline = LATER + timedelta(minutes=10)
    assert replace(QUEUED, attempt=2, resubmits=1, deadline=deadline) == AGAIN


@pytest.mark.parametrize("record", [QUEUED, UNCONFIRMED])
def test_only_one_may_send_again_for_each_deadline(record: Record) -> None:
    """The first moves the deadline on, and so keeps the others from it."""
    change = Change(Trigger.SEND_AGAIN, LATER, deadline=LATER + timedelta(minutes=10))
    early = replace(change, at=LATER - timedelta(microseconds=1))
    assert applied(record, early) is None
    again = after(record, change)
    assert applied(again, change) is None
    much_later = replace(change, at=LATER + timedelta(days=1), missed=LATER)
    assert applied(again, much_later) is None
    assert applied(record, much_later) is not None
    assert applied(again, Change(Trigger.GIVEN_UP, LATER)) is None


def test_who_sent_it_again_may_give_it_up_at_once() -> None:
    """The deadline he knows tells that nobody else has sent it meanwhile."""
    soon = LATER + timedelta(minutes=1)
    lost = after(AGAIN, Change(Trigger.GIVEN_UP, soon, FAILED, missed=AGAIN.deadline))
    assert lost.outcome == Lost(deadline=soon, confirmed=True, resubmits=1, failure=FAILED.failure)
    assert applied(AGAIN, Change(Trigger.GIVEN_UP, soon, FAILED, missed=LATER)) is None


def test_a_request_is_erased_when_it_is_not_needed_and_may_be_accepted() -> None:
    """Not before: until then it has to go again."""
    for change in (Change(Trigger.ACCEPTED, NOW), Change(Trigger.NO_ANSWER, NOW)):
        assert after(SENDING, change).request == PLANNED.request
        assert after(SENDING, replace(change, erase=True)).request is None
    erasing = Change(Trigger.NOT_SENT, NOW, erase=True)
    assert after(SENDING, erasing).request == PLANNED.request
    last = Change(Trigger.SEND_AGAIN, LATER, deadline=LATER + timedelta(minutes=10), erase=True)
    assert after(QUEUED, last).request is None


def test_what_its_process_left_behind_waits_or_ends() -> None:
    """What was being sent may have been accepted; what was only planned never was."""
    sent = after(SENDING, abandoned(State.SENDING, LATER))
    assert sent == replace(SENDING, state=State.UNCONFIRMED)
    ended = after(PLANNED, abandoned(State.PLANNED, LATER))
    assert (ended.state, ended.settled_at, ended.request) == (State.FAILED, LATER, None)
    assert isinstance(ended.outcome, Failed)
    assert ended.outcome.failure.kind == "unsent"


def test_only_what_is_planned_or_being_sent_is_held() -> None:
    """The rest goes on at the service, whatever happens here."""
    assert [record.held for record in (PLANNED, SENDING)] == [True, True]
    assert [record.held for record in (QUEUED, UNCONFIRMED, LOST)] == [False, False, False]


def test_what_never_had_a_deadline_is_given_up_now() -> None:
    """An await ends with an error that has a date in any case."""
    record = after(PLANNED, Change(Trigger.SEND, NOW), Change(Trigger.GIVEN_UP, LATER))
    assert record.outcome == Lost(deadline=LATER, confirmed=False)


@pytest.mark.parametrize("record", [PLANNED, SENDING, QUEUED, UNCONFIRMED])
@pytest.mark.parametrize("outcome", [CONVERTED, FAILED])
def test_a_callback_settles_at_any_time(record: Record, outcome: Converted | Failed) -> None:
    """Before the answer, after it, or without one."""
    settled, effect = called(record, outcome, LATER)
    assert effect is Effect.SETTLED
    assert settled == replace(
        record,
        state=State(outcome.kind),
        outcome=outcome,
        settled_at=LATER,
        request=None,
        deadline=None,
    )


@pytest.mark.parametrize("outcome", [CONVERTED, FAILED])
def test_a_late_callback_beats_having_given_up(outcome: Converted | Failed) -> None:
    """The service knows better."""
    settled, effect = called(LOST, outcome, LATER + timedelta(days=1))
    assert effect is Effect.LATE
    assert (settled.outcome, settled.settled_at) == (outcome, LATER + timedelta(days=1))


@pytest.mark.parametrize(
    ("first", "second", "effect"),
    [
        (CONVERTED, CONVERTED, Effect.DUPLICATE),
        (FAILED, FAILED, Effect.DUPLICATE),
        (CONVERTED, FAILED, Effect.CONTRADICTION),
        (FAILED, CONVERTED, Effect.CONTRADICTION),
    ],
)
def test_the_first_true_outcome_wins(
    first: Converted | Failed, second: Converted | Failed, effect: Effect
) -> None:
    """A second one is counted and changes nothing."""
    settled, _ = called(QUEUED, first, NOW)
    again, found = called(settled, second, LATER)
    assert again is settled
    assert found is effect


changes = st.builds(
    Change,
    trigger=st.sampled_from(Trigger),
    at=st.integers(0, 20).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    outcome=st.sampled_from([CONVERTED, FAILED]),
    deadline=st.integers(0, 20).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    missed=st.none() | st.integers(0, 20).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    erase=st.booleans(),
)


@given(st.lists(changes, max_size=12))
def test_no_order_of_events_breaks_a_record(events: list[Change]) -> None:
    """Settled or not, each field says the same."""
    record = PLANNED
    for change in events:
        record = applied(record, change) or record
        assert record.settled is (record.state in SETTLED)
        assert record.settled is (record.outcome is not None)
        assert record.settled is (record.settled_at is not None)
        assert record.request is None or not record.settled
        assert record.request is not None or not record.held
        assert record.resubmits < max(record.attempt, 1)
        waiting = record.state in {State.SENDING, State.QUEUED, State.UNCONFIRMED}
        assert waiting is (record.deadline is not None)
