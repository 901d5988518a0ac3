"""A client that is paced: what goes when, what waits, and what it tells of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    Billed,
    ConfigurationError,
    MemoryStore,
    Pacing,
    PDFOptions,
    PDFShift,
    RateLimited,
    Retry,
    ServiceUnreachable,
    State,
    StoreUnavailable,
    UnexpectedResponse,
)
from pdfshift_async._core.interfaces import Moment
from pdfshift_async._core.records import Record
from pdfshift_async.models.outcomes import Failed, Failure
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]

PDF = b"%PDF-1.7 and so on"


@pytest.fixture
async def one_by_one(new_client: NewClient) -> AsyncIterator[PDFShift]:
    """An open client that lets one queued conversion be unsettled."""
    async with new_client(max_in_flight=1) as client:
        yield client


def queued(clock: VirtualClock, left: int, limit: int = 10) -> httpx.Response:
    """Give an answer with rate headers."""
    reset = int(clock.now().timestamp()) + 40
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": str(reset),
    }
    return httpx.Response(202, json={"queued": True}, headers=headers)


async def pump(rounds: int = 20) -> None:
    """Let everything happen that needs no time."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def settle(store: MemoryStore, clock: VirtualClock, conversion_id: str) -> None:
    """Let a callback come."""
    await store.settle(conversion_id, Failed(failure=Failure(kind="reported")), clock.now())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_open": 0}, "pacing.max_open: must be a whole number from 1 to 50"),
        ({"max_open": 51}, "pacing.max_open: must be a whole number from 1 to 50"),
        ({"max_open": True}, "pacing.max_open: must be a whole number"),
        ({"max_open": 2.5}, "pacing.max_open: must be a whole number"),
        ({"window": 0}, "pacing.window: must be a positive number of seconds"),
    ],
    ids=str,
)
def test_a_pace_that_cannot_work_is_refused(settings: dict[str, Any], said: str) -> None:
    """The error names the setting and its rule."""
    with pytest.raises(ConfigurationError) as caught:
        Pacing(**settings)
    assert said in str(caught.value)


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "5"])
def test_a_limit_in_flight_that_cannot_work_is_refused(limit: Any) -> None:
    """None is the word for any number."""
    with pytest.raises(ConfigurationError, match="max_in_flight: must be a whole number"):
        PDFShift("sk_test", max_in_flight=limit)


