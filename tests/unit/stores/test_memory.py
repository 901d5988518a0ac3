"""How the memory store stays within its bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pdfshift_async import _defaults
from pdfshift_async._core.states import State, Trigger
from pdfshift_async.errors import ConfigurationError
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Effect, MemoryStore, Record

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=10)
CONVERTED = Converted(document=HostedDocument(url="https://example.com/a.pdf"))


def minute(number: int) -> datetime:
    """Give the moment that many minutes after noon."""
    return NOON + timedelta(minutes=number)


async def queued(store: MemoryStore, conversion_id: str, deadline: datetime = SOON) -> None:
    """Bring a conversion to where it waits for its callback."""
    await store.plan(Record(conversion_id, None, State.PLANNED, NOON, None))
    await store.advance(conversion_id, Change(Trigger.SEND, NOON, deadline=deadline))
    await store.advance(conversion_id, Change(Trigger.ACCEPTED, NOON))


async def settled(store: MemoryStore, conversion_id: str, at: datetime = NOON) -> None:
    """Bring a conversion to its end."""
    await queued(store, conversion_id)
    await store.settle(conversion_id, CONVERTED, at)


async def ids_in(store: MemoryStore, count: int) -> list[str]:
    """Give those of the first ids that have a record."""
    return [str(number) for number in range(count) if await store.get(str(number))]


async def test_only_so_many_settled_conversions_are_kept() -> None:
    """The oldest goes first; what is not settled stays."""
    store = MemoryStore(keep_settled=3)
    await queued(store, "0")
    for number in range(1, 6):
        await settled(store, str(number))
    assert await ids_in(store, 6) == ["0", "3", "4", "5"]


async def test_settled_conversions_are_kept_only_so_long() -> None:
    """As long as the service keeps the file, unless said otherwise."""
    store = MemoryStore(keep_settled_for=timedelta(minutes=5))
    for number, at in enumerate((0, 2, 5, 7)):
        await settled(store, str(number), minute(at))
    assert await ids_in(store, 4) == ["1", "2", "3"]
    assert MemoryStore()._keep_settled_for == timedelta(days=2)


async def test_what_has_just_settled_can_be_read() -> None:
    """However little is kept: its waiter is only now waking up."""
    store = MemoryStore(keep_settled=1, keep_settled_for=1)
    read: list[Record | None] = []
    store.subscribe(lambda conversion_id: read.append(store._settled.get(conversion_id)))
    await settled(store, "0")
    await settled(store, "1", minute(60))
    assert [record and record.id for record in read] == ["0", "1"]


async def test_a_late_truth_is_news() -> None:
    """It is kept as long as if it had settled just now."""
    store = MemoryStore(keep_settled=2)
    await queued(store, "0")
    await store.advance("0", Change(Trigger.GIVEN_UP, minute(10)))
    await settled(store, "1")
    assert (await store.settle("0", CONVERTED, minute(20)))[1] is Effect.LATE
    await settled(store, "2")
    assert await ids_in(store, 3) == ["0", "2"]


@pytest.mark.parametrize("options", [{"keep_settled": 0}, {"keep_settled": -1}])
@pytest.mark.parametrize("more", [{}, {"keep_settled_for": 60}])
def test_a_store_that_keeps_nothing_is_refused(
    options: dict[str, Any], more: dict[str, Any]
) -> None:
    """No outcome could be read from it."""
    with pytest.raises(ConfigurationError, match="keep_settled: must be at least 1"):
        MemoryStore(**options, **more)


@pytest.mark.parametrize("keep_settled_for", [0, -1, timedelta(0), float("inf")])
def test_the_time_to_keep_is_a_duration(keep_settled_for: float | timedelta) -> None:
    """Like every other one."""
    with pytest.raises(ConfigurationError, match="keep_settled_for: must be a positive number"):
        MemoryStore(keep_settled_for=keep_settled_for)


async def test_only_so_many_orphans_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first, and the same one again takes no place."""
    monkeypatch.setattr(_defaults, "KEEP_ORPHANS", 2)
    store = MemoryStore()
    for conversion_id in ("0", "0", "1", "2", "2"):
        await store.settle(conversion_id, CONVERTED, NOON)
    claimed = []
    for conversion_id in ("0", "1", "2"):
        record = await store.plan(Record(conversion_id, None, State.PLANNED, NOON, None))
        claimed.append(record.state)
    assert claimed == [State.PLANNED, State.CONVERTED, State.CONVERTED]
    assert not store._orphans


async def test_deadlines_of_settled_conversions_do_not_pile_up() -> None:
    """Their number stays in proportion to what is waited for."""
    store = MemoryStore()
    await queued(store, "waiting", minute(5))
    for number in range(1000):
        await settled(store, str(number))
    assert len(store._deadlines) < 100
    assert await store.next_deadline() == minute(5)
    await store.settle("waiting", CONVERTED, NOON)
    assert await store.next_deadline() is None
    assert not store._deadlines


async def test_a_conversion_has_one_deadline_however_often_it_is_sent() -> None:
    """Attempts that came to nothing leave none behind, not even the same one."""
    store = MemoryStore()
    await store.plan(Record("0", None, State.PLANNED, NOON, None))
    for _ in range(5):
        await store.advance("0", Change(Trigger.SEND, NOON, deadline=minute(10)))
        await store.advance("0", Change(Trigger.NOT_SENT, NOON))
    await store.advance("0", Change(Trigger.SEND, NOON, deadline=minute(10)))
    assert await store.overdue(minute(10)) == ["0"]


async def test_a_listener_may_leave_while_it_is_told() -> None:
    """The others are told all the same."""
    store = MemoryStore()
    told: list[str] = []

    def once(conversion_id: str) -> None:
        told.append(f"once {conversion_id}")
        leave()

    leave = store.subscribe(once)
    store.subscribe(lambda conversion_id: told.append(f"always {conversion_id}"))
    await settled(store, "0")
    await settled(store, "1")
    assert told == ["once 0", "always 0", "always 1"]


async def test_its_content_outlives_its_being_closed() -> None:
    """A client that opens again finds its conversions."""
    store = MemoryStore()
    await store.open()
    await queued(store, "0")
    await store.close()
    await store.open()
    assert await ids_in(store, 1) == ["0"]
