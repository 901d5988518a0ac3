"""A store against a model: the rules, applied to a dict."""
# ruff: noqa: S101 -- these are tests

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pdfshift_async._core.states import Trigger
from pdfshift_async.errors import UnknownConversion
from pdfshift_async.models.outcomes import TrueOutcome
from pdfshift_async.stores import Change, Effect, Record, Store, applied, called

from .samples import CONVERTED, FAILED, at_once, minute, planned

__all__ = ["StoreMachine"]

T = TypeVar("T")

_IDS = ("cv_a", "cv_b", "cv_c")

_ids = st.sampled_from(_IDS)
_moments = st.integers(0, 9).map(minute)
_outcomes = st.sampled_from([CONVERTED, FAILED])
_changes = st.builds(
    Change,
    trigger=st.sampled_from(Trigger),
    at=_moments,
    outcome=_outcomes,
    deadline=_moments,
    missed=st.none() | _moments,
    erase=st.booleans(),
)


class StoreMachine(RuleBasedStateMachine):
    """Calls a store in any order, and compares it with the rules applied to a dict."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = store
        self.records: dict[str, Record] = {}
        self.orphans: dict[str, tuple[TrueOutcome, datetime]] = {}
        self.run(store.open())

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Await the call in an event loop that outlives it."""
        return self.runner.run(call)

    @rule(conversion_id=_ids, new=st.sampled_from([planned, at_once]))
    def plan(self, conversion_id: str, new: Callable[[str], Record]) -> None:
        """Plan a conversion, for the first time or again."""
        record = self.records.setdefault(conversion_id, new(conversion_id))
        if orphan := self.orphans.pop(conversion_id, None):
            record, _ = called(record, *orphan)
        self.records[conversion_id] = record
        assert self.run(self.store.plan(new(conversion_id))) == record

    @rule(conversion_id=_ids, change=_changes)
    def advance(self, conversion_id: str, change: Change) -> None:
        """Change a conversion, allowed or not, there or not."""
        record = self.records.get(conversion_id)
        if record is None:
            with pytest.raises(UnknownConversion):
                self.run(self.store.advance(conversion_id, change))
            return
        after = applied(record, change)
        self.records[conversion_id] = after or record
        expected = (after or record, after is not None)
        assert self.run(self.store.advance(conversion_id, change)) == expected

    @rule(conversion_id=_ids, outcome=_outcomes, at=_moments)
    def settle(self, conversion_id: str, outcome: TrueOutcome, at: datetime) -> None:
        """Let a callback arrive, with or without a record."""
        answer = self.run(self.store.settle(conversion_id, outcome, at))
        if record := self.records.get(conversion_id):
            self.records[conversion_id], effect = called(record, outcome, at)
            assert answer == (self.records[conversion_id], effect)
        else:
            self.orphans.setdefault(conversion_id, (outcome, at))
            assert answer == (None, Effect.ORPHAN)

    @rule(now=_moments)
    def look_for_the_overdue(self, now: datetime) -> None:
        """See which deadlines have passed."""
        passed = {
            record.id: record.deadline
            for record in self.records.values()
            if record.deadline is not None and record.deadline <= now
        }
        overdue = self.run(self.store.overdue(now))
        assert sorted(overdue) == sorted(passed)
        assert [passed[name] for name in overdue] == sorted(passed.values())

    @rule(moment=_moments)
    def purge(self, moment: datetime) -> None:
        """Forget what is old."""
        old = [
            record.id
            for record in self.records.values()
            if record.settled_at is not None and record.settled_at < moment
        ]
        orphans = [name for name, (_, at) in self.orphans.items() if at < moment]
        for name in old:
            del self.records[name]
        for name in orphans:
            del self.orphans[name]
        assert self.run(self.store.purge(older_than=moment)) == len(old) + len(orphans)

    @invariant()
    def the_store_is_the_model(self) -> None:
        """Every record and the next deadline are the same."""
        for name in _IDS:
            assert self.run(self.store.get(name)) == self.records.get(name)
        deadlines = [record.deadline for record in self.records.values() if record.deadline]
        assert self.run(self.store.next_deadline()) == min(deadlines, default=None)

    def teardown(self) -> None:
        """Close the store and its event loop."""
        self.run(self.store.close())
        self.runner.close()
