"""Rows of the table, while a batch of orders works on them."""

from __future__ import annotations

from datetime import datetime

from pdfshift_async._core.records import Change, Effect, Record, abandoned, applied, called
from pdfshift_async.errors import UnknownConversion
from pdfshift_async.models.outcomes import TrueOutcome

__all__ = ["Entry", "Orphan"]

Orphan = tuple[TrueOutcome, datetime]
"""A callback without a conversion, and when it came."""


class Entry:
    """What stands under one id: a conversion, an orphan, or nothing.

    Args:
        conversion_id: The id.
        record: The conversion, as it was found.
        orphan: The callback that was found in its place.
        sender: Who had it in hand.
    """

    __slots__ = ("_found", "id", "orphan", "record", "sender")

    def __init__(
        self,
        conversion_id: str,
        *,
        record: Record | None = None,
        orphan: Orphan | None = None,
        sender: int | None = None,
    ) -> None:
        self.id = conversion_id
        self.record = record
        self.orphan = orphan
        self.sender = sender
        self._found = record, orphan

    @property
    def is_new(self) -> bool:
        """Whether there is something where nothing was found."""
        return self._found == (None, None) and (self.record, self.orphan) != (None, None)

    @property
    def is_claimed(self) -> bool:
        """Whether there is a conversion where an orphan was found."""
        return self._found[1] is not None and self.orphan is None

    @property
    def is_changed(self) -> bool:
        """Whether there is another record where one was found."""
        return self._found[0] is not None and self._found[0] is not self.record

    @property
    def has_settled(self) -> bool:
        """Whether the conversion has settled, or settled anew, since it was found."""
        record = self.record
        return record is not None and record.settled and record is not self._found[0]

    def plan(self, record: Record) -> Record:
        """Keep a new record; one that is there already stays as it is."""
        if self.record is None:
            self.record = record
            if self.orphan is not None:
                self.record, _ = called(record, *self.orphan)
                self.orphan = None
        return self.record

    def advance(self, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own; tell whether it took effect.

        Raises:
            UnknownConversion: There is no such record.
        """
        if self.record is None:
            raise UnknownConversion(self.id)
        after = applied(self.record, change)
        self.record = after or self.record
        return self.record, after is not None

    def settle(self, outcome: TrueOutcome, at: datetime) -> tuple[Record | None, Effect]:
        """Apply a callback."""
        if self.record is None:
            self.orphan = self.orphan or (outcome, at)
            return None, Effect.ORPHAN
        self.record, effect = called(self.record, outcome, at)
        return self.record, effect

    def recover(self, sender: int, at: datetime) -> bool:
        """Go on without that sender, unless somebody else has taken it in hand meanwhile."""
        record = self.record
        if record is None or not record.held or self.sender != sender:
            return False
        self.advance(abandoned(record.state, at))
        return True
