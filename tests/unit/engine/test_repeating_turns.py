"""Overdue conversions that wait for their turn, and those on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import (
    CallbackLost,
    Counters,
    MemoryStore,
    Pacing,
    PDFShift,
    Via,
)
from pdfshift_async.testing import VirtualClock

URL = "https://pdfshift.s3.amazonaws.com/d/2/x.pdf"
QUEUED = httpx.Response(202, json={"queued": True})
LIFETIME = 111
"""Seconds after which a conversion is overdue, and the watch has seen it."""

Open = Callable[..., PDFShift]
CallBack = Callable[..., Awaitable[bytes]]


def hanging(reached: asyncio.Event) -> Any:
    """Give answers to requests: a 202 to the first, and none to others."""
    answers = iter([QUEUED])

    async def answer(request: httpx.Request) -> httpx.Response:
        if (given := next(answers, None)) is not None:
            return given
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    return answer


async def test_closing_while_it_waits_for_its_turn_takes_nothing(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """The next one who looks finds it overdue, and sends it."""
    reached = asyncio.Event()
    service.post("/convert/pdf").mock(side_effect=hanging(reached))
    async with open_client(pacing=Pacing(max_open=1), timeout=5000) as client:
        conversion = await client.submit("<p>hi</p>")
        blocking = asyncio.ensure_future(client.convert_direct("<p>first</p>"))
        await reached.wait()
        await clock.advance(LIFETIME)
    blocking.cancel()
    assert len(service.calls) == 1
    service.post("/convert/pdf").mock(return_value=QUEUED)
    async with open_client() as client:
        await clock.advance(1)
        assert len(service.calls) == 2
        await call_back(client)
        assert (await client.conversion(conversion.id)).via is Via.RESUBMIT


async def test_closing_while_it_is_on_its_way_counts_as_sent(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, store: MemoryStore
) -> None:
    """It may have arrived, so it does not go again before its new deadline."""
    reached = asyncio.Event()
    service.post("/convert/pdf").mock(side_effect=hanging(reached))
    async with open_client(max_resubmits=2) as client:
        conversion = await client.submit("<p>hi</p>")
        await clock.advance(LIFETIME)
        assert reached.is_set()
    service.post("/convert/pdf").mock(return_value=QUEUED)
    sent = len(service.calls)
    async with open_client(max_resubmits=2):
        await clock.advance(100)
        assert len(service.calls) == sent
        await clock.advance(LIFETIME)
        assert len(service.calls) == sent + 1
    record = await store.get(conversion.id)
    assert record is not None
    assert record.resubmits == 2


def held_up(release: asyncio.Event) -> Any:
    """Give answers to requests; those for the first document are waited for."""

    async def answer(request: httpx.Request) -> httpx.Response:
        if b"first" in request.content:
            await release.wait()
            return httpx.Response(200, content=b"%PDF-1.7")
        if b"filename" in request.content:
            return httpx.Response(200, json={"success": True, "url": URL})
        return httpx.Response(202, json={"queued": True})

    return answer


@pytest.mark.parametrize("on_lost", ["resubmit", "direct"])
async def test_of_two_that_wait_for_their_turn_one_sends(
    open_client: Open,
    service: respx.MockRouter,
    clock: VirtualClock,
    counters: Counters,
    on_lost: str,
) -> None:
    """The first turn takes the right, and the other one goes to the next in the queue."""
    release = asyncio.Event()
    service.post("/convert/pdf").mock(side_effect=held_up(release))
    narrow = Pacing(max_open=1)
    async with (
        open_client(on_lost, pacing=narrow) as client,
        open_client(on_lost, pacing=narrow) as other,
    ):
        _ = await client.submit("<p>hi</p>")
        blocking = [
            asyncio.ensure_future(each.convert_direct("<p>first</p>")) for each in (client, other)
        ]
        await clock.advance(LIFETIME)
        release.set()
        await asyncio.gather(*blocking)
        await clock.advance(5)
        assert len(service.calls) == 1 + 2 + 1
        assert (counters.overdue, counters.resubmitted) == (1, 1)


async def test_a_long_wait_for_its_turn_does_not_lift_the_cap(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock
) -> None:
    """Another process has sent it meanwhile, as often as it may go, and has ended."""
    release = asyncio.Event()
    service.post("/convert/pdf").mock(side_effect=held_up(release))
    async with open_client(pacing=Pacing(max_open=1)) as client:
        conversion = await client.submit("<p>hi</p>")
        blocking = asyncio.ensure_future(client.convert_direct("<p>first</p>"))
        await clock.advance(LIFETIME)
        async with open_client():
            await clock.advance(1)
            assert len(service.calls) == 2
        await clock.advance(LIFETIME)
        release.set()
        await blocking
        await clock.advance(5)
        with pytest.raises(CallbackLost, match="sent 2 times in all"):
            await conversion
    assert len(service.calls) == 3


async def test_what_settles_while_it_waits_for_its_turn_stays_as_it_is(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, call_back: CallBack
) -> None:
    """Its turn comes, and goes to the next one."""
    release = asyncio.Event()
    service.post("/convert/pdf").mock(side_effect=held_up(release))
    async with open_client(pacing=Pacing(max_open=1)) as client:
        conversion = await client.submit("<p>hi</p>")
        blocking = asyncio.ensure_future(client.convert_direct("<p>first</p>"))
        await clock.advance(LIFETIME)
        await call_back(client)
        release.set()
        await blocking
        await clock.advance(5)
        assert (await conversion).via is Via.CALLBACK
        assert len(service.calls) == 2


@pytest.mark.parametrize("on_lost", ["resubmit", "direct"])
async def test_hundreds_overdue_at_once_keep_to_the_ceiling(
    open_client: Open, service: respx.MockRouter, clock: VirtualClock, on_lost: str
) -> None:
    """They wait for their turn like every submission, and each goes once."""
    under_way = most = 0

    async def answered(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        if b"filename" in request.content:
            return httpx.Response(200, json={"success": True, "url": URL})
        return httpx.Response(202, json={"queued": True})

    service.post("/convert/pdf").mock(side_effect=answered)
    async with open_client(on_lost, pacing=Pacing(max_open=5)) as client:
        await asyncio.gather(*(client.submit("<p>hi</p>") for _ in range(300)))
        await clock.advance(LIFETIME + 30)
    assert len(service.calls) == 600
    assert most == 5
