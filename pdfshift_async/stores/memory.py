"""Conversions in this process: nothing to set up, nothing left after it ends."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pdfshift_async import _defaults
from pdfshift_async._core.interfaces import Listener
from pdfshift_async._core.members import Member, Tally
from pdfshift_async._core.records import Change, Effect, Record, abandoned, applied, called
from pdfshift_async._settings import seconds
from pdfshift_async.errors import ConfigurationError, UnknownConversion
from pdfshift_async.models.outcomes import TrueOutcome

from .listeners import Listeners
from .members import MemoryMembers

__all__ = ["MemoryStore"]

_SLACK = 64


class MemoryStore:
    """A store for one process; settled conversions age out, so its growth is bounded.

    Args:
        keep_settled: How many settled conversions are kept; the oldest goes first. Keep more than
            are ever awaited at the same time: one that has gone cannot be awaited any more.
        keep_settled_for: Seconds for which one is kept.

    Raises:
        ConfigurationError: It would keep nothing.
    """

    def __init__(
        self,
        *,
        keep_settled: int = _defaults.KEEP_SETTLED,
        keep_settled_for: float | timedelta = _defaults.KEEP_SETTLED_FOR,
    ) -> None:
        if keep_settled < 1:
            raise ConfigurationError("keep_settled", "must be at least 1")
        self._keep_settled = keep_settled
        self._keep_settled_for = timedelta(seconds=seconds("keep_settled_for", keep_settled_for))
        self._pending: dict[str, Record] = {}
        # Ordered, because the first entry of a plain dict is found by walking over all that were
        # deleted before it.
        self._settled: OrderedDict[str, Record] = OrderedDict()
        self._orphans: OrderedDict[str, tuple[TrueOutcome, datetime]] = OrderedDict()
        self._deadlines: list[tuple[datetime, str]] = []
        self._listeners = Listeners()
        self._abandoned: list[str] = []
        self._members = MemoryMembers()

    async def open(self) -> None:
        """Make ready: there is nothing to do."""

    async def close(self) -> None:
        """Keep everything: a client that is opened again finds its conversions."""
        self._abandoned = [record.id for record in self._pending.values() if record.held]

    async def plan(self, record: Record) -> Record:
        """Keep a new record and give it back; it comes back settled if its callback is there."""
        known = await self.get(record.id)
        if known is not None:
            return known
        self._keep(record)
        if orphan := self._orphans.pop(record.id, None):
            await self.settle(record.id, *orphan)
        return self._found(record.id)

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        return self._pending.get(conversion_id) or self._settled.get(conversion_id)

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own; one that the life cycle refuses leaves the record as it is."""
        before = self._found(conversion_id)
        after = applied(before, change)
        if after is None:
            return before, False
        self._keep(after)
        return after, True

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback."""
        before = await self.get(conversion_id)
        if before is None:
            self._keep_orphan(conversion_id, outcome, at)
            return None, Effect.ORPHAN
        after, effect = called(before, outcome, at)
        if after is not before:
            self._keep(after)
        return after, effect

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give the ids whose deadline has passed, oldest first."""
        passed = {entry for entry in self._deadlines if entry[0] <= now and self._awaits(*entry)}
        return [conversion_id for _, conversion_id in sorted(passed)]

    async def next_deadline(self) -> datetime | None:
        """Give the earliest deadline of all conversions that wait for their callback."""
        while self._deadlines:
            deadline, conversion_id = self._deadlines[0]
            if self._awaits(deadline, conversion_id):
                return deadline
            heapq.heappop(self._deadlines)
        return None

    async def recover(self, now: datetime) -> Sequence[str]:
        """Apply `abandoned` to what was in hand when the store was closed, and give its ids."""
        closed, self._abandoned = self._abandoned, []
        records = [self._pending[name] for name in closed if name in self._pending]
        left = [record for record in records if record.held]
        for record in left:
            await self.advance(record.id, abandoned(record.state, now))
        return [record.id for record in left]

    async def purge(self, *, older_than: datetime) -> int:
        """Forget what settled before that moment, and orphans that came before it."""
        settled = [
            record.id
            for record in self._settled.values()
            if _settled_at(record) < older_than and not self._members.awaits(record.id)
        ]
        orphans = [name for name, (_, at) in self._orphans.items() if at < older_than]
        for conversion_id in settled:
            del self._settled[conversion_id]
        for conversion_id in orphans:
            del self._orphans[conversion_id]
        return len(settled) + len(orphans)

    async def enrol(self, member: Member) -> tuple[Member, bool]:
        """Keep a new member of a batch, or give the known one, and whether it is in hand here."""
        return await self._members.enrol(member)

    async def lease(self, batch: str, keys: Sequence[str], run: str) -> Sequence[Member]:
        """Give members to go on with: no other process has one in hand."""
        return await self._members.lease(batch, keys, run)

    async def release(self, batch: str) -> None:
        """Have nothing of a batch in hand any more."""
        await self._members.release(batch)

    async def rewrite(self, member: Member, *, instead_of: str) -> bool:
        """Write a member that still has that conversion, and tell whether it had it."""
        return await self._members.rewrite(member, instead_of=instead_of)

    async def members(self, batch: str, *, after: str = "", limit: int = 500) -> Sequence[Member]:
        """Give members in the order of their keys, beginning behind a key."""
        return await self._members.members(batch, after=after, limit=limit)

    async def tally(self, batch: str) -> Tally:
        """Give a batch in numbers."""
        return await self._members.tally(batch)

    async def forget(self, batch: str) -> int:
        """Forget the members of a batch, and give their number."""
        return await self._members.forget(batch)

    async def check(self) -> None:
        """Return: memory can always be written."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the id of each conversion that settles; give the way out."""
        return self._listeners.subscribe(listener)

    def _found(self, conversion_id: str) -> Record:
        record = self._pending.get(conversion_id) or self._settled.get(conversion_id)
        if record is None:
            raise UnknownConversion(conversion_id)
        return record

    def _keep(self, record: Record) -> None:
        if record.settled:
            self._keep_settled_record(record)
            return
        before = self._pending.get(record.id)
        self._pending[record.id] = record
        if record.deadline is not None and (before is None or before.deadline != record.deadline):
            self._expect(record.deadline, record.id)

    def _keep_settled_record(self, record: Record) -> None:
        self._pending.pop(record.id, None)
        self._settled[record.id] = record
        self._settled.move_to_end(record.id)  # a late truth is news
        self._age_out(_settled_at(record))
        self._listeners.tell(record.id)

    def _keep_orphan(self, conversion_id: str, outcome: TrueOutcome, at: datetime) -> None:
        self._orphans.setdefault(conversion_id, (outcome, at))
        if len(self._orphans) > _defaults.KEEP_ORPHANS:
            self._orphans.popitem(last=False)

    def _expect(self, deadline: datetime, conversion_id: str) -> None:
        """Remember a deadline; those of settled conversions are swept out when they prevail."""
        heapq.heappush(self._deadlines, (deadline, conversion_id))
        if len(self._deadlines) > 2 * len(self._pending) + _SLACK:
            live = {entry for entry in self._deadlines if self._awaits(*entry)}
            self._deadlines = sorted(live)

    def _awaits(self, deadline: datetime, conversion_id: str) -> bool:
        record = self._pending.get(conversion_id)
        return record is not None and record.deadline == deadline

    def _age_out(self, now: datetime) -> None:
        """Drop what is too old or too much; what has just settled stays in any case."""
        horizon = now - self._keep_settled_for
        while (
            len(self._settled) > self._keep_settled
            or _settled_at(next(iter(self._settled.values()))) < horizon
        ):
            self._settled.popitem(last=False)


def _settled_at(record: Record) -> datetime:
    return record.settled_at or record.created_at
