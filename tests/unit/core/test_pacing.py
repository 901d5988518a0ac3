"""When the next request may go; whole runs are in ``test_pacing_simulation``."""

from __future__ import annotations

import math

import pytest

from pdfshift_async._core.grants import STRAGGLING
from pdfshift_async._core.pacing import Pace, Turn
from pdfshift_async._core.standing import Standing

START = 1_790_000_000
"""The service's clock at our zero; a window of its ends forty seconds later."""


def said(remaining: int, now: float, *, limit: int = 60, reset: float | None = 40.0) -> Standing:
    """Give the service's word at that moment."""
    whole = None if reset is None else START + math.ceil(reset)
    return Standing(limit, remaining, START + math.floor(now), whole)


def answer(pace: Pace, now: float, standing: Standing | None, *, took: float = 0.1) -> None:
    """Send one, and let it be answered."""
    assert pace.wait(now, 5) == 0
    pace.answered(pace.take(now, 5), standing, now + took)


def take(pace: Pace, now: float, requests: int) -> list[Turn]:
    """Send so many at once."""
    turns = []
    for _ in range(requests):
        assert pace.wait(now, 100) == 0
        turns.append(pace.take(now, 100))
    return turns


def exhausted(reset: float | None = 40.0) -> Pace:
    """Give a pace that has used the last place, alone."""
    pace = Pace(60.0)
    for now, left in ((0.0, 2), (0.2, 1), (0.4, 0)):
        assert pace.wait(now, 1) == 0
        pace.answered(pace.take(now, 1), said(left, now, limit=3, reset=reset), now + 0.1)
    return pace


def test_the_first_request_goes_alone() -> None:
    """Its answer tells the limit; only if it takes long, a second one asks as well."""
    pace = Pace(60.0)
    (first,) = take(pace, 0.0, 1)
    assert pace.wait(0.5, 5) == STRAGGLING - 0.5
    take(pace, STRAGGLING, 1)
    assert pace.wait(STRAGGLING, 5) == STRAGGLING
    pace.answered(first, said(58, STRAGGLING), STRAGGLING + 0.5)
    assert (pace.limit, pace.remaining) == (60, 0)
    assert pace.wait(2 * STRAGGLING, 5) == 0
    assert pace.remaining == 57


def test_a_service_without_limits_is_not_paced() -> None:
    """No rate headers, no pace: but they count as soon as they come."""
    pace = Pace(60.0)
    answer(pace, 0.0, None)
    turns = take(pace, 0.2, 100)
    assert (pace.limit, pace.remaining, pace.estimate(0.2, 1000)) == (None, None, None)
    for turn in turns:
        pace.answered(turn, said(0, 1.0), 1.0)
    assert pace.limit == 60
    assert pace.wait(1.0, 5) > 0
    pace.answered(turns[0], None, 1.0)
    assert pace.limit == 60


def test_the_last_place_stays_open_for_a_newcomer() -> None:
    """For a twentieth of the window, unless it is for the last one that waits."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(2, 0.0, limit=3))
    answer(pace, 0.2, said(1, 0.2, limit=3))
    assert pace.wait(0.3, 1) == 0
    assert pace.wait(0.3, 2) == pytest.approx(3.0)
    assert pace.wait(3.4, 2) == 0


def test_the_last_place_is_used_before_a_first_window_may_end() -> None:
    """A place that is left over is lost."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(2, 0.0, limit=3, reset=8.0))
    answer(pace, 0.2, said(1, 0.2, limit=3, reset=8.0))
    assert 0.5 < pace.wait(0.3, 2) < 2.5


def test_when_nothing_is_left_one_asks_again_after_the_reset() -> None:
    """A second after it, since nobody knows how it was rounded; and one is enough."""
    pace = exhausted()
    assert 40.5 < pace.wait(0.5, 5) < 42.0
    take(pace, 42.0, 1)
    assert pace.wait(42.0, 5) > 3


def test_an_own_place_returns_when_a_window_has_passed_since_its_answer() -> None:
    """As the reset says as well, if each request is counted for a minute of its own."""
    pace = exhausted(reset=60.0)
    assert pace.wait(60.05, 1) == pytest.approx(0.05)
    assert pace.wait(60.15, 1) == 0


def test_an_own_place_returns_while_the_last_one_stays_open() -> None:
    """The service's word that one is free does not deny it."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(2, 0.0, limit=3, reset=60.0))
    answer(pace, 30.0, said(1, 30.0, limit=3, reset=60.0))
    assert pace.wait(60.2, 2) == 0


def test_places_that_return_all_at_once_are_doubted_until_the_reset() -> None:
    """Somebody else may have them: the service says that nothing is left."""
    pace = exhausted(reset=60.0)
    assert pace.wait(60.7, 1) == pytest.approx(0.4, abs=0.1)


def test_a_service_that_names_no_reset_is_asked_again_after_a_window() -> None:
    """Until then, only what is left is used."""
    pace = exhausted(reset=None)
    assert pace.wait(0.5, 5) == pytest.approx(59.6, abs=0.2)


def test_a_longer_window_is_noticed() -> None:
    """A reset further away than a minute means that requests are counted for longer."""
    pace = exhausted(reset=300.0)
    assert pace.wait(0.5, 5) > 290
    assert pace.wait(62.0, 5) > 200


def test_an_answer_that_was_overtaken_does_not_bring_the_reset_forward() -> None:
    """Resets only move on."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(50, 0.0))
    older, newer = take(pace, 0.2, 2)
    pace.answered(newer, said(0, 1.0, reset=100.0), 1.0)
    pace.answered(older, said(0, 1.0, reset=40.0), 1.1)
    assert pace.wait(1.1, 5) > 60


