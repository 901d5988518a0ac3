"""What of a pace is stored, and whose turns they are."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.interfaces import Moment
from pdfshift_async._core.pacing import Pace, Turn
from pdfshift_async._core.sharing import Held, SharedPace
from pdfshift_async._core.standing import Standing

WINDOW = 60.0
EPOCH = 1_790_000_000.0


def begun(now: float = EPOCH) -> SharedPace:
    """Give a pace of which nothing is known."""
    return SharedPace.loaded("", now, WINDOW)


def stored(shared: SharedPace, now: float | None = None) -> SharedPace:
    """Give what somebody else loads of it."""
    return SharedPace.loaded(shared.model_dump_json(), shared.at if now is None else now, WINDOW)


def moment(now: float, worker: int = 1, *living: int) -> Moment:
    """Give a moment at which these live, and who asks."""
    return Moment(now, worker, living)


def unlimited(shared: SharedPace, *names: str) -> list[Held]:
    """Let the service say that there is no limit, and let each of them send one."""
    (first,) = shared.take("first", 1, {False: 1}, 50)
    shared.end("first", first, lambda pace, turn, at: pace.answered(turn, None, at))
    return [shared.take(name, number, {False: 1}, 50)[0] for number, name in enumerate(names, 1)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "answer", "refuse", "unanswered", "unsent", "hold", "look"]),
        st.floats(0, 30),
        st.integers(0, 20),
        st.none() | st.integers(0, 90),
    ),
    max_size=60,
)


class Course:
    """What happens to a pace, one step after the other."""

    def __init__(self, keep: Callable[[Pace], Pace]) -> None:
        self.pace = Pace(WINDOW)
        self.turns: list[Turn] = []
        self._keep = keep
        self._now = EPOCH

    def step(self, kind: str, later: float, number: int, reset: int | None) -> object:
        """Take a step, and give what one sees of it."""
        self.pace = self._keep(self.pace)
        self._now += later
        now, second = self._now, int(self._now)
        turn = self.turns.pop(number % len(self.turns)) if self.turns else None
        match kind, turn:
            case "take", _:
                if turn:
                    self.turns.append(turn)
                if self.pace.wait(now, 1 + number) <= 0:
                    self.turns.append(self.pace.take(now, 1 + number))
            case "answer", Turn():
                end = None if reset is None else second + reset
                self.pace.answered(turn, Standing(20, number, second, end), now)
            case "refuse", Turn():
                self.pace.refused(turn, now, float(number))
            case "unanswered", Turn():
                self.pace.unanswered(turn, now)
            case "unsent", Turn():
                self.pace.unsent(turn, now)
            case "hold", _:
                self.pace.hold(now + number)
            case _:
                pass
        return self.pace.wait(now, 1 + number), self.pace.statistics(now, number), list(self.turns)


@given(STEPS)
def test_a_pace_that_is_stored_between_any_two_steps_goes_on_as_one_that_is_not(
    steps: list[tuple[str, float, int, int | None]],
) -> None:
    """Everything that it knows is in the text, infinities and all."""

    def reloaded(pace: Pace) -> Pace:
        shared = begun()
        shared.live = pace
        return stored(shared).live

    kept, stored_each_time = Course(lambda pace: pace), Course(reloaded)
    for step in steps:
        assert kept.step(*step) == stored_each_time.step(*step)
    assert kept.pace == stored_each_time.pace


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        '{"at": 1}',
        begun().model_dump_json()[:-1],
        begun(EPOCH + 6).model_dump_json(),
    ],
    ids=["empty", "null", "object", "other", "cut", "of another clock"],
)
def test_what_cannot_be_understood_begins_anew(text: str) -> None:
    """A new pace sends one request and learns."""
    shared = SharedPace.loaded(text, EPOCH, WINDOW)
    assert shared == begun()
    assert len(shared.take("one", 1, {False: 9}, 50)) == 1


def test_time_does_not_go_back() -> None:
    """A clock that was set back by a little stands still."""
    assert stored(begun(), EPOCH - 4).at == EPOCH
    assert stored(begun(), EPOCH + 4).at == EPOCH + 4


def test_only_some_are_taken_at_once_and_only_as_many_as_may_be_open() -> None:
    """Then it is somebody else's turn; the ceiling is the same for all."""
    shared = begun()
    unlimited(shared)
    assert len(shared.take("one", 1, {False: 30}, 15)) == 10
    assert shared.pause({False: 20}, 15) == 0
    shared = stored(shared)
    assert len(shared.take("two", 2, {False: 30}, 15)) == 5
    assert shared.open == 15
    assert shared.pause({False: 20}, 15) == math.inf
    assert shared.pause({}, 50) == math.inf


