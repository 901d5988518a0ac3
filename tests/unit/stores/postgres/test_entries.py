from __future__ import annotations

import pytest

from pdfshift_async._core.states import State, Trigger
from pdfshift_async.errors import UnknownConversion
from pdfshift_async.stores import Change, Effect
from pdfshift_async.stores.postgres.entries import Entry

from .conftest import CONVERTED, NOON, SENT, planned

ACCEPTED = Change(Trigger.ACCEPTED, NOON)


def marks(entry: Entry) -> tuple[bool, bool, bool, bool]:
    """Give what has to be written of it."""
    return entry.is_new, entry.is_claimed, entry.is_changed, entry.has_settled


def test_what_is_only_read_is_not_written() -> None:
    """Nothing, a conversion, an orphan, and changes that are not allowed."""
    empty = Entry("cv_one")
    with pytest.raises(UnknownConversion):
        empty.advance(ACCEPTED)
    conversion = Entry("cv_one", record=planned())
    assert conversion.advance(ACCEPTED) == (planned(), False)
    orphan = Entry("cv_one", orphan=(CONVERTED, NOON))
    assert orphan.settle(CONVERTED, NOON) == (None, Effect.ORPHAN)
    for entry in (empty, conversion, orphan):
        assert marks(entry) == (False, False, False, False)


def test_a_new_conversion_is_new_however_far_it_comes() -> None:
    """It may be planned, sent and settled in one batch."""
    entry = Entry("cv_one")
    entry.plan(planned())
    assert marks(entry) == (True, False, False, False)
    entry.advance(SENT)
    assert marks(entry) == (True, False, False, False)
    entry.settle(CONVERTED, NOON)
    assert marks(entry) == (True, False, False, True)


def test_a_new_orphan_may_be_claimed_in_the_same_batch() -> None:
    """Then it never was one."""
    entry = Entry("cv_one")
    entry.settle(CONVERTED, NOON)
    assert marks(entry) == (True, False, False, False)
    entry.plan(planned())
    assert marks(entry) == (True, False, False, True)


def test_an_orphan_that_was_found_is_replaced() -> None:
    """Its row becomes that of a conversion that has settled."""
    entry = Entry("cv_one", orphan=(CONVERTED, NOON))
    assert entry.plan(planned()).outcome == CONVERTED
    assert marks(entry) == (False, True, False, True)


def test_a_conversion_that_was_found_is_changed() -> None:
    """It settles once."""
    entry = Entry("cv_one", record=planned())
    assert entry.plan(planned()) == planned()
    entry.advance(SENT)
    assert marks(entry) == (False, False, True, False)
    entry.settle(CONVERTED, NOON)
    assert marks(entry) == (False, False, True, True)
    assert not Entry("cv_one", record=entry.record).has_settled


@pytest.mark.parametrize(
    ("sender", "settled", "recovered"),
    [(7, False, True), (8, False, False), (None, False, False), (7, True, False)],
)
def test_only_what_its_sender_left_is_recovered(
    sender: int | None, settled: bool, recovered: bool
) -> None:
    """Not what somebody else has in hand by now, or what has settled meanwhile."""
    entry = Entry("cv_one", record=planned(), sender=sender)
    entry.advance(SENT)
    if settled:
        entry.settle(CONVERTED, NOON)
    before = entry.record
    assert entry.recover(7, NOON) is recovered
    assert entry.record is not None
    assert (entry.record.state is State.UNCONFIRMED) is recovered
    assert (entry.record is before) is not recovered


def test_nothing_is_nobodys() -> None:
    """It was purged meanwhile."""
    assert not Entry("cv_one").recover(7, NOON)
