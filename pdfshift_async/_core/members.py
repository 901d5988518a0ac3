"""What is stored of a batch: which conversion each key has, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

__all__ = ["BatchStore", "Ending", "Member", "SavedFile", "Tally", "folded"]


class Ending(StrEnum):
    """What became of an item."""

    CONVERTED = "converted"
    FAILED = "failed"
    LOST = "lost"
    UNSENT = "unsent"
    """Nothing was accepted; the next run sends it."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """Where a document was saved, and what tells whether it is there still."""

    path: str
    size: int
    digest: str
    """BLAKE2b of its content."""


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a batch as the store keeps it."""

    batch: str
    key: str
    content: str
    """Digest of source and options: a document that has changed is another one."""
    conversion_id: str
    run: str
    """The run that read it last."""
    number: int
    """Its place among the items of that run, from 1."""
    twin: bool = False
    """Whether an earlier key of the batch differs from it in nothing but capitals."""
    ending: Ending | None = None
    """None while its outcome is not known here."""
    detail: str | None = None
    """Why there is no document, in one line."""
    credits: int = 0
    """What it cost as far as is known."""
    file: SavedFile | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """A batch in numbers."""

    endings: Mapping[Ending | None, int]
    """How many items ended in which way; None for those that have not."""
    credits: int

    @property
    def total(self) -> int:
        """How many items the store knows."""
        return sum(self.endings.values())


def folded(key: str) -> str:
    """Give what keys have in common whose files some file systems cannot tell apart."""
    return key.casefold()


@runtime_checkable
class BatchStore(Protocol):
    """Keeps the members of batches, beside the conversions."""

    async def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member, or give the one that is kept, and whether this process has it in hand.

        A new one comes back with `twin` as it is. Where its key is a member already, run and
        number change, and it is given as it was before. One without an ending that another
        process has in hand is left as it is.
        """
        ...

    async def lease(self, batch: str, keys: Sequence[str], run: str) -> Sequence[Member]:
        """Take in hand what nobody has any more; give it, and what has ended.

        A process has in hand what it enrolled, leased or rewrote without an ending, until it
        dies, closes the store or releases the batch.
        """
        ...

    async def release(self, batch: str) -> None:
        """Have nothing of a batch in hand any more."""
        ...

    async def rewrite(self, member: Member, *, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        ...

    async def members(self, batch: str, *, after: str = "", limit: int = 500) -> Sequence[Member]:
        """Give members in the order of their keys, beginning behind a key."""
        ...

    async def tally(self, batch: str) -> Tally:
        """Give the batch in numbers."""
        ...

    async def forget(self, batch: str) -> int:
        """Forget the members of a batch, and give their number."""
        ...
