"""When the next request may go, so that the service refuses none of them.

The service allows so many requests a minute and says on every answer how many are left and when
there will be more. Whether its windows are fixed, sliding or a bucket that refills is documented
nowhere, so only what is safe with each of them is done. There are three ways to a request:

1. **Its word.** A place that an answer said is free may be used (see `Grants`). This finds the
   start of a fixed window, and every place at the beginning, when nothing else is known.
2. **An own place returns.** When a window has passed since one of our requests was answered, the
   service has forgotten it. A client that never has more than the limit within any window is
   safe with every kind of window, as long as it is alone.
3. **A trial.** When neither is left, a single request goes once the reset has passed, and its
   answer tells how many may follow.

Whether others use the same key shows in the remainders: there is less than our own requests
explain, or a request was refused. For two windows after such a sign only the service's word counts,
and it is shared. To be found by a newcomer, a client that is alone leaves its last place open for a
moment in each window; without it a newcomer would be refused for ever by a client that takes its
own places back the moment they return.

Time is passed in, as seconds of any clock that never goes back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .grants import STRAGGLING, Grants, step_of
from .history import History
from .standing import ServiceTime, Standing

__all__ = ["ROUNDING", "LaneStatistics", "Pace", "PacingStatistics", "Turn"]

ROUNDING: Final = 1.0
"""Seconds by which a reset in whole seconds may be off, whichever way the service rounds."""

_OPENING: Final = 1 / 20
"""Part of a window in which the last place stays open for a newcomer: long enough for one that
waits for the reset, which may be rounded, and short enough to cost hardly anything."""

_BETWEEN_OPENINGS: Final = 0.9
"""Windows from one opening to the next: a little less than one, since each begins when the first
own place returns, and that moment drifts."""

_MEMORY: Final = 2.0
"""Windows for which a sign of others counts: they may have missed one for the other."""

_CALM: Final = 1 / 12
"""Part of a window after which a word is old: whoever shared it has used his share by then."""

_SHORTEST_PATIENCE: Final = 2.0
"""Seconds by which a trial waits longer than the reset after one that found nothing; doubled each
time, since others try at the same moments."""

_LONGEST_PATIENCE: Final = 1 / 4
"""Part of a window."""


@dataclass(frozen=True, slots=True)
class LaneStatistics:
    """How conversions flow that the service counts together."""

    waiting: int
    """Submissions that wait for their turn."""
    rate: float
    """Requests answered in the last minute."""
    limit: int | None
    """Requests the service allows in a window; None before it has said so."""
    remaining: int | None
    """How many are left, as far as is known."""
    refused: int
    """Requests that were answered with 429."""
    next_slot: float | None
    """Estimated seconds until one more could go at once; None where no limit is known."""
    finish: float | None
    """Estimated seconds until the last one that waits may go; None where no limit is known."""


@dataclass(frozen=True, slots=True)
class PacingStatistics:
    """How a client's conversions flow at this moment.

    With a pace that is shared through the store, rate, limit and estimates are those of all
    clients, as of the last exchange with it; what waits, is open or was refused is this client's.
    """

    open: int
    """Requests without an answer."""
    in_flight: int | None
    """Queued conversions that have not settled; None where nothing limits them."""
    held_back: int
    """Submissions that wait for one of those to settle."""
    live: LaneStatistics
    sandbox: LaneStatistics


@dataclass(frozen=True, slots=True)
class Turn:
    """A request that may leave now; it goes back to the `Pace` that gave it."""

    number: int
    """Tells it from all others of that pace."""
    round: int
    sent_at: float
    left: int
    """Own requests that had left the window by then."""
    trial: bool


@dataclass(slots=True)
class Pace:
    """Decides when requests may go that the service counts together.

    Its fields are all that it knows, so that it can be stored.
    """

    _window: float
    """Seconds of the service's window; a longer one is noticed."""
    refused_requests: int = 0
    _limit: int | None = None
    _unlimited: bool = False
    _history: History = field(default_factory=History)
    _grants: Grants = field(default_factory=Grants)
    _service_time: ServiceTime = field(default_factory=ServiceTime)
    _sent: int = 0
    _first_sent_at: float = math.inf
    _last_sent_at: float = -math.inf
    _opening_at: float = -math.inf
    _others_at: float = -math.inf
    """When there was last a sign of others who use the key."""
    _held_until: float = -math.inf
    _reset_from: float = -math.inf
    """Before this, the reset has not come."""
    _reset_by: float = -math.inf
    """From this on, it has come for certain."""
    _heard: bool = True
    """Whether something was heard since the last request left."""
    _patience: float = 0.0

    @property
    def limit(self) -> int | None:
        """Requests allowed in the window, if the service said so."""
        return self._limit

    @property
    def remaining(self) -> int | None:
        """Places known to be free."""
        return None if self._limit is None else self._grants.free

    def rate(self, now: float) -> float:
        """Give the requests answered in the last window, as per minute."""
        self._history.forget(now - self._window)
        return self._history.answered * 60 / self._window

    def statistics(self, now: float, waiting: int) -> LaneStatistics:
        """Tell how requests flow while so many wait."""
        return LaneStatistics(
            waiting=waiting,
            rate=self.rate(now),
            limit=self.limit,
            remaining=self.remaining,
            refused=self.refused_requests,
            next_slot=self.estimate(now, 0),
            finish=self.estimate(now, waiting - 1) if waiting else 0.0,
        )

    def wait(self, now: float, waiting: int) -> float:
        """Give the seconds until one may go, or until that has to be asked again: 0 for now.

        While only an answer can tell, that is infinity.

        Args:
            now: The moment.
            waiting: How many want to go.
        """
        self._look(now)
        if now < self._held_until:
            return self._held_until - now
        if self._limit is None:
            return max(0.0, self._unknown() - now)
        return max(0.0, min(self._occasions(now, waiting, self._limit)) - now)

    def estimate(self, now: float, ahead: int) -> float | None:
        """Estimate the seconds until one may go that has so many before it; None if unlimited."""
        if self._limit is None:
            return None
        soonest, own = self.wait(now, ahead + 1), self._history.count
        alone = not self._shared(now)
        idle = max(0, self._limit - own if alone else self._grants.usable)
        if ahead < idle:
            return 0.0 if self._history.open else soonest
        windows, place = divmod(ahead - idle, self._limit if alone else max(1, own))
        returns = min(self._history.answered_at(place) + self._window, max(now, self._reset_by))
        return max(0.0, returns + windows * self._window - now)

    def take(self, now: float, waiting: int) -> Turn:
        """Let one go; only when `wait` gave 0."""
        trial = self._limit is not None and self._is_trial(now, waiting, self._limit)
        if trial and now >= self._grants.told_at + self._window * _CALM:
            self._grants.split_anew()
        self._first_sent_at = min(self._first_sent_at, now)
        self._last_sent_at = now
        self._heard = False
        self._history.send()
        self._sent += 1
        return Turn(self._sent, self._grants.send(now), now, self._history.left, trial)

    def answered(self, turn: Turn, standing: Standing | None, now: float) -> None:
        """Note that the service took the request, and what it said of the limit."""
        self._close(turn, now, counted=True)
        if standing is None:
            self._unlimited = self._limit is None
            return
        self._limit = standing.limit
        self._note_reset(standing, turn, now)
        if turn.trial and self._shared(now):
            self._learn_patience(found=standing.remaining > 0)
        # What left the window meanwhile may have been counted when the answer was written.
        own = self._history.count + self._history.left - turn.left
        if standing.remaining + own < standing.limit:
            self._others_at = now
        self._grants.hear(turn.round, standing.remaining)
        self._look(now)

    def unanswered(self, turn: Turn, now: float) -> None:
        """Note that the request may have arrived, and nothing else is known of it."""
        self._close(turn, now, counted=True)

    def unsent(self, turn: Turn, now: float) -> None:
        """Note that the request did not reach the service."""
        self._close(turn, now, counted=False)

    def refused(self, turn: Turn, now: float, pause: float) -> None:
        """Note a 429; nothing goes during the pause that the service asked for."""
        self._close(turn, now, counted=False)
        self.refused_requests += 1
        if now >= self._held_until:
            self._learn_patience(found=False)
        self._others_at = now
        self._grants.void()
        self.hold(now + pause)

    def hold(self, until: float) -> None:
        """Let nothing go until then.

        Clients who were refused together must not come back together, so add some chance to what
        the service asked for.
        """
        self._held_until = max(self._held_until, until)
        self._reset_by = self._held_until

    def _close(self, turn: Turn, now: float, *, counted: bool) -> None:
        self._history.forget(now - self._window)
        self._history.close(now, counted=counted)
        self._grants.close(turn.round)
        self._heard = True

    def _learn_patience(self, *, found: bool) -> None:
        longer = max(_SHORTEST_PATIENCE, 2 * self._patience)
        longest = self._window * _LONGEST_PATIENCE
        self._patience = self._patience / 2 if found else min(longest, longer)

    def _note_reset(self, standing: Standing, turn: Turn, now: float) -> None:
        self._service_time.note(standing.date, sent_at=turn.sent_at, now=now)
        if standing.reset is None:
            self._reset_from, self._reset_by = now, now + self._window
            return
        # Both moments are whole seconds, so a window may seem longer than it is.
        if (length := standing.reset - standing.date) > self._window + 2 * ROUNDING:
            self._window = float(length)
        by = self._service_time.latest(standing.reset + ROUNDING)
        # Resets only ever move on, but answers overtake each other.
        if by >= self._reset_by or now >= self._reset_by:
            self._reset_by = by
            self._reset_from = self._service_time.earliest(standing.reset - ROUNDING)

    def _look(self, now: float) -> None:
        """Take in what has happened until now."""
        returned = self._history.forget(now - self._window)
        if returned and now > self._opening_at + _BETWEEN_OPENINGS * self._window:
            self._opening_at = now
        if self._limit is None:
            return
        if self._grants.ended(now):
            if self._grants.lost(self._history.open):
                self._others_at = now
            self._grants.split(
                now, self._limit, open_requests=self._history.open, shared=self._shared(now)
            )
        if now > self._grants.told_at + self._window * _CALM:
            self._grants.fade(self._limit, shared=self._shared(now))

    def _shared(self, now: float) -> bool:
        """Whether there was a sign of others who use the key."""
        return now <= self._others_at + _MEMORY * self._window

    def _unknown(self) -> float:
        """Give when one may go while the limit is not known: one at a time, but no standstill."""
        if self._unlimited or not self._history.open:
            return -math.inf
        return self._last_sent_at + STRAGGLING

    def _occasions(self, now: float, waiting: int, limit: int) -> Iterator[float]:
        """Give the moments at which one may go, or at which that has to be asked again."""
        yield now if self._grants.usable else math.inf
        yield self._own_place(now, waiting, limit)
        yield self._trial(now, waiting)
        yield self._grants.undecided
        changes = (
            self._first_sent_at + self._window,
            self._others_at + _MEMORY * self._window,
            self._opening_at + _OPENING * self._window,
        )
        yield from (math.nextafter(change, math.inf) for change in changes if change >= now)

    def _is_trial(self, now: float, waiting: int, limit: int) -> bool:
        return not self._grants.usable and self._own_place(now, waiting, limit) > now

    def _own_place(self, now: float, waiting: int, limit: int) -> float:
        """Give when an own place has returned (way 2)."""
        if self._shared(now) or now <= self._first_sent_at + self._window:
            return math.inf
        opening = now <= self._opening_at + _OPENING * self._window and waiting > 1
        places = limit - 1 if opening else limit
        missing = self._history.count - places
        if missing < -step_of(limit):
            return math.inf  # Places return one by one; of so many, others may have taken some.
        returned = now if missing < 0 else self._history.answered_at(missing) + self._window
        # Where nothing was left, no place returns before the reset, unless others took ours.
        return returned if self._grants.free else max(returned, self._reset_from)

    def _trial(self, now: float, waiting: int) -> float:
        """Give when a single request may go to see what is free (way 3)."""
        if not self._heard:
            return math.inf  # one is under way
        quiet = self._last_sent_at + STRAGGLING if self._history.open else now
        at = max(quiet, self._reset_by + self._patience)
        shared = self._shared(now)
        if self._grants.free and not shared:
            at = min(at, now if waiting == 1 else self._opening_ends(now))
        elif shared and self._grants.unclaimed:
            at = min(at, self._grants.told_at + _CALM * self._window + self._patience)
        return at

    def _opening_ends(self, now: float) -> float:
        """Give when the last place is used after all: before a first, unknown window may end."""
        at = self._grants.told_at + _OPENING * self._window
        first = now <= self._first_sent_at + self._window
        return min(at, self._reset_from - STRAGGLING) if first else at
