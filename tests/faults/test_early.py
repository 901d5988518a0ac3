"""A callback that overtakes the answer to its own submission, and callbacks out of order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pdfshift_async import State
from pdfshift_async.emulator import Fault

if TYPE_CHECKING:
    from .conftest import World


async def test_a_callback_before_the_answer_settles_the_conversion(world: World) -> None:
    """The record was there first, so the callback finds it; the 202 changes nothing."""
    world.emulator.faults.add(Fault(kind="callback_early"))
    conversion = await world.client.submit("<p>early</p>")
    assert conversion.state is State.CONVERTED
    assert await (await conversion).read() == b"%PDF-1.7\n<p>early</p>"


async def test_callbacks_out_of_order_find_their_own_conversions(world: World) -> None:
    """Each await gets the document of its own source."""
    world.emulator.faults.add(Fault(kind="callback_reordered", seconds=0.2, times=5))
    results = await asyncio.gather(*(world.client.convert(f"<p>{n}</p>") for n in range(10)))
    documents = await asyncio.gather(*(result.read() for result in results))
    assert documents == [b"%PDF-1.7\n<p>" + str(n).encode() + b"</p>" for n in range(10)]
