"""The rules that every store keeps for batches, and those of one that several processes share."""
# ruff: noqa: PLR2004, S101 -- these are tests

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

import pytest

from pdfshift_async.stores import BatchStore, Ending, Member, SavedFile, Store, Tally

from .durable import Reopen
from .samples import CONVERTED, NOON, kept, minute

__all__ = ["BatchStoreContract", "SharedBatchStoreContract"]

_MEMBER: Final = Member("b", "inv-1", "content", "cv_one", "run-1", 1)
_ENDED: Final = replace(_MEMBER, ending=Ending.CONVERTED, credits=1)
_FILE: Final = SavedFile("/out/ü.pdf", 7, "digest")


class BatchStoreContract:
    """The rules of `BatchStore`, each once; a mixin beside `StoreContract`."""

    @pytest.fixture
    def members(self, store: Store) -> BatchStore:
        """An open and empty store."""
        assert isinstance(store, BatchStore)
        return store

    async def test_a_new_member_is_kept_whole(self, members: BatchStore) -> None:
        """And is a member of no other batch."""
        member = replace(_MEMBER, ending=Ending.CONVERTED, detail="ä", credits=3, file=_FILE)
        assert await members.enrol(member) == (member, True)
        assert list(await members.members("b")) == [member]
        assert list(await members.members("other")) == []

    async def test_a_known_member_is_given_as_it_was(self, members: BatchStore) -> None:
        """Only run and number are news."""
        await members.enrol(_MEMBER)
        again = replace(_MEMBER, content="new", conversion_id="cv_2", run="run-2", number=5)
        assert await members.enrol(again) == (_MEMBER, True)
        assert list(await members.members("b")) == [replace(_MEMBER, run="run-2", number=5)]

    async def test_a_key_that_differs_in_capitals_is_a_twin(self, members: BatchStore) -> None:
        """The first of them is none, and twins of other batches do not count."""
        await members.enrol(_MEMBER)
        twins = [replace(_MEMBER, key="INV-1"), replace(_MEMBER, key="Inv-1")]
        assert [(await members.enrol(twin))[0].twin for twin in twins] == [True, True]
        other, _ = await members.enrol(replace(_MEMBER, batch="other", key="INV-1"))
        assert not other.twin

    async def test_a_member_is_rewritten_only_with_its_conversion(
        self, members: BatchStore
    ) -> None:
        """So of two that try, one does."""
        await members.enrol(_MEMBER)
        second = replace(_MEMBER, conversion_id="cv_2")
        assert await members.rewrite(second, instead_of="cv_one")
        third = replace(_MEMBER, conversion_id="cv_3")
        assert not await members.rewrite(third, instead_of="cv_one")
        assert not await members.rewrite(replace(_MEMBER, key="none"), instead_of="cv_one")
        assert list(await members.members("b")) == [second]

    async def test_members_come_in_the_order_of_their_keys(self, members: BatchStore) -> None:
        """In pages."""
        for key in ("c", "a", "ü", "B"):
            await members.enrol(replace(_MEMBER, key=key))
        first = await members.members("b", limit=2)
        rest = await members.members("b", after=first[-1].key)
        assert [member.key for member in (*first, *rest)] == ["B", "a", "c", "ü"]

    async def test_a_batch_is_counted_by_its_endings(self, members: BatchStore) -> None:
        """With the sum of its credits."""
        assert await members.tally("b") == Tally({}, 0)
        await members.enrol(_MEMBER)
        for number, ending in enumerate([Ending.CONVERTED, Ending.CONVERTED, Ending.LOST]):
            await members.enrol(replace(_MEMBER, key=str(number), ending=ending, credits=2))
        tally = await members.tally("b")
        assert tally == Tally({None: 1, Ending.CONVERTED: 2, Ending.LOST: 1}, 6)
        assert tally.total == 4

    async def test_a_forgotten_batch_is_gone(self, members: BatchStore) -> None:
        """And no other one."""
        for key in ("a", "b"):
            await members.enrol(replace(_MEMBER, key=key))
        await members.enrol(replace(_MEMBER, batch="other"))
        assert await members.forget("b") == 2
        assert await members.forget("b") == 0
        assert (await members.tally("b")).total == 0
        assert (await members.tally("other")).total == 1

    async def test_an_outcome_is_kept_until_its_batch_has_seen_it(
        self, members: BatchStore, store: Store
    ) -> None:
        """However old it is; afterwards it can be purged."""
        await members.enrol(_MEMBER)
        await kept(store, "cv_one")
        await store.settle("cv_one", CONVERTED, NOON)
        assert await store.purge(older_than=minute(9)) == 0
        await members.rewrite(_ENDED, instead_of="cv_one")
        assert await store.purge(older_than=minute(9)) == 1

    async def test_what_nobody_else_has_is_leased(self, members: BatchStore) -> None:
        """What has ended is given as well, and what is no member is not."""
        ended = replace(_ENDED, key="ended")
        await members.enrol(_MEMBER)
        await members.enrol(ended)
        await members.release("b")
        leased = await members.lease("b", ["inv-1", "ended", "none"], "run-2")
        assert {member.key: member.ending for member in leased} == {
            "inv-1": None,
            "ended": Ending.CONVERTED,
        }
        runs = {member.key: member.run for member in await members.members("b")}
        assert runs == {"inv-1": "run-2", "ended": "run-1"}


