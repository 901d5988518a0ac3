"""Counts what happens to conversions."""

from __future__ import annotations

from dataclasses import dataclass

from .events import CallbackReceived, Event, Overdue, Settled

__all__ = ["Counters"]


@dataclass(slots=True)
class Counters:
    """An observer that counts, for a client or for a receiver that stands alone.

    Each number is about what this process has seen or done, and only grows.
    """

    converted: int = 0
    failed: int = 0
    lost: int = 0
    """Given up. Those that come late all the same are counted as converted or failed, too."""
    overdue: int = 0
    """Deadlines that have passed; a conversion that is sent again may have several."""
    resubmitted: int = 0
    """How many of these conversions were sent again, directly or not: each may bill again."""
    late: int = 0
    """Callbacks of conversions that had been given up."""
    duplicates: int = 0
    """Callbacks that said once more what was known."""
    contradictions: int = 0
    """Callbacks that said the opposite of what was known, and changed nothing."""
    orphans: int = 0
    """Callbacks without a record."""

    def notify(self, event: Event) -> None:
        """Take one event."""
        match event:
            case Settled():
                self._count_outcome(event.outcome)
            case CallbackReceived():
                self._count_callback(event.effect)
            case Overdue():
                self.overdue += 1
                self.resubmitted += event.action != "lost"
            case _:
                pass

    def _count_outcome(self, outcome: str) -> None:
        self.converted += outcome == "converted"
        self.failed += outcome == "failed"
        self.lost += outcome == "lost"

    def _count_callback(self, effect: str) -> None:
        self.late += effect == "late"
        self.duplicates += effect == "duplicate"
        self.contradictions += effect == "contradiction"
        self.orphans += effect == "orphan"
