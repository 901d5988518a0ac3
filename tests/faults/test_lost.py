"""A callback that never comes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from pdfshift_async import Billed, CallbackLost, CallbackOverdue, PDFOptions, PDFShift, Store, Via
from pdfshift_async.emulator import Emulator, Fault
from pdfshift_async.testing import ScaledClock

if TYPE_CHECKING:
    from .conftest import World


async def test_a_lost_callback_ends_the_wait_at_the_deadline(emulator: Emulator) -> None:
    """The error says that the service accepted it, and that it may have been billed."""
    emulator.faults.add(Fault(kind="callback_lost"))
    async with PDFShift(
        emulator.api_key,
        base_url=emulator.base_url,
        webhook_url="http://127.0.0.1:9/unused",
        callback_margin=0.1,
    ) as client:
        conversion = await client.submit("<p>hi</p>", PDFOptions(timeout=1), key="inv-1")
        with pytest.raises(CallbackLost, match=r"accepted, and no callback by") as caught:
            await conversion
    assert caught.value.billed is Billed.UNKNOWN
    assert caught.value.key == "inv-1"


async def test_a_lost_callback_does_not_hold_a_caller_with_a_timeout(world: World) -> None:
    """The caller's own patience ends first, and the conversion goes on."""
    world.emulator.faults.add(Fault(kind="callback_lost"))
    conversion = await world.client.submit("<p>hi</p>")
    with pytest.raises(CallbackOverdue):
        await conversion.wait(timeout=0.05)


@asynccontextmanager
async def opened(
    emulator: Emulator, store: Store | str, on_lost: Literal["raise", "resubmit", "direct"]
) -> AsyncIterator[PDFShift]:
    """Open a client with its receiver, for which minutes pass in a second."""
    listener = socket.create_server(("127.0.0.1", 0))
    async with (
        PDFShift(
            emulator.api_key,
            base_url=emulator.base_url,
            webhook_url=f"http://127.0.0.1:{listener.getsockname()[1]}/pdfshift",
            store=store,
            callback_margin=50,
            clock=ScaledClock(100),
            on_lost=on_lost,
        ) as client,
        client.receiver.listen(sock=listener),
    ):
        yield client


@pytest.mark.parametrize("on_lost", ["resubmit", "direct"])
async def test_a_lost_callback_can_be_made_up_for(
    emulator: Emulator, on_lost: Literal["resubmit", "direct"]
) -> None:
    """The same await gives the document, and says how it came."""
    emulator.faults.add(Fault(kind="callback_lost", times=1))
    async with opened(emulator, "memory://", on_lost) as client:
        result = await client.convert("<p>hi</p>")
        assert result.via == on_lost
        assert await result.read() == b"%PDF-1.7\n<p>hi</p>"
    assert len(emulator.conversions) == 2


async def test_when_every_callback_is_lost_the_error_says_how_often_it_was_sent(
    emulator: Emulator,
) -> None:
    """Each time may have been billed; more often than allowed it is not sent."""
    emulator.faults.add(Fault(kind="callback_lost"))
    async with opened(emulator, "memory://", "resubmit") as client:
        with pytest.raises(CallbackLost, match="accepted, sent 2 times in all") as caught:
            await client.convert("<p>hi</p>", PDFOptions(timeout=1))
    assert caught.value.resubmits == 1
    assert len(emulator.conversions) == 2


async def test_of_two_clients_on_one_store_only_one_submits_again(
    emulator: Emulator, tmp_path: Path
) -> None:
    """Whoever writes first; both await the same conversions."""
    emulator.faults.add(Fault(kind="callback_lost", times=10))
    url = f"sqlite:///{tmp_path / 'pdfshift.db'}"
    async with (
        opened(emulator, url, "resubmit") as client,
        opened(emulator, url, "resubmit") as other,
    ):
        conversions = [await client.submit("<p>hi</p>") for _ in range(10)]
        results = await asyncio.gather(
            *conversions, *(other.conversion(conversion.id) for conversion in conversions)
        )
    assert [result.via for result in results] == [Via.RESUBMIT] * 20
    assert len(emulator.conversions) == 20


async def test_the_next_process_makes_up_for_what_the_last_one_lost(
    emulator: Emulator, tmp_path: Path
) -> None:
    """The deadline is stored, and so is the document while it may be needed."""
    emulator.faults.add(Fault(kind="callback_lost", times=1))
    url = f"sqlite:///{tmp_path / 'pdfshift.db'}"
    async with opened(emulator, url, "resubmit") as client:
        conversion = await client.submit("<p>hi</p>", PDFOptions(timeout=1))
    async with opened(emulator, url, "resubmit") as client:
        result = await client.conversion(conversion.id)
        assert await result.read() == b"%PDF-1.7\n<p>hi</p>"
    assert result.via is Via.RESUBMIT