class SharedBatchStoreContract(BatchStoreContract):
    """The rules of a store whose batches several processes may work on."""

    @pytest.fixture
    async def other(self, store: Store, reopen: Reopen) -> AsyncIterator[BatchStore]:
        """The same data, as another process has it."""
        other = reopen(store)
        await other.open()
        assert isinstance(other, BatchStore)
        yield other
        await other.close()

    async def test_what_another_process_has_in_hand_is_left_alone(
        self, members: BatchStore, other: BatchStore
    ) -> None:
        """It is given all the same, and cannot be leased."""
        await members.enrol(_MEMBER)
        second = replace(_MEMBER, conversion_id="cv_2", run="run-2", number=9)
        assert await other.enrol(second) == (_MEMBER, False)
        assert list(await other.lease("b", ["inv-1"], "run-2")) == []
        assert list(await members.members("b")) == [_MEMBER]

    async def test_what_has_ended_is_in_nobodys_hand(
        self, members: BatchStore, other: BatchStore
    ) -> None:
        """Whoever waited for it is given it."""
        await members.enrol(_MEMBER)
        await members.rewrite(_ENDED, instead_of="cv_one")
        assert list(await other.lease("b", ["inv-1"], "run-2")) == [_ENDED]
        assert await other.enrol(replace(_MEMBER, run="run-2")) == (_ENDED, True)

    async def test_what_is_sent_anew_is_in_hand_again(
        self, members: BatchStore, other: BatchStore
    ) -> None:
        """Of whoever sends it."""
        await other.enrol(_ENDED)
        again = replace(_MEMBER, conversion_id="cv_2")
        assert await members.rewrite(again, instead_of="cv_one")
        assert list(await other.lease("b", ["inv-1"], "run-2")) == []

    async def test_what_is_released_can_be_leased(
        self, members: BatchStore, other: BatchStore
    ) -> None:
        """Of that batch alone."""
        await members.enrol(_MEMBER)
        await members.enrol(replace(_MEMBER, batch="other"))
        await members.release("b")
        leased = [replace(_MEMBER, run="run-2")]
        assert list(await other.lease("b", ["inv-1"], "run-2")) == leased
        assert list(await other.lease("other", ["inv-1"], "run-2")) == []
        assert list(await members.lease("b", ["inv-1"], "run-1")) == []

    async def test_what_a_dead_process_had_in_hand_can_be_leased(
        self, members: BatchStore, store: Store, other: BatchStore
    ) -> None:
        """By one of those who wait for it."""
        await members.enrol(_MEMBER)
        await store.close()
        assert await other.lease("b", ["inv-1"], "run-2") == [replace(_MEMBER, run="run-2")]
