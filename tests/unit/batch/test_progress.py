"""What the numbers of a batch mean."""

from __future__ import annotations

from pdfshift_async import FinishedItem, Progress
from pdfshift_async._batch.items import Outcome
from pdfshift_async._batch.progress import Tracker
from pdfshift_async.testing import VirtualClock


async def test_rate_and_eta_follow_from_what_this_run_sent(clock: VirtualClock) -> None:
    """What an earlier run had sent comes at once, and tells nothing of the rest."""
    refusals = iter([3, 5])
    tracker = Tracker(10, clock=clock, refusals=lambda: next(refusals), spent=lambda: 4)
    tracker.read = 7
    outcomes: tuple[Outcome, ...] = ("converted", "unsaved", "lost", "failed")
    for outcome in outcomes:
        tracker.count(FinishedItem(outcome, outcome))
    tracker.count(FinishedItem("5", "converted", resumed=True))
    await clock.advance(60)
    tracker.stop()
    await clock.advance(60)
    with tracker.waiting():
        progress = tracker.snapshot()
    assert progress == Progress(
        total=10,
        converted=2,
        failed=2,
        lost=1,
        resumed=1,
        in_hand=2,
        in_flight=1,
        refused=2,
        credits=4,
        elapsed=60,
    )
    assert (progress.done, progress.rate, progress.eta) == (5, 4, 75)


async def test_nobody_can_tell_the_end_at_the_beginning(clock: VirtualClock) -> None:
    """Nor without the number of items."""
    tracker = Tracker(None, clock=clock, refusals=lambda: 0, spent=lambda: 0)
    assert (tracker.snapshot().rate, tracker.snapshot().eta) == (0.0, None)
    await clock.advance(60)
    tracker.count(FinishedItem("1", "converted"))
    assert (tracker.snapshot().rate, tracker.snapshot().eta) == (1.0, None)
