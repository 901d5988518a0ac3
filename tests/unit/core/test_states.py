"""Properties of the life cycle."""

from __future__ import annotations

import pytest

from pdfshift_async._core.states import SETTLED, TRANSITIONS, State, Trigger, follow

TRUE = {State.CONVERTED, State.FAILED}
SENT = {State.SENDING, State.QUEUED, State.UNCONFIRMED}
CALLBACKS = {Trigger.CONVERTED: State.CONVERTED, Trigger.FAILED: State.FAILED}


@pytest.mark.parametrize("state", sorted(TRUE))
@pytest.mark.parametrize("trigger", Trigger)
def test_a_true_outcome_has_no_way_out(state: State, trigger: Trigger) -> None:
    """The first true outcome wins over whatever follows."""
    assert follow(state, trigger) is None


@pytest.mark.parametrize("state", sorted(set(State) - TRUE))
@pytest.mark.parametrize("trigger", CALLBACKS)
def test_every_other_state_welcomes_a_callback(state: State, trigger: Trigger) -> None:
    """Early, late or between two attempts: the service's word settles the conversion."""
    assert follow(state, trigger) is CALLBACKS[trigger]


@pytest.mark.parametrize("trigger", sorted(set(Trigger) - set(CALLBACKS)))
def test_only_a_callback_changes_what_was_given_up(trigger: Trigger) -> None:
    """Lost is settled for all that we do ourselves."""
    assert follow(State.LOST, trigger) is None


def test_only_what_was_sent_can_be_given_up() -> None:
    """What was never sent has no callback to miss."""
    given_up = {state for state in State if follow(state, Trigger.GIVEN_UP)}
    assert given_up == SENT


def test_only_a_planned_conversion_is_sent() -> None:
    """A second POST while the first may have been accepted could bill twice."""
    assert [state for state in State if follow(state, Trigger.SEND)] == [State.PLANNED]


@pytest.mark.parametrize(
    ("answer", "targets"),
    [
        (Trigger.NOT_SENT, {State.SENDING: State.PLANNED}),
        (Trigger.ACCEPTED, {State.SENDING: State.QUEUED, State.UNCONFIRMED: State.QUEUED}),
        (Trigger.NO_ANSWER, {State.SENDING: State.UNCONFIRMED}),
    ],
)
def test_an_answer_never_takes_back_what_is_known(
    answer: Trigger, targets: dict[State, State]
) -> None:
    """It belongs to the attempt being made; of a resubmission only the 202 tells anything new."""
    assert {state: to for state in State if (to := follow(state, answer))} == targets


def test_sending_again_changes_nothing_that_is_known() -> None:
    """What may have been accepted can be sent again, and still may have been."""
    again = {state: to for state in State if (to := follow(state, Trigger.SEND_AGAIN))}
    assert again == {state: state for state in (State.QUEUED, State.UNCONFIRMED)}


@pytest.mark.parametrize(
    ("trigger", "state"),
    [(Trigger.REFUSED, State.SENDING), (Trigger.WITHDRAWN, State.PLANNED)],
)
def test_what_was_never_accepted_can_end(trigger: Trigger, state: State) -> None:
    """By the answer, or between two attempts when there is no further one."""
    assert {start: to for start in State if (to := follow(start, trigger))} == {state: State.FAILED}


def test_every_state_can_be_reached_and_every_conversion_can_end() -> None:
    """No state is cut off from the first one, and none is a trap before an outcome."""
    reached, frontier = {State.PLANNED}, {State.PLANNED}
    while frontier:
        frontier = {to for (start, _), to in TRANSITIONS.items() if start in frontier} - reached
        reached |= frontier
    assert reached == set(State)
    assert {start for (start, _), to in TRANSITIONS.items() if to in SETTLED} == set(State) - TRUE


def test_the_table_cannot_be_changed() -> None:
    """It is the only description of the life cycle, the documentation's diagram included."""
    with pytest.raises(TypeError):
        TRANSITIONS[State.FAILED, Trigger.SEND] = State.SENDING  # type: ignore[index]
