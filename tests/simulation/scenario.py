"""What one seed chooses before anything happens."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final, Literal

__all__ = ["Faults", "Life", "Moment", "Scenario", "scenario_of"]

OnLostChoice = Literal["raise", "resubmit", "direct"]

REQUEST_FAULTS: Final = (
    "no connection",
    "cut before acceptance",
    "cut after acceptance",
    "500 before acceptance",
    "500 after acceptance",
    "slow answer",
    "429",
    "refused",
    "odd answer",
)
CALLBACK_FAULTS: Final = ("lost", "late", "twice", "early", "damaged", "empty", "reply lost")
STORE_FAULTS: Final = ("undone", "done but unanswered")
_TROUBLE: Final = 0.35
"""How often a kind of fault exists in a run at all: runs that are full of everything hide things
that runs with two or three kinds show."""


@dataclass(frozen=True)
class Faults:
    """How often what goes wrong, from 0 to 1."""

    request: dict[str, float]
    callback: dict[str, float]
    store: dict[str, float]
    failure: float
    """Of documents that cannot be converted."""
    forgery: float


@dataclass(frozen=True)
class Life:
    """How long a process runs, and how that ends."""

    seconds: float
    crash: bool
    downtime: float


@dataclass(frozen=True)
class Moment:
    """Something that happens to the world around."""

    at: float
    kind: Literal["jump", "outage", "restore"]
    amount: float
    """Seconds."""


@dataclass(frozen=True)
class Scenario:
    """One world."""

    documents: int
    hosted: float
    """Which part of the documents is converted without a callback."""
    spread: float
    """Seconds in which they are submitted."""
    processes: tuple[tuple[Life, ...], ...]
    """The applications; each of them receives callbacks as well, unless a receiver is apart."""
    receiver: tuple[Life, ...] | None
    """The lives of a receiver in its own process."""
    moments: tuple[Moment, ...]
    faults: Faults
    on_lost: OnLostChoice
    max_resubmits: int
    max_in_flight: int | None
    max_open: int
    webhook_auth: Literal["url", "header"]
    answer_timeout: float
    loading: int
    """Seconds of the option `timeout`."""
    margin: float
    retry_for: float
    limit: int | None
    """Requests in a window of the service."""
    redeliveries: int
    """How often the service calls again when it got no 2xx."""
    latency: float
    store_latency: float
    skew: float

    @property
    def window(self) -> float:
        """Seconds of the rate limit."""
        return 10.0

    @property
    def repeats(self) -> int:
        """How often a conversion may be sent again after a deadline."""
        return {"raise": 0, "resubmit": self.max_resubmits, "direct": 1}[self.on_lost]

    @property
    def bound(self) -> float:
        """Virtual seconds within which all of it must be over."""
        lives = [life for lives in (*self.processes, self.receiver or ()) for life in lives]
        queueing = self.documents * (2 + self.repeats) * self.window / (self.limit or 10)
        attempt = self.retry_for + self.answer_timeout + self.loading + 60
        return (
            self.spread
            + sum(life.seconds + life.downtime for life in lives)
            + sum(abs(moment.amount) + 10 for moment in self.moments)
            + 2 * queueing
            + (1 + self.repeats) * (self.loading + self.margin + attempt)
            + 300
        )


def scenario_of(rng: Random) -> Scenario:
    """Choose one."""
    processes = 1 if rng.random() < 0.6 else 2
    return Scenario(
        documents=rng.randint(1, 10),
        hosted=rng.choice((0.0, 0.0, 0.2)),
        spread=rng.choice((0.0, 1.0, 20.0)),
        processes=tuple(_lives(rng) for _ in range(processes)),
        receiver=_lives(rng) if rng.random() < 0.3 else None,
        moments=tuple(_moment(rng) for _ in range(rng.choice((0, 0, 1, 2)))),
        faults=_faults(rng),
        on_lost=rng.choice(("raise", "resubmit", "direct")),
        max_resubmits=rng.randint(1, 2),
        max_in_flight=rng.choice((None, None, 1, 3)),
        max_open=rng.choice((50, 50, 2)),
        webhook_auth=rng.choice(("url", "header")),
        answer_timeout=rng.choice((2.0, 10.0)),
        loading=rng.choice((2, 10)),
        margin=rng.choice((5.0, 20.0)),
        retry_for=rng.choice((0.0, 10.0, 30.0)),
        limit=rng.choice((None, 2, 5, 20)),
        redeliveries=rng.choice((0, 0, 1, 3)),
        latency=rng.choice((0.0, 0.05, 1.0)),
        store_latency=rng.choice((0.0, 0.005, 0.2)),
        skew=rng.choice((0.0, 0.0, 5.0)),
    )


def _lives(rng: Random) -> tuple[Life, ...]:
    """Choose the lives before the last one, which lasts until the end."""
    return tuple(
        Life(
            seconds=rng.choice((0.0, 0.5, 5.0, 30.0)) * rng.random() * 2,
            crash=rng.random() < 0.75,
            downtime=rng.choice((0.0, 1.0, 30.0)) * rng.random(),
        )
        for _ in range(rng.choice((0, 0, 1, 1, 2)))
    )


def _moment(rng: Random) -> Moment:
    at = rng.random() * rng.choice((2.0, 10.0, 40.0))
    kind = rng.choice(("jump", "outage", "restore", "restore"))
    match kind:
        case "jump":
            return Moment(at, "jump", rng.choice((-1, 1)) * rng.choice((2.0, 40.0, 200.0)))
        case "outage":
            return Moment(at, "outage", rng.choice((0.5, 5.0, 30.0)))
        case _:
            return Moment(at, "restore", rng.choice((2.0, 10.0)))


def _faults(rng: Random) -> Faults:
    return Faults(
        request=_rates(rng, REQUEST_FAULTS),
        callback=_rates(rng, CALLBACK_FAULTS),
        store={name: rate / 2 for name, rate in _rates(rng, STORE_FAULTS).items()},
        failure=rng.choice((0.0, 0.2)),
        forgery=rng.choice((0.0, 0.2)),
    )


def _rates(rng: Random, names: tuple[str, ...]) -> dict[str, float]:
    present = [name for name in names if rng.random() < _TROUBLE]
    return {name: rng.choice((0.05, 0.2, 0.5)) for name in present}
