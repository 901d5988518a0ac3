"""Who waits for which conversion, and what is asked of the store for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from pdfshift_async import MemoryStore
from pdfshift_async._core.states import State
from pdfshift_async._engine.waiting import Waiting
from pdfshift_async.errors import StoreUnavailable
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Record

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
CONVERTED = Converted(document=HostedDocument(url="https://example.com/a.pdf"))


class CountingStore(MemoryStore):
    """Counts how often it is read."""

    reads = 0

    async def get(self, conversion_id: str) -> Record | None:
        """Give the record."""
        self.reads += 1
        return await super().get(conversion_id)


@pytest.fixture
async def store() -> CountingStore:
    """A store with one planned conversion."""
    store = CountingStore()
    await store.plan(Record("cv_one", None, State.PLANNED, NOON, None))
    store.reads = 0
    return store


@pytest.fixture
def waiting(store: CountingStore) -> Waiting:
    """Waits on that store."""
    return Waiting(store)


async def test_what_is_sent_here_is_not_asked_for_before_it_settles(
    store: CountingStore, waiting: Waiting
) -> None:
    """It was listened for already; then each that waits reads it."""
    with waiting.expecting("cv_one"):
        pass
    waits = [asyncio.ensure_future(waiting.until_settled("cv_one")) for _ in range(2)]
    await asyncio.sleep(0)
    assert store.reads == 0
    await store.settle("cv_one", CONVERTED, NOON)
    store.reads = 0
    assert [record.outcome for record in await asyncio.gather(*waits)] == [CONVERTED, CONVERTED]
    assert store.reads == 2
    assert not store._listeners


async def test_what_has_settled_before_it_is_awaited_is_read(
    store: CountingStore, waiting: Waiting
) -> None:
    """Nobody is told a second time."""
    with waiting.expecting("cv_one"):
        await store.settle("cv_one", CONVERTED, NOON)
    assert not store._listeners
    assert (await waiting.until_settled("cv_one")).outcome == CONVERTED


async def test_what_could_not_be_sent_is_not_listened_for(
    store: CountingStore, waiting: Waiting
) -> None:
    """A store may hear of it never."""

    def fail() -> None:
        with waiting.expecting("cv_one"):
            assert store._listeners
            raise StoreUnavailable("it is away")

    with pytest.raises(StoreUnavailable, match="it is away"):
        fail()
    assert not store._listeners


async def test_closing_listens_for_nothing_any_more(store: CountingStore, waiting: Waiting) -> None:
    """Whatever was sent here."""
    with waiting.expecting("cv_one"):
        pass
    await waiting.close()
    assert not store._listeners
