"""How the service's word is used and shared."""

from __future__ import annotations

import math

from pdfshift_async._core.grants import STRAGGLING, Grants


def told(remaining: int, *, limit: int = 60, shared: bool = False) -> Grants:
    """Give grants after one answer with that remainder."""
    grants = Grants()
    hear(grants, grants.send(0.0), remaining, limit=limit, shared=shared)
    return grants


def send(grants: Grants, requests: int) -> int:
    """Send so many; give the round they belong to."""
    numbers = {grants.send(0.0) for _ in range(requests)}
    assert len(numbers) == 1
    return numbers.pop()


def hear(
    grants: Grants, number: int, *remaining: int, limit: int = 60, shared: bool, now: float = 0.0
) -> None:
    """Let requests of a round be answered, and the next round begin."""
    for least in remaining:
        grants.close(number)
        grants.hear(number, least)
    assert grants.ended(now)
    grants.split(now, limit, open_requests=0, shared=shared)


def test_a_jump_is_tried_with_a_step_and_then_used_but_for_one_place() -> None:
    """A sixth of the limit first: others may start at the same moment."""
    grants = told(59)
    assert (grants.free, grants.usable) == (59, 10)
    number = send(grants, 10)
    assert grants.usable == 0
    hear(grants, number, *range(58, 48, -1), shared=False)
    assert (grants.free, grants.usable) == (49, 48)


def test_answers_in_any_order_leave_the_smallest_remainder() -> None:
    """The last request the service counted has the smallest, and nothing went after it."""
    grants = told(30)
    number = send(grants, 3)
    hear(grants, number, 28, 27, 29, shared=False)
    assert (grants.free, grants.usable) == (27, 26)


def test_a_round_waits_for_its_last_answer_but_not_for_ever() -> None:
    """A direct conversion may take minutes; its place is kept free until it is answered."""
    grants = told(30)
    number = grants.send(1.0)
    grants.send(1.0)
    assert grants.undecided == math.inf
    grants.close(number)
    grants.hear(number, 28)
    assert not grants.ended(1.0)
    assert grants.undecided == 1.0 + STRAGGLING
    assert grants.ended(1.0 + STRAGGLING)
    grants.split(1.0 + STRAGGLING, 60, open_requests=1, shared=False)
    assert grants.free == 27


def test_an_answer_to_an_earlier_round_tells_nothing_of_this_one() -> None:
    """It may be older than requests that this round has sent."""
    grants = told(30)
    late = grants.send(0.0)
    grants.send(0.0)
    grants.close(late)
    grants.hear(late, 28)
    grants.split(5.0, 60, open_requests=1, shared=False)
    grants.close(late)
    grants.hear(late, 1)
    assert not grants.ended(9.0)


def test_with_others_a_half_is_reserved_and_used_in_steps() -> None:
    """Sixty places: thirty are theirs, and ten at a time are ours."""
    grants = told(60, shared=True)
    assert (grants.free, grants.usable) == (60, 10)
    number = send(grants, 10)
    hear(grants, number, *range(49, 39, -1), shared=True)
    assert (grants.free, grants.usable) == (40, 10), "they took ten of their thirty"


def test_what_others_took_beyond_their_half_is_not_used_again() -> None:
    """Three clients that each keep a half for the others still fit."""
    grants = told(60, shared=True)
    number = send(grants, 10)
    for least in range(29, 19, -1):
        grants.close(number)
        grants.hear(number, least)
    assert grants.lost(0)
    grants.split(0.0, 60, open_requests=0, shared=True)
    assert (grants.free, grants.usable) == (20, 10)
    assert not grants.lost(1), "an open request may be what is missing"


def test_the_last_place_is_left_alone_when_others_are_there() -> None:
    """Two who see it would both take it."""
    assert told(1, shared=True).usable == 0


def test_a_new_split_ignores_what_was_reserved() -> None:
    """After a while nobody needs it any more."""
    grants = told(40, shared=True)
    assert grants.unclaimed
    number = grants.send(9.0)
    grants.split_anew()
    hear(grants, number, 39, shared=True, now=9.0)
    assert grants.usable == 10
    assert grants.free == 39


def test_what_others_have_claimed_is_not_for_the_taking() -> None:
    """They used most of their half, so they may use the rest."""
    grants = told(8, shared=True)
    number = send(grants, 4)
    hear(grants, number, 7, 6, 1, 2, shared=True)
    assert not grants.unclaimed


def test_an_old_word_is_worth_a_step_alone_and_nothing_with_others() -> None:
    """Somebody may have come since."""
    grants = told(30)
    grants.fade(60, shared=False)
    assert grants.usable == 10
    grants.fade(60, shared=True)
    assert (grants.free, grants.usable) == (30, 0)


def test_a_refusal_ends_every_word() -> None:
    """Answers under way say nothing any more either."""
    grants = told(30)
    number = grants.send(0.0)
    grants.void()
    grants.close(number)
    grants.hear(number, 29)
    assert not grants.ended(0.0)
    assert (grants.free, grants.usable, grants.unclaimed) == (0, 0, False)
