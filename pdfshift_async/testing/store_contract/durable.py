"""The rules of stores that outlive their process, or are shared by several."""
# ruff: noqa: S101 -- these are tests

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from pdfshift_async._core.states import State
from pdfshift_async.stores import Effect, Store, abandoned, applied, called

from .rules import HINT_TIMEOUT, StoreContract
from .samples import (
    ACCEPTED,
    CONVERTED,
    FAILED,
    NOON,
    NOT_SENT,
    at_once,
    kept,
    minute,
    planned,
    sent,
)

__all__ = ["DurableStoreContract", "Reopen"]

Reopen = Callable[[Store], Store]
"""Gives another store, not open, on the data of the one given."""


class DurableStoreContract(StoreContract):
    """The rules of a store that outlives its process, or is shared by several."""

    async def test_everything_is_there_again(self, store: Store, reopen: Reopen) -> None:
        """Records, outcomes, orphans and deadlines."""
        queued = await kept(store, "cv_queued", sent(minute(10)), ACCEPTED)
        await store.plan(planned("cv_settled"))
        settled, _ = await store.settle("cv_settled", FAILED, minute(1))
        await store.settle("cv_orphan", CONVERTED, minute(2))
        await store.close()
        async with _opened(reopen(store)) as again:
            assert await again.get("cv_queued") == queued
            assert await again.get("cv_settled") == settled
            assert await again.overdue(minute(10)) == ["cv_queued"]
            claimed = await again.plan(planned("cv_orphan"))
            assert claimed == called(planned("cv_orphan"), CONVERTED, minute(2))[0]

    async def test_what_lost_its_sender_is_unconfirmed(self, store: Store, reopen: Reopen) -> None:
        """Once; it keeps its deadline, and whatever was not being sent stays as it is."""
        sending = await kept(store, "cv_sending", sent(minute(10)))
        queued = await kept(store, "cv_queued", sent(minute(10)), ACCEPTED)
        await kept(store, "cv_called", sent(minute(10)))
        new = await store.plan(at_once("cv_new"))
        await store.close()
        async with _opened(reopen(store)) as again:
            await again.settle("cv_called", CONVERTED, minute(1))
            assert sorted(await again.recover(minute(2))) == ["cv_new", "cv_sending"]
            assert list(await again.recover(minute(3))) == []
            for record in (new, sending):
                unconfirmed = replace(record, state=State.UNCONFIRMED)
                assert await again.get(record.id) == unconfirmed
            assert await again.get("cv_queued") == queued

    async def test_what_nobody_will_send_ends(self, store: Store, reopen: Reopen) -> None:
        """As never sent, so that nobody waits for it; a callback that came all the same counts."""
        await kept(store, "cv_new")
        await kept(store, "cv_refused", sent(minute(10)), NOT_SENT)
        await kept(store, "cv_called")
        await store.close()
        async with _opened(reopen(store)) as again:
            called_back, _ = await again.settle("cv_called", CONVERTED, minute(1))
            assert sorted(await again.recover(minute(2))) == ["cv_new", "cv_refused"]
            ended = await again.get("cv_new")
            assert ended == applied(planned("cv_new"), abandoned(State.PLANNED, minute(2)))
            assert ended is not None
            assert (ended.state, ended.request) == (State.FAILED, None)
            assert await again.get("cv_called") == called_back

    async def test_two_processes_see_the_same(self, store: Store, reopen: Reopen) -> None:
        """What one of them has written, the other reads at once and is told of soon."""
        async with _opened(reopen(store)) as other:
            told: asyncio.Queue[str] = asyncio.Queue()
            store.subscribe(told.put_nowait)
            await kept(store, "cv_one", sent(minute(10)))
            record, effect = await other.settle("cv_one", CONVERTED, NOON)
            assert effect is Effect.SETTLED
            assert await store.get("cv_one") == record
            assert await store.settle("cv_one", FAILED, NOON) == (record, Effect.CONTRADICTION)
            async with asyncio.timeout(HINT_TIMEOUT):
                assert await told.get() == "cv_one"


@asynccontextmanager
async def _opened(store: Store) -> AsyncIterator[Store]:
    await store.open()
    try:
        yield store
    finally:
        await store.close()
