"""A callback that never comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import Billed, CallbackLost, CallbackOverdue, PDFOptions, PDFShift
from pdfshift_async.emulator import Emulator, Fault

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
