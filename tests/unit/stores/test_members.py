"""What stores keep of batches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pdfshift_async.stores import (
    BatchStore,
    Ending,
    Member,
    MemoryStore,
    SavedFile,
    SQLiteStore,
    Tally,
)

MEMBER = Member("b", "inv-1", "content", "cv_1", "run-1", 1)
FILE = SavedFile("/out/ü.pdf", 7, "digest")


@pytest.fixture(params=["memory", "sqlite"])
async def members(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BatchStore]:
    """Each store that keeps batches."""
    store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "s.db")
    await store.open()
    yield store
    await store.close()


async def test_a_new_member_is_kept_whole(members: BatchStore) -> None:
    """And is a member of no other batch."""
    member = replace(MEMBER, ending=Ending.CONVERTED, detail="ä", credits=3, file=FILE)
    assert await members.enrol(member) == member
    assert await members.members("b") == [member]
    assert await members.members("other") == []


async def test_a_known_member_is_given_as_it_was(members: BatchStore) -> None:
    """Only run and number are news."""
    await members.enrol(MEMBER)
    again = replace(MEMBER, content="new", conversion_id="cv_2", run="run-2", number=5)
    assert await members.enrol(again) == MEMBER
    assert await members.members("b") == [replace(MEMBER, run="run-2", number=5)]


async def test_a_key_that_differs_in_capitals_is_a_twin(members: BatchStore) -> None:
    """The first of them is none, and twins of other batches do not count."""
    await members.enrol(MEMBER)
    assert (await members.enrol(replace(MEMBER, key="INV-1"))).twin
    assert not (await members.enrol(replace(MEMBER, batch="other", key="INV-1"))).twin


async def test_a_member_is_rewritten_only_with_the_conversion_it_has(members: BatchStore) -> None:
    """So of two that try, one does."""
    await members.enrol(MEMBER)
    second = replace(MEMBER, conversion_id="cv_2")
    assert await members.rewrite(second, instead_of="cv_1")
    assert not await members.rewrite(replace(MEMBER, conversion_id="cv_3"), instead_of="cv_1")
    assert not await members.rewrite(replace(MEMBER, key="none"), instead_of="cv_1")
    assert await members.members("b") == [second]


async def test_members_come_in_the_order_of_their_keys(members: BatchStore) -> None:
    """In pages."""
    for key in ("c", "a", "ü", "b"):
        await members.enrol(replace(MEMBER, key=key))
    first = await members.members("b", limit=2)
    rest = await members.members("b", after=first[-1].key)
    assert [member.key for member in (*first, *rest)] == ["a", "b", "c", "ü"]


async def test_a_batch_is_counted_by_its_endings(members: BatchStore) -> None:
    """With the sum of its credits."""
    assert await members.tally("b") == Tally({}, 0)
    await members.enrol(MEMBER)
    for number, ending in enumerate([Ending.CONVERTED, Ending.CONVERTED, Ending.LOST]):
        await members.enrol(replace(MEMBER, key=str(number), ending=ending, credits=2))
    tally = await members.tally("b")
    assert tally == Tally({None: 1, Ending.CONVERTED: 2, Ending.LOST: 1}, 6)
    assert tally.total == 4


async def test_a_forgotten_batch_is_gone(members: BatchStore) -> None:
    """And no other one."""
    for key in ("a", "b"):
        await members.enrol(replace(MEMBER, key=key))
    await members.enrol(replace(MEMBER, batch="other"))
    assert await members.forget("b") == 2
    assert await members.forget("b") == 0
    assert (await members.tally("b")).total == 0
    assert (await members.tally("other")).total == 1