def test_less_than_our_own_requests_explain_means_that_others_are_there() -> None:
    """From then on a half is theirs."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(40, 0.0))
    take(pace, 0.2, 10)
    assert pace.wait(0.2, 5) > 1


def test_what_vanishes_while_we_send_nothing_means_that_others_are_there() -> None:
    """Old requests of our own explain it no longer."""
    pace = Pace(60.0)
    for turn in take(pace, 0.0, 1):
        pace.answered(turn, said(59, 0.0), 0.1)
    for turn in take(pace, 0.1, 10):
        pace.answered(turn, said(49, 0.2), 0.2)
    for turn in take(pace, 0.3, 5):
        pace.answered(turn, said(30, 0.4), 0.4)
    take(pace, 0.5, 10)
    assert pace.wait(0.5, 5) > 0


def test_with_others_a_trial_that_finds_nothing_makes_patient() -> None:
    """The next one comes later, and one that finds something makes less so."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(0, 0.0, reset=1.0))
    waits = []
    now = 0.2
    for _ in range(5):
        now += (pause := pace.wait(now, 5)) + 1e-6
        waits.append(pause)
        pace.answered(take(pace, now, 1)[0], said(0, now, reset=now), now)
    assert waits == sorted(waits)
    assert waits[-1] > 8
    now += pace.wait(now, 5) + 1e-6
    pace.answered(take(pace, now, 1)[0], said(1, now, reset=now), now)
    assert pace.wait(now, 5) < waits[-1]


def test_with_others_what_nobody_claims_is_looked_at_again() -> None:
    """After a twelfth of the window a single request asks, and the rest is split anew."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(40, 0.0))
    now = 0.1
    for left in (30, 20):
        turns = take(pace, now, 10)
        for turn in turns:
            pace.answered(turn, said(left, now), now)
    pause = pace.wait(now, 5)
    assert pause == pytest.approx(5.0, abs=0.1)
    pace.answered(take(pace, now + 5.1, 1)[0], said(19, now + 5.1), now + 5.2)
    assert pace.wait(now + 5.2, 5) == 0


def test_a_refusal_holds_everyone_for_as_long_as_the_service_asked() -> None:
    """And for longer, if the caller says so; it is counted."""
    pace = Pace(60.0)
    (turn,) = take(pace, 0.0, 1)
    pace.refused(turn, 1.0, 30.0)
    assert pace.wait(1.0, 5) == 30.0
    pace.hold(33.0)
    assert pace.wait(1.0, 5) == 32.0
    pace.hold(32.0)
    assert pace.wait(1.0, 5) == 32.0
    assert pace.refused_requests == 1
    assert pace.wait(33.0, 5) == 0


def test_refusals_that_come_together_count_as_one() -> None:
    """They were sent on the same belief, so patience grows once."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(59, 0.0))
    for turn in take(pace, 0.1, 5):
        pace.refused(turn, 0.2, 10.0)
    assert pace.refused_requests == 5
    assert pace.wait(10.3, 5) == pytest.approx(1.9)


def test_a_request_that_never_left_uses_no_place() -> None:
    """A broken network costs nothing; one without an answer may have been counted."""
    pace = Pace(60.0)
    pace.unsent(take(pace, 0.0, 1)[0], 0.1)
    assert pace.rate(0.1) == 0
    pace.unanswered(take(pace, 0.2, 1)[0], 0.3)
    assert pace.rate(0.3) == 1
    assert pace.rate(60.4) == 0


def test_the_rate_is_told_per_minute() -> None:
    """Also where the window is shorter."""
    pace = Pace(2.0)
    answer(pace, 0.0, None)
    assert pace.rate(1.0) == 30.0


def test_an_estimate_counts_windows() -> None:
    """With three places, the tenth in line waits for more than three windows."""
    pace = exhausted(reset=60.0)
    assert pace.estimate(0.5, 0) == pytest.approx(59.6)
    assert pace.estimate(0.5, 2) == pytest.approx(60.0)
    assert pace.estimate(0.5, 10) == pytest.approx(59.8 + 180)


def test_an_estimate_knows_a_reset_that_comes_earlier() -> None:
    """As it does in a fixed window that was begun late."""
    pace = exhausted(reset=40.0)
    assert pace.estimate(0.5, 0) == pytest.approx(40.5, abs=0.2)
    assert pace.estimate(0.5, 3) == pytest.approx(100.5, abs=0.2)


def test_what_may_go_now_has_no_wait() -> None:
    """As far as the free places reach; beyond them the reset counts."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(59, 0.0))
    assert pace.estimate(0.1, 20) == 0
    assert pace.estimate(0.1, 60) == pytest.approx(41.0, abs=0.2)
    take(pace, 0.1, 10)
    assert pace.estimate(0.1, 20) == 0, "the answers will let it go"


def test_with_others_an_estimate_counts_only_what_was_ours() -> None:
    """The rest of the window is not for us."""
    pace = Pace(60.0)
    answer(pace, 0.0, said(1, 0.0))
    one, many = pace.estimate(0.1, 1), pace.estimate(0.1, 4)
    assert one is not None
    assert many is not None
    assert many - one == pytest.approx(180.0)
