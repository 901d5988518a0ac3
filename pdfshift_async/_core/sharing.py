"""The pace of an account that several processes keep together, as one client would.

All that is known of it is a text in the store. Whoever wants turns, or has answers to tell, loads
it, applies his part and writes it back while nobody else can. So the rules are those of one client
that is alone (see `pacing`), whose requests happen to leave from several places.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from .interfaces import Moment
from .pacing import Pace, Turn

__all__ = ["Ending", "Held", "SharedPace"]

Ending = Callable[[Pace, Turn, float], None]
"""Tells a pace at which moment a request has ended, and how."""

_TOGETHER: Final = 10
"""Turns taken at once: then it is somebody else's turn to take."""

_GRACE: Final = 2.0
"""Seconds for a process to connect again before it counts as dead: the server may have restarted."""

_LONGEST: Final = 1200.0
"""Seconds after which a request has ended, though nobody could tell: the service takes 900 at most,
and a process may live on that has nothing more to send.

Source: PDFShift FAQ, timeout (read 2026-11).
"""

_AHEAD: Final = 5.0
"""Seconds by which a text may be ahead of the clock; further, the clock is another one."""


@dataclass(frozen=True, slots=True)
class Held:
    """The turn of an open request."""

    sandbox: bool
    turn: Turn


@dataclass(slots=True)
class Holder:
    """A queue that has open requests."""

    worker: int
    """Of the process that it belongs to."""
    held: list[Held]
    missed_at: float = math.inf
    """Since when the process is not there."""


class SharedPace(BaseModel):
    """Both paces of an account, and who has which requests under way."""

    model_config = ConfigDict(defer_build=True, ser_json_inf_nan="constants")

    at: float
    """The moment, by the clock that all share."""
    live: Pace
    sandbox: Pace
    holders: dict[str, Holder]
    """By name; only those that have any."""

    @classmethod
    def loaded(cls, text: str, now: float, window: float) -> Self:
        """Give what the text says, or a beginning where it says nothing."""
        try:
            shared = cls.model_validate_json(text)
        except ValidationError:
            shared = None
        if shared is None or shared.at > now + _AHEAD:
            return cls(at=now, live=Pace(window), sandbox=Pace(window), holders={})
        shared.at = max(shared.at, now)
        return shared

    def pace(self, *, sandbox: bool) -> Pace:
        """Give one of the two."""
        return self.sandbox if sandbox else self.live

    @property
    def open(self) -> int:
        """Requests under way, whosever they are."""
        return sum(len(holder.held) for holder in self.holders.values())

    def end(self, name: str, held: Held, ending: Ending) -> None:
        """Note how a request of that holder has ended, unless it is known to have ended."""
        holder = self.holders.get(name)
        if holder is None or held not in holder.held:
            return
        holder.held.remove(held)
        if not holder.held:
            del self.holders[name]
        ending(self.pace(sandbox=held.sandbox), held.turn, self.at)

    def call_roll(self, name: str, moment: Moment, known: Collection[Held]) -> None:
        """Close what nobody answers for.

        The service may have counted what a dead process had under way. What a holder does not know
        of never left: it was taken when the store failed to tell whether it was.

        Args:
            name: The holder that calls it.
            moment: Says which processes live.
            known: What that holder has under way.
        """
        if name in self.holders:
            self.holders[name].worker = moment.worker
            for held in [held for held in self.holders[name].held if held not in known]:
                self.end(name, held, Pace.unsent)
        for other, holder in list(self.holders.items()):
            living = holder.worker == moment.worker or holder.worker in moment.living
            holder.missed_at = math.inf if living else min(holder.missed_at, self.at)
            dead = self.at >= holder.missed_at + _GRACE
            for held in list(holder.held):
                if dead or self.at >= held.turn.sent_at + _LONGEST:
                    self.end(other, held, Pace.unanswered)

    def take(
        self, name: str, worker: int, waiting: Mapping[bool, int], most_open: int
    ) -> list[Held]:
        """Let go what may go now, but not too many at once.

        Args:
            name: The holder that takes them.
            worker: Of the process that it belongs to.
            waiting: How many wait there, by whether they are for the sandbox; first come first.
            most_open: Requests under way at the same time.
        """
        taken: list[Held] = []
        left = dict(waiting)
        while len(taken) < _TOGETHER and self.open < most_open:
            ready = [lane for lane in left if self._wait(lane, left) <= 0]
            if not ready:
                break
            held = Held(ready[0], self.pace(sandbox=ready[0]).take(self.at, left[ready[0]]))
            self.holders.setdefault(name, Holder(worker, [])).held.append(held)
            left[held.sandbox] -= 1
            taken.append(held)
        return taken

    def pause(self, waiting: Mapping[bool, int], most_open: int) -> float:
        """Give the seconds until one more may go; infinity while only an answer can tell."""
        if self.open >= most_open:
            return math.inf
        return min((self._wait(lane, waiting) for lane in waiting), default=math.inf)

    def _wait(self, lane: bool, waiting: Mapping[bool, int]) -> float:
        number = waiting[lane]
        return self.pace(sandbox=lane).wait(self.at, number) if number else math.inf