def test_the_sandbox_is_paced_apart() -> None:
    """Of both, those who came first are asked first."""
    shared = begun()
    assert [held.sandbox for held in shared.take("one", 1, {True: 2, False: 2}, 50)] == [
        True,
        False,
    ]


def test_a_request_ends_once() -> None:
    """Only for whom it belongs to, and not again when the exchange was repeated."""
    shared = begun()
    one, two = unlimited(shared, "one", "two")
    before = stored(shared)
    shared.end("two", one, Pace.unanswered)
    shared.end("nobody", one, Pace.unanswered)
    assert shared == before
    for _ in range(2):
        shared.end("one", one, Pace.unanswered)
        assert list(shared.holders) == ["two"]
    assert shared.live.statistics(shared.at, 0).rate == 2.0
    assert shared.holders["two"].held == [two]


def test_what_a_dead_process_had_under_way_is_closed_and_counted() -> None:
    """After a grace in which it may connect again; what it has to tell later is too late."""
    shared = begun()
    one, two = unlimited(shared, "one", "two")
    shared.call_roll("two", moment(EPOCH, 2, 2), {two})
    shared = stored(shared, EPOCH + 1.9)
    shared.call_roll("two", moment(EPOCH, 2, 2), {two})
    assert shared.open == 2
    shared = stored(shared, EPOCH + 2)
    shared.call_roll("two", moment(EPOCH, 2, 2), {two})
    assert list(shared.holders) == ["two"]
    assert shared.live.statistics(shared.at, 0).rate == 2.0
    before = stored(shared)
    shared.end("one", one, Pace.unsent)
    assert shared == before


def test_a_process_that_connects_again_keeps_its_turns() -> None:
    """It was the server that went away; with a new number it is the same."""
    shared = begun()
    (one,) = unlimited(shared, "one")
    shared.call_roll("two", moment(EPOCH, 2, 2), ())
    shared.at += 1.5
    shared.call_roll("two", moment(EPOCH, 2, 1, 2), ())
    shared.at += 1.5
    shared.call_roll("two", moment(EPOCH, 2, 2), ())
    shared.call_roll("one", moment(EPOCH, 7), {one})
    shared.at += 5
    shared.call_roll("one", moment(EPOCH, 7), {one})
    assert shared.holders["one"].held == [one]
    assert shared.holders["one"].worker == 7


def test_turns_that_their_holder_never_got_were_not_sent() -> None:
    """The store had failed to say whether they were taken."""
    shared = begun()
    (one,) = unlimited(shared, "one")
    shared.take("one", 1, {False: 3}, 50)
    shared.call_roll("one", moment(EPOCH), {one})
    assert shared.holders["one"].held == [one]
    assert shared.live.statistics(shared.at, 0).rate == 1.0


def test_no_request_is_open_for_ever() -> None:
    """Its process may live on and have nothing more to tell."""
    shared = begun()
    unlimited(shared, "one")
    shared.at += 1199
    shared.call_roll("two", moment(EPOCH, 2, 1, 2), ())
    assert shared.open == 1
    shared.at += 1
    shared.call_roll("two", moment(EPOCH, 2, 1, 2), ())
    assert shared.open == 0
