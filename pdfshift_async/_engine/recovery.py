"""Takes over what nobody has in hand any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Observer, Store
from pdfshift_async._core.observing import notify_settled
from pdfshift_async._core.records import Change, Record, abandoned
from pdfshift_async._core.states import State, Trigger
from pdfshift_async.errors import StoreError

__all__ = ["Recovery"]

_log = logging.getLogger("pdfshift_async")


class Recovery:
    """Ends what a process had in hand when it died, or dropped when the store failed it."""

    def __init__(self, store: Store, clock: Clock, observer: Observer | None) -> None:
        self._store = store
        self._clock = clock
        self._observer = observer
        # Ordered, and of ids alone: the store may be away for long.
        self._dropped: dict[str, bool] = {}

    @contextmanager
    def holding(self, record: Record, *, sent: bool = True) -> Iterator[None]:
        """Have a conversion in hand; what the store fails to record of it is made up for later.

        Args:
            record: The conversion.
            sent: Whether the service may have accepted what the store takes for being sent.
        """
        try:
            yield
        except StoreError as error:
            self._dropped.setdefault(record.id, sent)
            error.about(record.id, record.key)
            raise

    async def recover(self) -> None:
        """Let conversions whose answer nobody hears wait for their callback, and end the unsent.

        What may have been accepted is not sent again, and what never was is not sent by itself:
        its caller has gone, and may have submitted it anew.
        """
        left = await self._store.recover(self._clock.now())
        if left:
            _log.warning(
                "%d conversions were in hand when their process ended; they count as unconfirmed, "
                "or as never sent",
                len(left),
            )
        for conversion_id, sent in list(self._dropped.items()):
            await self._take_over(conversion_id, sent=sent)
            del self._dropped[conversion_id]
        if self._observer is not None:
            for conversion_id in left:
                await self._tell(conversion_id)

    async def _take_over(self, conversion_id: str, *, sent: bool) -> None:
        now = self._clock.now()
        record = await self._store.get(conversion_id)
        if record is not None and record.state is State.SENDING and not sent:
            record, _ = await self._store.advance(conversion_id, Change(Trigger.NOT_SENT, now))
        if record is not None and record.held:
            after, ended = await self._store.advance(conversion_id, abandoned(record.state, now))
            if ended:
                notify_settled(self._observer, after)

    async def _tell(self, conversion_id: str) -> None:
        record = await self._store.get(conversion_id)
        # Else it waits for its callback, or that has come already, and whoever took it told of it.
        if record is not None and record.unsent:
            notify_settled(self._observer, record)
