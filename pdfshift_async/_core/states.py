"""Life cycle of a conversion, as a table; the diagram in the docs is drawn from it."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["SETTLED", "TRANSITIONS", "State", "Trigger", "follow"]


class State(StrEnum):
    """What is known of a conversion."""

    PLANNED = "planned"
    """Recorded; nothing was accepted by the service."""
    SENDING = "sending"
    """The request is on its way."""
    QUEUED = "queued"
    """The service answered 202."""
    UNCONFIRMED = "unconfirmed"
    """The request may have arrived, but no answer came back."""
    CONVERTED = "converted"
    FAILED = "failed"
    LOST = "lost"
    """Given up: the deadline passed without a callback."""


class Trigger(StrEnum):
    """What can happen to a conversion."""

    SEND = "send"
    NOT_SENT = "not sent"
    """429, or no connection: nothing was accepted."""
    ACCEPTED = "accepted"
    NO_ANSWER = "no answer"
    """Bytes were sent, and then a timeout, a reset or a 5xx."""
    REFUSED = "refused"
    """The service's answer says that it will not convert."""
    CONVERTED = "converted"
    """A callback with a document."""
    FAILED = "failed"
    """A callback without one."""
    SEND_AGAIN = "send again"
    """The stored deadline passed, and `on_lost` asks for more than giving up."""
    WITHDRAWN = "withdrawn"
    """Nothing was accepted, and nobody tries again."""
    GIVEN_UP = "given up"
    """The stored deadline passed, or sending it again came to nothing."""


SETTLED: Final = frozenset({State.CONVERTED, State.FAILED, State.LOST})

# A callback may overtake the answer to its own submission, so it is welcome in every state that
# has no true outcome yet, even `planned`: a try that looked unsent was accepted all the same.
_CALLED = {
    (state, trigger): target
    for state in (State.PLANNED, State.SENDING, State.QUEUED, State.UNCONFIRMED, State.LOST)
    for trigger, target in ((Trigger.CONVERTED, State.CONVERTED), (Trigger.FAILED, State.FAILED))
}

TRANSITIONS: Final = MappingProxyType(
    {
        (State.PLANNED, Trigger.SEND): State.SENDING,
        (State.PLANNED, Trigger.WITHDRAWN): State.FAILED,
        (State.SENDING, Trigger.NOT_SENT): State.PLANNED,
        (State.SENDING, Trigger.ACCEPTED): State.QUEUED,
        (State.SENDING, Trigger.NO_ANSWER): State.UNCONFIRMED,
        (State.SENDING, Trigger.REFUSED): State.FAILED,
        # Sending it again takes nothing back: what was accepted once stays accepted.
        (State.QUEUED, Trigger.SEND_AGAIN): State.QUEUED,
        (State.UNCONFIRMED, Trigger.SEND_AGAIN): State.UNCONFIRMED,
        (State.UNCONFIRMED, Trigger.ACCEPTED): State.QUEUED,
        (State.SENDING, Trigger.GIVEN_UP): State.LOST,
        (State.QUEUED, Trigger.GIVEN_UP): State.LOST,
        (State.UNCONFIRMED, Trigger.GIVEN_UP): State.LOST,
        **_CALLED,
    }
)
"""Every step there is; a pair that is missing changes nothing."""


def follow(state: State, trigger: Trigger) -> State | None:
    """Give the state after the trigger, or None where the trigger changes nothing."""
    return TRANSITIONS.get((state, trigger))
