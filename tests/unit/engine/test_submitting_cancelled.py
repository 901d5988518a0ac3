"""What becomes of a conversion whose submission is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
import respx

from pdfshift_async import (
    MemoryStore,
    PDFShift,
    Retry,
    ServiceUnreachable,
    State,
    StoreUnavailable,
)
from pdfshift_async._core.records import Change, Record
from pdfshift_async._core.states import Trigger
from pdfshift_async.testing import VirtualClock

NewClient = Callable[..., PDFShift]


class SlowStore(MemoryStore):
    """Takes its time for some writes, and may fail in the end."""

    def __init__(self, slow: Trigger | None, *, fails: bool = False) -> None:
        super().__init__()
        self._slow = slow
        self._fails = fails
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def plan(self, record: Record) -> Record:
        planned = await super().plan(record)
        await self._wait(None)
        return planned

    async def advance(self, conversion_id: str, change: Change) -> tuple[Record, bool]:
        await self._wait(change.trigger)
        return await super().advance(conversion_id, change)

    async def _wait(self, trigger: Trigger | None) -> None:
        if trigger is not self._slow:
            return
        self.reached.set()
        await self.go_on.wait()
        if self._fails:
            self._slow = Trigger.GIVEN_UP
            msg = "disk full"
            raise StoreUnavailable(msg)


async def test_cancelling_in_the_middle_of_a_request_leaves_it_unconfirmed(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore
) -> None:
    """The request may have arrived, so its callback decides."""
    under_way = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        under_way.set()
        await asyncio.Event().wait()
        raise AssertionError

    service.post("/convert/pdf").mock(side_effect=hang)
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await under_way.wait()
    submitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        _ = await submitting
    (record,) = store._pending.values()
    assert record.state is State.UNCONFIRMED


async def test_cancelling_between_two_attempts_ends_the_conversion(
    client: PDFShift, service: respx.MockRouter, store: MemoryStore, clock: VirtualClock
) -> None:
    """Nothing was accepted and nothing will be sent, so nothing stays pending."""
    service.post("/convert/pdf").mock(side_effect=httpx.ConnectError("refused"))
    submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
    await clock.advance(0.1)
    submitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        _ = await submitting
    assert not store._pending
    (record,) = store._settled.values()
    with pytest.raises(ServiceUnreachable, match="cancelled before the service accepted it"):
        await client.conversion(record.id)


async def test_cancelling_while_it_is_planned_ends_the_conversion(new_client: NewClient) -> None:
    """The record may be there already, and nobody else would end it."""
    store = SlowStore(slow=None)
    async with new_client(store=store) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await store.reached.wait()
        submitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            _ = await submitting
    (record,) = store._settled.values()
    assert record.state is State.FAILED


async def test_cancelling_while_its_failure_is_written_ends_the_conversion(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """It is planned again at that moment, and nobody else would end it."""
    service.post("/convert/pdf").mock(side_effect=httpx.ConnectError("refused"))
    store = SlowStore(Trigger.WITHDRAWN)
    async with new_client(store=store) as client:
        view = client.with_options(retry=Retry(max_elapsed=0))
        submitting = asyncio.ensure_future(view.submit("<p>hi</p>"))
        await store.reached.wait()
        submitting.cancel()
        store.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            _ = await submitting
    (record,) = store._settled.values()
    assert record.state is State.FAILED


async def test_a_cancellation_stays_one_when_the_store_fails(
    new_client: NewClient, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """`asyncio.timeout` and task groups rely on it; the conversion ends when the store is back."""
    service.post("/convert/pdf").mock(side_effect=httpx.ConnectError("refused"))
    store = SlowStore(Trigger.WITHDRAWN, fails=True)
    store.go_on.set()
    async with new_client(store=store) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await clock.advance(0.1)
        submitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            _ = await submitting
        (record,) = store._pending.values()
        waiting = asyncio.ensure_future(client.conversion(record.id).wait())
        await clock.advance(61)
        with pytest.raises(ServiceUnreachable):
            _ = await waiting


async def test_cancelling_twice_does_not_make_a_request_unsent(
    new_client: NewClient, service: respx.MockRouter
) -> None:
    """The first time is not written yet: it may have arrived all the same."""
    under_way = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        under_way.set()
        await asyncio.Event().wait()
        raise AssertionError

    service.post("/convert/pdf").mock(side_effect=hang)
    store = SlowStore(Trigger.NO_ANSWER)
    async with new_client(store=store) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await under_way.wait()
        submitting.cancel()
        await store.reached.wait()
        submitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            _ = await submitting
        (record,) = store._pending.values()
        assert record.state is State.SENDING
        store.go_on.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        (record,) = store._pending.values()
        assert record.state is State.UNCONFIRMED


class ForgetfulStore(MemoryStore):
    """Gives up a write whose caller has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def plan(self, record: Record) -> Record:
        self.reached.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_what_is_cancelled_before_the_store_has_it_takes_no_room(
    new_client: NewClient,
) -> None:
    """Nobody would ever say that it has settled."""
    store = ForgetfulStore()
    async with new_client(store=store, max_in_flight=1) as client:
        submitting = asyncio.ensure_future(client.submit("<p>hi</p>"))
        await store.reached.wait()
        assert client.pacing.in_flight == 1
        submitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            _ = await submitting
        assert client.pacing.in_flight == 0
