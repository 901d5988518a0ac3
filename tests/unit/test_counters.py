"""What is counted."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from pdfshift_async import Counters
from pdfshift_async.events import CallbackReceived, Event, Overdue, Settled, Submitted


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        (Settled("cv_one", None, "converted", 1.0), {"converted"}),
        (Settled("cv_one", None, "failed", 1.0), {"failed"}),
        (Settled("cv_one", None, "lost", 1.0), {"lost"}),
        (Overdue("cv_one", None, 1, "lost"), {"overdue"}),
        (Overdue("cv_one", None, 1, "resubmit"), {"overdue", "resubmitted"}),
        (Overdue("cv_one", None, 1, "direct"), {"overdue", "resubmitted"}),
        (CallbackReceived("cv_one", "settled", 200), set()),
        (CallbackReceived("cv_one", "late", 200), {"late"}),
        (CallbackReceived("cv_one", "duplicate", 200), {"duplicates"}),
        (CallbackReceived("cv_one", "contradiction", 200), {"contradictions"}),
        (CallbackReceived("cv_one", "orphan", 202), {"orphans"}),
        (Submitted("cv_one", None, 1, "queued", 0.1), set()),
    ],
)
def test_each_event_is_counted_as_what_it_is(event: Event, counted: set[str]) -> None:
    """Once each time, and as nothing else."""
    counters = Counters()
    counters.notify(event)
    counters.notify(event)
    assert {name: count for name, count in asdict(counters).items() if count} == dict.fromkeys(
        counted, 2
    )