async def test_submissions_wait_for_the_reset_instead_of_being_refused(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Their records are planned meanwhile, and the client tells how long it will take."""
    route = service.post("/convert/pdf").mock(side_effect=[queued(clock, 0), queued(clock, 9)])
    _ = await client.submit("<p>hi</p>")
    waiting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(39)
    assert route.call_count == 1
    assert sorted(record.state for record in store._pending.values()) == ["planned", "queued"]
    lane = client.pacing.live
    assert (lane.waiting, lane.limit, lane.remaining, lane.refused) == (1, 10, 0, 0)
    assert lane.finish == lane.next_slot
    assert lane.finish is not None
    assert 1 < lane.finish < 4
    await clock.advance(5)
    assert (await waiting).state is State.QUEUED


async def test_the_sandbox_is_paced_apart(
    client: PDFShift, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """It has a limit of its own, in direct conversions as well."""
    limited = queued(clock, 0)
    service.post("/convert/pdf").mock(
        side_effect=[
            httpx.Response(200, content=PDF, headers=limited.headers),
            httpx.Response(200, content=PDF),
        ]
    )
    await client.convert_direct("<p>hi</p>", PDFOptions(sandbox=True))
    await client.convert_direct("<p>hi</p>")
    pacing = client.pacing
    assert (pacing.sandbox.limit, pacing.live.limit) == (10, None)
    assert (pacing.open, pacing.in_flight, pacing.held_back) == (0, None, 0)


async def test_views_share_one_pace(client: PDFShift, service: respx.MockRouter) -> None:
    """The service counts their requests together."""
    service.post("/convert/pdf").respond(202, json={"queued": True})
    _ = await client.with_options(timeout=5).submit("<p>hi</p>")
    assert client.pacing.live.rate == 1.0
    assert client.with_options(timeout=6).pacing == client.pacing


async def test_waiting_in_the_queue_uses_up_no_retries(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """The time counts from the first refusal."""
    limited = httpx.Response(429, json={"error": "Slow."}, headers={"Retry-After": "3"})
    route = service.post("/convert/pdf").mock(
        side_effect=[queued(clock, 0), limited, queued(clock, 9)]
    )
    async with new_client() as client:
        view = client.with_options(retry=Retry(max_elapsed=10))
        _ = await view.submit("<p>hi</p>")
        waiting = asyncio.ensure_future(view.submit("<p>hi</p>"))
        await clock.advance(44)
        assert route.call_count == 2
        await clock.advance(10)
        assert (await waiting).state is State.QUEUED
        assert client.pacing.live.refused == 1


async def test_closing_ends_what_waits_for_its_turn(
    new_client: NewClient, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Nothing is sent, and who awaits the conversion later learns the same."""
    route = service.post("/convert/pdf").mock(return_value=queued(clock, 0))
    async with new_client() as client:
        _ = await client.submit("<p>hi</p>")
        waiting = asyncio.ensure_future(client.submit("<p>hi</p>", key="inv-2"))
        await pump()
    with pytest.raises(ServiceUnreachable, match="closed before its turn came") as caught:
        _ = await waiting
    assert (caught.value.key, caught.value.billed) == ("inv-2", Billed.NO)
    assert route.call_count == 1
    record = await store.get(caught.value.conversion_id or "")
    assert record is not None
    assert record.state is State.FAILED


async def test_cancelling_while_it_waits_ends_a_conversion(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """It leaves the queue, and its record says that nothing was accepted."""
    service.post("/convert/pdf").mock(return_value=queued(clock, 0))
    _ = await client.submit("<p>hi</p>")
    waiting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await pump()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        _ = await waiting
    assert client.pacing.live.waiting == 0
    assert [record.state for record in store._settled.values()] == [State.FAILED]


async def test_no_more_are_in_flight_than_allowed(
    one_by_one: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """The next one goes when one has settled; direct conversions are not counted."""
    route = service.post("/convert/pdf").respond(202, json={"queued": True})
    first = await one_by_one.submit("<p>1</p>")
    second = asyncio.ensure_future(one_by_one.submit("<p>2</p>"))
    await pump()
    assert route.call_count == 1
    pacing = one_by_one.pacing
    assert (pacing.in_flight, pacing.held_back, pacing.live.waiting) == (1, 1, 0)
    await settle(store, clock, first.id)
    assert (await second).state is State.QUEUED
    service.post("/convert/pdf").respond(200, content=PDF)
    assert (await one_by_one.convert_direct("<p>3</p>")).content == PDF


async def test_what_was_refused_is_not_in_flight(
    one_by_one: PDFShift, service: respx.MockRouter
) -> None:
    """It will never settle otherwise."""
    service.post("/convert/pdf").respond(429, json={"error": "Slow."})
    with pytest.raises(RateLimited):
        _ = await one_by_one.with_options(retry=Retry(max_elapsed=0)).submit("<p>1</p>")
    assert one_by_one.pacing.in_flight == 0


async def test_what_may_have_been_accepted_is_in_flight(
    one_by_one: PDFShift, service: respx.MockRouter
) -> None:
    """Its callback, or its deadline, makes room."""
    service.post("/convert/pdf").respond(204)
    with pytest.raises(UnexpectedResponse):
        _ = await one_by_one.submit("<p>1</p>")
    assert one_by_one.pacing.in_flight == 1


class BrokenStore(MemoryStore):
    """Cannot record that a submission is being sent."""

    async def plan(self, record: Record) -> Record:
        msg = "disk full"
        raise StoreUnavailable(msg)


async def test_a_broken_store_does_not_use_up_the_room(new_client: NewClient) -> None:
    """Nobody would ever say that the conversion has settled."""
    async with new_client(store=BrokenStore(), max_in_flight=1) as client:
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="disk full"):
                _ = await client.submit("<p>hi</p>")
        assert client.pacing.in_flight == 0


class SharedStore(MemoryStore):
    """Has a pace, unless it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.away = False

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        self.names.add(name)
        if self.away:
            msg = "gone"
            raise StoreUnavailable(msg)
        change("", Moment(0.0, 1, [1]))


async def test_a_pace_is_shared_by_account_and_service(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """The store is told neither the key nor where it is good for."""
    service.post("/convert/pdf").respond(200, content=PDF)
    service.post("https://eu.pdfshift.test/v3/convert/pdf").respond(200, content=PDF)
    store = SharedStore()
    for settings in ({}, {}, {"base_url": "https://eu.pdfshift.test/v3"}):
        async with new_client(store=store, **settings) as client:
            await client.convert_direct("<p>hi</p>")
    assert len(store.names) == 2
    assert not [name for name in store.names if "sk_test" in name or "pdfshift.test" in name]


async def test_a_pace_that_is_away_sends_nothing(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """Whoever waits is told so, and the conversion ends when the store is back."""
    store = SharedStore()
    store.away = True
    async with new_client(store=store) as client:
        with pytest.raises(StoreUnavailable, match="pace cannot be shared: gone") as direct:
            await client.convert_direct("<p>hi</p>")
        with pytest.raises(StoreUnavailable, match="pace cannot be shared: gone") as caught:
            _ = await client.submit("<p>hi</p>", key="one")
        assert (direct.value.billed, caught.value.billed, caught.value.key) == (
            Billed.NO,
            Billed.NO,
            "one",
        )
        assert caught.value.conversion_id is not None
        await clock.advance(61)
        with pytest.raises(ServiceUnreachable):
            await client.conversion(caught.value.conversion_id)
    assert not service.calls
