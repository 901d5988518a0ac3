"""Paces against models of the service: every kind of window, on virtual time."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given, settings, strategies as st

from pdfshift_async._core.pacing import ROUNDING, Pace
from pdfshift_async._core.standing import Standing
from pdfshift_async.emulator.meters import Algorithm, Meter, meter

WINDOW = 60.0
KINDS: tuple[Algorithm, ...] = ("fixed", "sliding", "bucket")
ROUNDINGS: tuple[Callable[[float], int], ...] = (math.floor, round, math.ceil)


@dataclass
class Setting:
    """What the clients do not know."""

    kind: Algorithm
    limit: int = 50
    phase: float = 0.0
    """Seconds of the first fixed window that are over at the start."""
    rounding: Callable[[float], int] = math.ceil
    latency: tuple[float, float] = (0.05, 0.3)
    """Seconds from a request to its answer, at least and at most."""
    seed: int = 0


class World:
    """One service, and the moments at which something happens."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.chance = random.Random(setting.seed)  # noqa: S311 -- to be repeated
        self.now = 0.0
        self.refused = 0
        self.served = 0
        self._meter = meter(setting.kind, setting.limit, WINDOW)
        self._start = 1_790_000_040 + setting.phase  # a multiple of the window
        self._order = count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Do something later."""
        heapq.heappush(self._events, (moment, next(self._order), event))

    def run(self) -> None:
        """Let everything happen."""
        while self._events:
            self.now, _, event = heapq.heappop(self._events)
            event()

    def send(self, back: Callable[[bool, Standing], None]) -> None:
        """Send a request; it is counted on its way."""
        latency = self.chance.uniform(*self.setting.latency)
        arrived = self.now + latency * self.chance.uniform(0.3, 0.7)
        answered = self.now + latency

        def arrive() -> None:
            now = self._start + self.now
            accepted = self._meter.take(now)
            self.served += accepted
            self.refused += not accepted
            reset = self.setting.rounding(self._meter.reset(now))
            left = self._meter.remaining(now)
            standing = Standing(self._meter.limit, left, math.floor(now), reset)
            self.at(answered, lambda: back(accepted, standing))

        self.at(arrived, arrive)

    @property
    def refused_part(self) -> float:
        """How much of what was sent was refused."""
        return self.refused / (self.served + self.refused)


class Client:
    """Sends so many requests, the oldest first, as the queue of the library does."""

    def __init__(self, world: World, requests: int, start: float = 0.0) -> None:
        self.pace = Pace(WINDOW)
        self.finished_at = 0.0
        self._world = world
        self._waiting = list(range(requests))
        self._attempts: dict[int, int] = {}
        self._open = 0
        self._look_at = math.inf
        world.at(start, self._let_go)

    def _let_go(self) -> None:
        now = self._world.now
        if now >= self._look_at:
            self._look_at = math.inf
        while self._waiting and self._open < 50:
            pause = self.pace.wait(now, len(self._waiting))
            if pause > 0:
                if now + pause < self._look_at:
                    self._look_at = now + pause
                    self._world.at(self._look_at, self._let_go)
                return
            self._send(heapq.heappop(self._waiting), now)

    def _send(self, request: int, now: float) -> None:
        turn = self.pace.take(now, len(self._waiting) + 1)
        self._open += 1

        def back(accepted: bool, standing: Standing) -> None:
            self._open -= 1
            self.finished_at = self._world.now
            if accepted:
                self.pace.answered(turn, standing, self._world.now)
            else:
                assert standing.reset is not None
                asked = standing.reset - standing.date + ROUNDING
                self.pace.refused(turn, self._world.now, asked)
                self._retry(request, asked)
            self._let_go()

        self._world.send(back)

    def _retry(self, request: int, asked: float) -> None:
        attempt = self._attempts[request] = self._attempts.get(request, 0) + 1
        grown = min(20.0, 0.5 * 2.0 ** (attempt - 1))
        jitter = self._world.chance.random() * min(2.0, grown)
        self.pace.hold(self._world.now + max(asked, grown) + jitter)
        heapq.heappush(self._waiting, request)


def omniscient(setting: Setting, requests: int) -> float:
    """Give the seconds that the requests need at least, for one who sees into the service."""
    counted: Meter = meter(setting.kind, setting.limit, WINDOW)
    start = now = 1_790_000_040 + setting.phase
    for _ in range(requests):
        while not counted.take(now):
            now = max(counted.reset(now), now + 1e-3)
    return now - start


def run(setting: Setting, *starts: float, requests: int = 400) -> tuple[World, list[Client]]:
    """Let clients that start at these moments send their requests."""
    world = World(setting)
    clients = [Client(world, requests, start) for start in starts]
    world.run()
    assert world.served == requests * len(clients)
    return world, clients


@settings(max_examples=40, deadline=None)
@given(
    setting=st.builds(
        Setting,
        kind=st.sampled_from(KINDS),
        limit=st.sampled_from([1, 2, 10, 50, 250]),
        phase=st.floats(0, WINDOW, exclude_max=True),
        rounding=st.sampled_from(ROUNDINGS),
        latency=st.tuples(st.floats(0.01, 0.3), st.floats(0.3, 1.0)),
        seed=st.integers(0, 1 << 32),
    )
)
def test_a_client_that_is_alone_is_never_refused(setting: Setting) -> None:
    """Whatever the window, its phase, the rounding of its reset, and the way to the service."""
    world, _ = run(setting, 0.0, requests=setting.limit * 4)
    assert world.refused == 0


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None)
@given(
    phase=st.floats(0, WINDOW - 5),
    rounding=st.sampled_from(ROUNDINGS),
    seed=st.integers(0, 1 << 32),
)
def test_a_client_that_is_alone_is_nearly_as_fast_as_can_be(
    kind: Algorithm, phase: float, rounding: Callable[[float], int], seed: int
) -> None:
    """At least 98 % of the rate that one reaches who sees into the service.

    A first window that ends within seconds may be left before it was understood.
    """
    setting = Setting(kind, phase=phase, rounding=rounding, seed=seed)
    _, (client,) = run(setting, 0.0)
    at_best = omniscient(setting, 400) + setting.latency[1]
    assert at_best / client.finished_at >= 0.98


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("later", [0.0, 0.3, 7.0, 45.0, 200.0])
def test_two_clients_on_one_key_hardly_refuse_each_other(kind: Algorithm, later: float) -> None:
    """At most 2 % are refused, and neither waits long for the other.

    Six seeds each; the mean counts, since a single one is a matter of luck.
    """
    refused, longer = [], []
    for seed in range(6):
        chance = random.Random(seed)  # noqa: S311 -- to be repeated
        setting = Setting(
            kind, phase=chance.uniform(0, WINDOW), rounding=chance.choice(ROUNDINGS), seed=seed
        )
        world, clients = run(setting, 0.0, later)
        refused.append(world.refused_part)
        took = sorted((clients[0].finished_at, clients[1].finished_at - later))
        longer.append(took[1] / took[0])
    assert sum(refused) / len(refused) <= 0.02
    assert max(longer) < 2.5


@pytest.mark.parametrize("kind", KINDS)
def test_three_clients_on_one_key_all_get_through(kind: Algorithm) -> None:
    """With more refusals, but none is left behind."""
    world, clients = run(Setting(kind, phase=20.0), 0.0, 1.0, 30.0)
    ends = [client.finished_at for client in clients]
    assert world.refused_part <= 0.1
    assert max(ends) / min(ends) < 2.5


def test_slow_answers_do_not_stop_the_others() -> None:
    """Direct conversions take seconds; the pace then counts later, but not wrongly."""
    setting = Setting("fixed", limit=250, latency=(3.0, 8.0))
    world, (client,) = run(setting, 0.0, requests=750)
    assert world.refused == 0
    assert client.finished_at < 2 * omniscient(setting, 750)
