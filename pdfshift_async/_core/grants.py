"""What the service's word on the rate limit allows, split between its users."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["STRAGGLING", "Grants", "step_of"]

STRAGGLING: Final = 4.0
"""Seconds after which a round no longer waits for its answers: a direct conversion may take long."""

_STEP: Final = 1 / 6
"""Part of the limit that is sent at most before the service's next word on it is heard."""


@dataclass(slots=True)
class Grants:
    """Counts the places that the service said are free.

    Requests go in rounds. A round ends when all of its requests are answered, and the smallest
    remainder in these answers is what was free after all of them, in whichever order they came.
    The next round may use it:

    - all but one place, when nobody else uses the key; after a jump only a step first, since a
      jump is where others would start as well;
    - a half, in steps, when others do. The other half stays reserved for them, less whatever is
      seen to go, so that clients who all act like this take everything between them and collide
      on nothing.
    """

    free: int = 0
    """Places the service has left, as far as is known."""
    usable: int = 0
    """How many of them may be used now."""
    told_at: float = -math.inf
    """When the last round ended."""
    _reserved: int = 0
    _offered: int = 0
    _anew: bool = False
    _round: int = 0
    _open: int = 0
    _least: int | None = None
    _sent_at: float = -math.inf

    @property
    def undecided(self) -> float:
        """When the round ends even if more answers are missing; never, as long as none is there."""
        return math.inf if self._least is None else self._sent_at + STRAGGLING

    @property
    def unclaimed(self) -> bool:
        """Whether those it was reserved for left so much that they seem to need no more."""
        return self.free > 1 and 2 * self.free >= self._offered

    def send(self, now: float) -> int:
        """Use a place; give the number of the round."""
        self._open += 1
        self._sent_at = now
        self.free = max(0, self.free - 1)
        self.usable = max(0, self.usable - 1)
        self._reserved = min(self._reserved, self.free)
        return self._round

    def close(self, number: int) -> None:
        """Note that a request of that round has ended."""
        if number == self._round:
            self._open -= 1

    def hear(self, number: int, remaining: int) -> None:
        """Take the remainder in an answer to a request of that round."""
        if number == self._round:
            self._least = remaining if self._least is None else min(self._least, remaining)

    def split_anew(self) -> None:
        """Let the next word be split between all users, whatever was reserved before."""
        self._anew = True

    def fade(self, limit: int, *, shared: bool) -> None:
        """Trust an old word less: somebody may have come since."""
        self.usable = 0 if shared else min(self.usable, step_of(limit))

    def void(self) -> None:
        """Forget everything: the service refused a request."""
        self.free = self.usable = self._reserved = self._offered = 0
        self._begin_round()

    def ended(self, now: float) -> bool:
        """Whether the answers of the round are there."""
        return self._least is not None and (not self._open or now >= self.undecided)

    def lost(self, open_requests: int) -> bool:
        """Whether others took places during a round that has ended."""
        return not open_requests and (self._least or 0) < self.free

    def split(self, now: float, limit: int, *, open_requests: int, shared: bool) -> None:
        """Begin the next round with what the last one left.

        Args:
            now: The moment.
            limit: Requests allowed in the window.
            open_requests: Own requests without an answer, of whichever round.
            shared: Whether others use the same key.
        """
        least = self._least or 0
        free = max(0, least - open_requests)
        jump = free > self.free
        if not shared:
            self._reserved = self._offered = min(free, 1)
        elif jump or self._anew:
            self._reserved = self._offered = max(free - free // 2, min(free, 1))
        else:
            taken = max(0, self.free - least)
            self._reserved = min(free, max(0, self._reserved - taken))
        self.free = free
        self.usable = free - self._reserved
        if shared or (jump and free > step_of(limit)):
            self.usable = min(self.usable, step_of(limit))
        self.told_at = now
        self._begin_round()

    def _begin_round(self) -> None:
        self._round += 1
        self._open = 0
        self._least = None
        self._anew = False


def step_of(limit: int) -> int:
    """Give how many are sent at most before the service is heard again."""
    return max(1, int(limit * _STEP))
