"""The members of batches in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pdfshift_async._core.members import Member, Tally, folded

__all__ = ["MemoryMembers"]


class MemoryMembers:
    """What a `MemoryStore` keeps of batches: some hundred bytes for each key, until forgotten."""

    def __init__(self) -> None:
        self._batches: dict[str, dict[str, Member]] = {}
        self._folded: dict[str, set[str]] = {}
        self._awaited: set[str] = set()

    def awaits(self, conversion_id: str) -> bool:
        """Whether a batch has yet to take note of the outcome of a conversion."""
        return conversion_id in self._awaited

    async def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member, or give the known one as it was before."""
        known = self._batches.setdefault(member.batch, {})
        before = known.get(member.key)
        if before is not None:
            known[member.key] = replace(before, run=member.run, number=member.number)
            return before, True
        names = self._folded.setdefault(member.batch, set())
        kept = replace(member, twin=folded(member.key) in names)
        names.add(folded(member.key))
        self._keep(kept)
        return kept, True

    async def lease(self, batch: str, keys: Sequence[str], run: str) -> Sequence[Member]:
        """Take members in hand: there is no other process."""
        known = self._batches.get(batch, {})
        found = [key for key in keys if key in known]
        for key in found:
            if known[key].ending is None:
                known[key] = replace(known[key], run=run)
        return [known[key] for key in found]

    async def release(self, batch: str) -> None:
        """Do nothing: no other process waits for it."""

    async def rewrite(self, member: Member, *, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        before = self._batches.get(member.batch, {}).get(member.key)
        if before is None or before.conversion_id != instead_of:
            return False
        self._awaited.discard(instead_of)
        self._keep(member)
        return True

    async def members(self, batch: str, *, after: str = "", limit: int = 500) -> Sequence[Member]:
        """Give members in the order of their keys, beginning behind a key."""
        known = self._batches.get(batch, {})
        return [known[key] for key in sorted(key for key in known if key > after)[:limit]]

    async def tally(self, batch: str) -> Tally:
        """Give the batch in numbers."""
        known = self._batches.get(batch, {}).values()
        endings = Counter(member.ending for member in known)
        return Tally(endings, sum(member.credits for member in known))

    async def forget(self, batch: str) -> int:
        """Forget the members of a batch, and give their number."""
        forgotten = self._batches.pop(batch, {})
        self._folded.pop(batch, None)
        self._awaited.difference_update(member.conversion_id for member in forgotten.values())
        return len(forgotten)

    def _keep(self, member: Member) -> None:
        self._batches[member.batch][member.key] = member
        if member.ending is None:
            self._awaited.add(member.conversion_id)
