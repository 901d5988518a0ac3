"""What observers are told."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from pdfshift_async import events
from pdfshift_async.events import CallbackReceived, Event, Overdue, Settled, Submitted, Throttled

EVENTS: list[Event] = [
    Submitted("cv_one", "inv-1", 1, "queued", 0.2),
    Throttled("cv_one", None, 2, 0.5, "the service answered 429: slower"),
    CallbackReceived("cv_one", "settled", 200),
    Overdue("cv_one", "inv-1", 1, "lost"),
    Settled("cv_one", "inv-1", "converted", 3.0),
]


def test_an_event_is_one_of_the_public_records() -> None:
    """The union and the names of the module are the same."""
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert {kind.__name__ for kind in get_args(Event)} | {"Event"} == set(events.__all__)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_cannot_be_changed(event: Event) -> None:
    """Several observers may see the same one."""
    with pytest.raises(FrozenInstanceError):
        event.conversion_id = "cv_other"  # type: ignore[misc]
