"""The requests of our own that the service may still count against the limit."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

__all__ = ["History"]


@dataclass(slots=True)
class History:
    """Remembers the own requests of the last window.

    When the service counted one is not known, only that it had when it answered. So a request is
    remembered from its sending until a window after its answer: always a little too long.
    """

    _answered: deque[float] = field(default_factory=deque)
    open: int = 0
    """Requests without an answer yet."""
    left: int = 0
    """Requests that have left the window so far."""

    @property
    def count(self) -> int:
        """How many the service may count now."""
        return len(self._answered) + self.open

    @property
    def answered(self) -> int:
        """How many were answered within the window."""
        return len(self._answered)

    def send(self) -> None:
        """Remember a request that is about to leave."""
        self.open += 1

    def close(self, now: float, *, counted: bool) -> None:
        """Note that a request is answered or given up.

        Args:
            now: The moment.
            counted: Whether the service may have counted it.
        """
        self.open -= 1
        if counted:
            self._answered.append(now)

    def forget(self, horizon: float) -> bool:
        """Drop what was answered up to that moment; tell whether there was any."""
        before = self.left
        while self._answered and self._answered[0] <= horizon:
            self._answered.popleft()
            self.left += 1
        return self.left > before

    def answered_at(self, index: int) -> float:
        """Give when the request of that index, oldest first, was answered; never for an open one."""
        return self._answered[index] if index < len(self._answered) else math.inf
