"""How a batch is getting on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pdfshift_async._clock import Clock

from .items import FinishedItem

__all__ = ["Progress", "Tracker"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch at one moment of its run."""

    total: int | None
    """Items; None where their number shows only at the end."""
    converted: int
    failed: int
    """Including those that were converted and could not be saved."""
    lost: int
    resumed: int
    """How many of the finished ones an earlier run had sent."""
    in_hand: int
    """Items that were read and have not finished."""
    in_flight: int
    """How many of those wait for their callback."""
    refused: int
    """Submissions that the service refused with 429 while the batch ran."""
    credits: int
    """Spent under the name of the batch, as far as is known; lost ones count as one each."""
    elapsed: float
    """Seconds."""

    @property
    def done(self) -> int:
        """Items that have finished, in whichever way."""
        return self.converted + self.failed + self.lost

    @property
    def rate(self) -> float:
        """Items that this run sent and saw finish, in a minute."""
        return 60 * (self.done - self.resumed) / self.elapsed if self.elapsed else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds until the last one is done at this rate; None where nobody can tell."""
        if self.total is None or not self.rate:
            return None
        return 60 * (self.total - self.done) / self.rate


class Tracker:
    """Counts what happens in a run.

    Args:
        total: Items, if known.
        clock: Measures the time.
        refusals: Gives how many submissions the client has had refused with 429.
        spent: Gives the credits.
    """

    def __init__(
        self,
        total: int | None,
        *,
        clock: Clock,
        refusals: Callable[[], int],
        spent: Callable[[], int],
    ) -> None:
        self._total = total
        self._clock = clock
        self._refusals = refusals
        self._spent = spent
        self._started = clock.monotonic()
        self._refused_before = refusals()
        self._converted = self._failed = self._lost = self._resumed = 0
        self._elapsed: float | None = None
        self.read = 0
        self._in_flight = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count one that waits for its callback."""
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def count(self, item: FinishedItem) -> None:
        """Take a finished item."""
        self._converted += item.outcome == "converted"
        self._failed += item.outcome in {"failed", "unsaved"}
        self._lost += item.outcome == "lost"
        self._resumed += item.resumed

    def stop(self) -> None:
        """Let the time of the run end."""
        self._elapsed = self._clock.monotonic() - self._started

    def snapshot(self) -> Progress:
        """Give the progress of this moment."""
        elapsed = self._elapsed
        finished = self._converted + self._failed + self._lost
        return Progress(
            total=self._total,
            converted=self._converted,
            failed=self._failed,
            lost=self._lost,
            resumed=self._resumed,
            in_hand=self.read - finished,
            in_flight=self._in_flight,
            refused=self._refusals() - self._refused_before,
            credits=self._spent(),
            elapsed=self._clock.monotonic() - self._started if elapsed is None else elapsed,
        )
