"""The rules that every store keeps."""
# ruff: noqa: PLR2004, S101 -- these are tests

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from pdfshift_async._core.states import State
from pdfshift_async.errors import UnknownConversion
from pdfshift_async.models.outcomes import Lost, TrueOutcome
from pdfshift_async.stores import Effect, Store, applied, called

from .model import StoreMachine
from .samples import (
    ACCEPTED,
    CONVERTED,
    FAILED,
    GIVEN_UP,
    NOON,
    NOT_SENT,
    REFUSED,
    at_once,
    kept,
    minute,
    planned,
    sent,
    sent_again,
)

__all__ = ["HINT_TIMEOUT", "MakeStore", "StoreContract"]

MakeStore = Callable[[], Store]
"""Gives an empty store that is not open."""

HINT_TIMEOUT: Final = 5.0
"""Seconds after which a listener counts as forgotten."""


class StoreContract:
    """The rules of `Store`, each once."""

    examples = 60
    """Sequences of calls that the comparison with a model tries."""

    @pytest.fixture
    async def store(self, make_store: MakeStore) -> AsyncIterator[Store]:
        """An open and empty store."""
        store = make_store()
        await store.open()
        yield store
        await store.close()

    async def test_a_planned_record_is_kept_whole(self, store: Store) -> None:
        """Key, request and all."""
        assert await store.plan(planned()) == planned()
        assert await store.get("cv_one") == planned()

    async def test_a_record_may_have_next_to_nothing(self, store: Store) -> None:
        """No key, and no request."""
        bare = replace(planned(), key=None, request=None, sandbox=False, own_bucket=False)
        assert await store.plan(bare) == bare
        assert await store.get("cv_one") == bare

    async def test_a_new_record_may_be_sending(self, store: Store) -> None:
        """Whoever plans it sends only if it is his own record that comes back, to the last digit."""
        assert await store.plan(at_once()) == at_once()
        assert await store.get("cv_one") == at_once()
        assert await store.next_deadline() == at_once().deadline
        assert await store.plan(planned()) == at_once()
        await store.settle("cv_early", CONVERTED, NOON)
        early = called(at_once("cv_early"), CONVERTED, NOON)[0]
        assert await store.plan(at_once("cv_early")) == early

    async def test_an_id_that_is_not_there_has_no_record(self, store: Store) -> None:
        """That is no error."""
        assert await store.get("cv_none") is None

    async def test_planning_again_changes_nothing(self, store: Store) -> None:
        """It gives what has become of the conversion meanwhile."""
        queued = await kept(store, "cv_one", sent(minute(10)), ACCEPTED)
        assert await store.plan(planned()) == queued
        assert await store.get("cv_one") == queued
        settled, _ = await store.settle("cv_one", CONVERTED, minute(2))
        assert await store.plan(planned()) == settled
        assert await store.get("cv_one") == settled

    async def test_every_change_is_kept(self, store: Store) -> None:
        """As the life cycle has it, over several attempts."""
        record = await store.plan(planned())
        for change in (sent(minute(10)), NOT_SENT, sent(minute(20)), ACCEPTED, GIVEN_UP):
            expected = applied(record, change)
            record, effective = await store.advance("cv_one", change)
            assert (record, effective) == (expected, True)
            assert await store.get("cv_one") == expected
        assert record.outcome == Lost(deadline=minute(20), confirmed=True)
        assert record.attempt == 2

    async def test_a_change_that_is_not_allowed_leaves_the_record(self, store: Store) -> None:
        """It is no error: something else was faster."""
        record = await store.plan(planned())
        assert await store.advance("cv_one", ACCEPTED) == (record, False)
        settled, _ = await store.settle("cv_one", CONVERTED, NOON)
        assert await store.advance("cv_one", GIVEN_UP) == (settled, False)
        assert await store.get("cv_one") == settled

    async def test_what_is_not_there_cannot_change(self, store: Store) -> None:
        """The error names it."""
        with pytest.raises(UnknownConversion) as caught:
            await store.advance("cv_none", ACCEPTED)
        assert caught.value.conversion_id == "cv_none"
        assert await store.get("cv_none") is None

    async def test_a_refusal_settles(self, store: Store) -> None:
        """With its failure, and without the request."""
        record = await kept(store, "cv_one", sent(minute(10)), REFUSED)
        assert (record.state, record.outcome, record.request) == (State.FAILED, FAILED, None)
        assert await store.get("cv_one") == record

    @pytest.mark.parametrize("outcome", [CONVERTED, FAILED], ids=lambda outcome: outcome.kind)
    @pytest.mark.parametrize("steps", [0, 1, 2])
    async def test_a_callback_settles_at_any_time(
        self, store: Store, steps: int, outcome: TrueOutcome
    ) -> None:
        """Before the request, before its answer or after it: the outcome is kept whole."""
        before = await kept(store, "cv_one", *(sent(minute(10)), ACCEPTED)[:steps])
        record, effect = await store.settle("cv_one", outcome, minute(3))
        assert effect is Effect.SETTLED
        assert record == called(before, outcome, minute(3))[0]
        assert await store.get("cv_one") == record

    async def test_the_request_is_erased_once_settled(self, store: Store) -> None:
        """It holds the document's content, and nobody needs it any more."""
        queued = await kept(store, "cv_one", sent(minute(10)), ACCEPTED)
        assert queued.request == planned().request
        record, _ = await store.settle("cv_one", CONVERTED, NOON)
        assert record is not None
        assert record.request is None

    async def test_a_request_that_is_not_needed_is_erased_once_accepted(self, store: Store) -> None:
        """Not before: until then it may have to go again."""
        erasing = replace(NOT_SENT, erase=True)
        planned_again = await kept(store, "cv_one", sent(minute(10)), erasing)
        assert planned_again.request == planned().request
        queued = await kept(store, "cv_one", sent(minute(10)), replace(ACCEPTED, erase=True))
        assert (queued.state, queued.request) == (State.QUEUED, None)
        assert await store.get("cv_one") == queued

    async def test_of_many_who_would_send_again_one_may(self, store: Store) -> None:
        """It is told so; the others find a deadline that has not passed."""
        queued = await kept(store, "cv_one", sent(minute(10)), ACCEPTED)
        change = sent_again(minute(20))
        answers = await asyncio.gather(*(store.advance("cv_one", change) for _ in range(20)))
        assert sorted(effective for _, effective in answers) == [False] * 19 + [True]
        expected = replace(queued, attempt=2, resubmits=1, deadline=minute(20))
        assert await store.get("cv_one") == expected
        assert await store.overdue(minute(19)) == []
        assert await store.overdue(minute(20)) == ["cv_one"]

    async def test_the_first_true_outcome_wins(self, store: Store) -> None:
        """The same again is a duplicate, another one a contradiction."""
        await store.plan(planned())
        first, _ = await store.settle("cv_one", CONVERTED, minute(1))
        assert await store.settle("cv_one", CONVERTED, minute(2)) == (first, Effect.DUPLICATE)
        assert await store.settle("cv_one", FAILED, minute(3)) == (first, Effect.CONTRADICTION)
        assert await store.get("cv_one") == first

    async def test_a_late_callback_beats_having_given_up(self, store: Store) -> None:
        """Once; after that it stands."""
        await kept(store, "cv_one", sent(minute(10)), ACCEPTED, GIVEN_UP)
        record, effect = await store.settle("cv_one", FAILED, minute(40))
        assert effect is Effect.LATE
        assert record is not None
        assert (record.state, record.outcome) == (State.FAILED, FAILED)
        assert await store.settle("cv_one", FAILED, minute(41)) == (record, Effect.DUPLICATE)

    async def test_a_callback_without_a_record_is_an_orphan(self, store: Store) -> None:
        """It is no conversion."""
        assert await store.settle("cv_one", CONVERTED, NOON) == (None, Effect.ORPHAN)
        assert await store.get("cv_one") is None

    async def test_an_orphan_is_claimed_by_its_record(self, store: Store) -> None:
        """With the moment at which it arrived; of several, the first one counts."""
        await store.settle("cv_one", CONVERTED, minute(1))
        assert await store.settle("cv_one", FAILED, minute(2)) == (None, Effect.ORPHAN)
        record = await store.plan(planned())
        assert record == called(planned(), CONVERTED, minute(1))[0]
        assert await store.get("cv_one") == record
        assert await store.settle("cv_one", CONVERTED, minute(3)) == (record, Effect.DUPLICATE)

    async def test_an_orphan_belongs_to_one_record_only(self, store: Store) -> None:
        """Others are planned as they are."""
        await store.settle("cv_one", CONVERTED, NOON)
        assert await store.plan(planned("cv_two")) == planned("cv_two")

    async def test_the_earliest_deadline_is_next(self, store: Store) -> None:
        """Of those that wait for their callback now."""
        assert await store.next_deadline() is None
        await kept(store, "cv_late", sent(minute(20)), ACCEPTED)
        await kept(store, "cv_soon", sent(minute(10)), ACCEPTED)
        await kept(store, "cv_never")
        assert await store.next_deadline() == minute(10)
        await store.settle("cv_soon", CONVERTED, NOON)
        assert await store.next_deadline() == minute(20)
        await store.settle("cv_late", FAILED, NOON)
        assert await store.next_deadline() is None

    async def test_each_attempt_has_its_own_deadline(self, store: Store) -> None:
        """That of an attempt which came to nothing does not count."""
        await kept(store, "cv_one", sent(minute(10)), NOT_SENT)
        assert await store.next_deadline() is None
        await store.advance("cv_one", sent(minute(20)))
        assert await store.next_deadline() == minute(20)
        assert await store.overdue(minute(19)) == []
        await store.advance("cv_one", NOT_SENT)
        await store.advance("cv_one", sent(minute(20)))
        assert await store.overdue(minute(20)) == ["cv_one"]

    async def test_what_is_overdue_comes_in_order_and_once(self, store: Store) -> None:
        """Oldest first, from the very moment of the deadline on, until it is given up."""
        for number, conversion_id in ((3, "cv_c"), (1, "cv_a"), (2, "cv_b"), (4, "cv_d")):
            await kept(store, conversion_id, sent(minute(number)), ACCEPTED)
        assert await store.overdue(NOON) == []
        assert await store.overdue(minute(3)) == ["cv_a", "cv_b", "cv_c"]
        assert await store.overdue(minute(3)) == ["cv_a", "cv_b", "cv_c"]
        await store.advance("cv_a", GIVEN_UP)
        await store.settle("cv_b", CONVERTED, minute(3))
        assert await store.overdue(minute(3)) == ["cv_c"]

    @pytest.mark.parametrize("how", ["called back", "given up", "refused", "claimed"])
    async def test_a_listener_is_told_of_what_settles(self, store: Store, how: str) -> None:
        """However it does; the record can be read as settled then."""
        told: asyncio.Queue[str] = asyncio.Queue()
        store.subscribe(told.put_nowait)
        if how == "claimed":
            await store.settle("cv_one", CONVERTED, NOON)
        await kept(store, "cv_one", sent(minute(10)))
        if how == "called back":
            await store.settle("cv_one", CONVERTED, NOON)
        elif how != "claimed":
            await store.advance("cv_one", {"given up": GIVEN_UP, "refused": REFUSED}[how])
        async with asyncio.timeout(HINT_TIMEOUT):
            assert await told.get() == "cv_one"
        record = await store.get("cv_one")
        assert record is not None
        assert record.settled

    async def test_a_listener_is_told_until_it_leaves(self, store: Store) -> None:
        """Leaving twice does nothing, and others stay."""
        left: list[str] = []
        told: asyncio.Queue[str] = asyncio.Queue()
        leave = store.subscribe(left.append)
        store.subscribe(told.put_nowait)
        leave()
        leave()
        await store.plan(planned())
        await store.settle("cv_one", CONVERTED, NOON)
        async with asyncio.timeout(HINT_TIMEOUT):
            assert await told.get() == "cv_one"
        assert left == []

    async def test_of_many_callbacks_at_once_one_settles(self, store: Store) -> None:
        """The others are what they are, and change nothing."""
        await kept(store, "cv_one", sent(minute(10)))
        outcomes = [(CONVERTED, FAILED)[number % 2] for number in range(20)]
        answers = await asyncio.gather(
            *(store.settle("cv_one", outcome, NOON) for outcome in outcomes)
        )
        effects = [effect for _, effect in answers]
        assert effects.count(Effect.SETTLED) == 1
        assert set(effects) == {Effect.SETTLED, Effect.DUPLICATE, Effect.CONTRADICTION}
        winner = outcomes[effects.index(Effect.SETTLED)]
        assert {record and record.state for record, _ in answers} == {State(winner.kind)}

    async def test_conversions_do_not_get_in_each_others_way(self, store: Store) -> None:
        """A hundred at once are a hundred records."""
        ids = [f"cv_{number}" for number in range(100)]
        await asyncio.gather(*(kept(store, name, sent(minute(10)), ACCEPTED) for name in ids))
        await asyncio.gather(*(store.settle(name, CONVERTED, minute(1)) for name in ids[::2]))
        records = [await store.get(name) for name in ids]
        states = [record and record.state for record in records]
        assert states == [State.CONVERTED, State.QUEUED] * 50

    async def test_what_settled_before_a_moment_can_be_purged(self, store: Store) -> None:
        """Orphans too; what is waited for stays, and so does what came at that moment."""
        await kept(store, "cv_waiting", sent(minute(1)), ACCEPTED)
        for number, name in enumerate(("cv_old", "cv_older", "cv_new")):
            await store.plan(planned(name))
            await store.settle(name, CONVERTED, minute(number))
        await store.settle("cv_orphan", CONVERTED, minute(1))
        assert await store.purge(older_than=minute(2)) == 3
        assert await store.purge(older_than=minute(2)) == 0
        names = ("cv_waiting", "cv_old", "cv_older", "cv_new")
        left = [name for name in names if await store.get(name) is not None]
        assert left == ["cv_waiting", "cv_new"]
        assert await store.plan(planned("cv_orphan")) == planned("cv_orphan")

    async def test_what_is_being_sent_is_left_alone(self, store: Store) -> None:
        """Its sender lives: only what has lost its sender is recovered."""
        sending = await kept(store, "cv_one", sent(minute(10)))
        waiting = await kept(store, "cv_two")
        assert list(await store.recover(minute(1))) == []
        assert await store.get("cv_one") == sending
        assert await store.get("cv_two") == waiting

    async def test_a_store_can_be_written(self, store: Store) -> None:
        """It says so without changing anything."""
        await store.check()
        assert await store.next_deadline() is None

    async def test_opening_and_closing_twice_does_nothing(self, make_store: MakeStore) -> None:
        """And what was closed can be opened again."""
        store = make_store()
        await store.open()
        await store.plan(planned())
        await store.open()
        assert await store.get("cv_one") == planned()
        await store.close()
        await store.close()
        await store.open()
        await store.check()
        await store.close()

    def test_any_order_of_calls_does_what_a_model_does(self, make_store: MakeStore) -> None:
        """The model is the rules, applied to a dict."""

        class Machine(StoreMachine):
            def __init__(self) -> None:
                super().__init__(make_store())

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=self.examples,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
