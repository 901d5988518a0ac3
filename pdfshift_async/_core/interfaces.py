"""What the rules ask of the world: a store, and someone who watches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from pdfshift_async.events import Event
from pdfshift_async.models.outcomes import TrueOutcome

from .records import Change, Effect, Record

__all__ = ["Listener", "Moment", "Observer", "PaceStore", "Store"]

Listener = Callable[[str], None]
"""Is told the id of a conversion that has settled. Only a hint: the store is the truth."""


class Observer(Protocol):
    """Sees what happens, for metrics and traces.

    Called on the event loop between awaits: return at once. What it raises is logged and dropped.
    """

    def notify(self, event: Event) -> None:
        """Take one event."""
        ...


class Store(Protocol):
    """Keeps the conversions.

    The rules are `applied` and `called`; a store keeps what they give, one change at a time for
    each conversion. `pdfshift_async.testing.store_contract` tests one of your own. Each method
    raises `StoreUnavailable` when it cannot do its work.
    """

    async def open(self) -> None:
        """Make ready; opening twice does nothing."""
        ...

    async def close(self) -> None:
        """Write what is left and release everything; closing twice does nothing."""
        ...

    async def plan(self, record: Record) -> Record:
        """Keep a new record and give it back; it comes back settled if its callback is there.

        It is planned, or already being sent if its turn is there. Planning an id again changes
        nothing and gives the record that is kept, so that it can be tried again when it is not
        known whether it was done; whoever gets another one than his own does not send it.
        """
        ...

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record, or None."""
        ...

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        """Apply a change of our own; one that the life cycle refuses leaves the record as it is.

        Gives the record afterwards, and whether the change took effect: when several processes
        attempt what only one may do, one is told so.

        Raises:
            UnknownConversion: There is no such record.
        """
        ...

    async def settle(
        self, conversion_id: str, outcome: TrueOutcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        """Apply a callback; on return it is as durable as the store can make it.

        Gives the record afterwards, None for an orphan, and what the callback did. Of several
        orphans of one id, the first is kept.
        """
        ...

    async def overdue(self, now: datetime) -> Sequence[str]:
        """Give the ids whose deadline has passed, oldest first."""
        ...

    async def next_deadline(self) -> datetime | None:
        """Give the earliest deadline of all conversions that wait for their callback."""
        ...

    async def recover(self, now: datetime) -> Sequence[str]:
        """Apply `abandoned` to what nobody has in hand any more, and give its ids.

        A process that has died, or closed the store, sends nothing and records no answer. What
        others have in hand through the same store, in whichever process, is left alone.
        """
        ...

    async def purge(self, *, older_than: datetime) -> int:
        """Forget what settled before that moment, and orphans that came before it.

        Gives their number. What is not settled stays, however old it is.
        """
        ...

    async def check(self) -> None:
        """Return when the store can be written."""
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the id of each conversion that settles; give the way out.

        It is called on the event loop, soon after the record can be read as settled, and maybe
        more than once. Leaving twice does nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """When a shared pace is changed, and who is there."""

    now: float
    """Seconds of a clock that all processes share."""
    worker: int
    """Stands for this process."""
    living: Collection[int]
    """Stand for the processes that have the store open."""


@runtime_checkable
class PaceStore(Protocol):
    """A store through which processes on any machine share the pace of their account."""

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        """Replace the text of that name, while nobody else can.

        It is empty at first, and may be again after a crash of the server. ``change`` is called
        once more when it is not known whether the first time took effect.

        Raises:
            StoreUnavailable: It cannot be read or written.
        """
        ...
