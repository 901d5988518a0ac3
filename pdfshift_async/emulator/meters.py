"""Three ways to count requests against a limit.

All moments are Unix seconds, because that is what the rate headers tell.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Algorithm", "FixedWindow", "Meter", "SlidingWindow", "TokenBucket", "meter"]

Algorithm = Literal["bucket", "fixed", "sliding"]


class Meter(Protocol):
    """Counts requests against a limit."""

    limit: int

    def take(self, now: float) -> bool:
        """Count one request, or tell that there is no room for it."""
        ...

    def remaining(self, now: float) -> int:
        """Tell how many more requests have room now."""
        ...

    def reset(self, now: float) -> float:
        """Tell when there is room for more than now."""
        ...


class FixedWindow:
    """So many requests per window; windows follow each other without a gap.

    They are aligned to the clock, so that a reset in whole seconds is exact for every window of
    whole seconds.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._window = 0.0
        self._taken = 0

    def take(self, now: float) -> bool:
        """Count one request, or tell that there is no room for it."""
        if not self.remaining(now):
            return False
        self._taken += 1
        return True

    def remaining(self, now: float) -> int:
        """Tell how many more requests have room now."""
        window = now // self._seconds
        if window != self._window:
            self._window, self._taken = window, 0
        return self.limit - self._taken

    def reset(self, now: float) -> float:
        """Tell when the next window starts."""
        return (now // self._seconds + 1) * self._seconds


class SlidingWindow:
    """So many requests in any stretch of the window's length."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        """Count one request, or tell that there is no room for it."""
        if not self.remaining(now):
            return False
        self._taken.append(now)
        return True

    def remaining(self, now: float) -> int:
        """Tell how many more requests have room now."""
        while self._taken and self._taken[0] + self._seconds <= now:
            self._taken.popleft()
        return self.limit - len(self._taken)

    def reset(self, now: float) -> float:
        """Tell when the oldest request leaves the window."""
        return self._taken[0] + self._seconds if self._taken else now


class TokenBucket:
    """A full bucket of requests that refills evenly over the window."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._interval = seconds / limit if limit else math.inf
        self._full_at = 0.0

    def take(self, now: float) -> bool:
        """Count one request, or tell that there is no room for it."""
        if not self.remaining(now):
            return False
        self._full_at = max(self._full_at, now) + self._interval
        return True

    def remaining(self, now: float) -> int:
        """Tell how many more requests have room now."""
        return self.limit - math.ceil(self._missing(now))

    def reset(self, now: float) -> float:
        """Tell when the next request flows in."""
        missing = self._missing(now)
        return now + (missing - math.ceil(missing) + 1) * self._interval if missing else now

    def _missing(self, now: float) -> float:
        # Rounded, because a difference of Unix seconds carries an error of some 1e-7 s that would
        # keep back the token due exactly now.
        return max(0.0, round((self._full_at - now) / self._interval, 6))


_METERS: Mapping[Algorithm, type[FixedWindow | SlidingWindow | TokenBucket]] = {
    "fixed": FixedWindow,
    "sliding": SlidingWindow,
    "bucket": TokenBucket,
}


def meter(algorithm: Algorithm, limit: int, seconds: float) -> Meter:
    """Make a meter of the named kind."""
    return _METERS[algorithm](limit, seconds)
