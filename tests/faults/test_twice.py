"""A callback that comes more than once, or contradicts the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from pdfshift_async.emulator import Fault

if TYPE_CHECKING:
    from .conftest import World

FAILURE = b'{"error":{"code":400,"error":"Too slow.","success":false}}'


async def test_a_duplicate_is_welcomed_and_changes_nothing(world: World) -> None:
    """Every delivery is answered 200, and the result stays the first one."""
    world.emulator.faults.add(Fault(kind="callback_duplicated", copies=3))
    conversion = await world.client.submit("<p>hi</p>")
    first = await conversion
    await world.emulator.drained()
    (seen,) = world.emulator.conversions
    assert [delivery.status for delivery in seen.deliveries] == [200, 200, 200]
    assert await conversion == first


async def test_the_first_outcome_stands_against_a_contradiction(world: World) -> None:
    """A failure after a success is answered 200 and not believed."""
    conversion = await world.client.submit("<p>hi</p>")
    first = await conversion
    (seen,) = world.emulator.conversions
    assert seen.webhook is not None
    async with (
        aiohttp.ClientSession() as sender,
        sender.post(seen.webhook.url, data=FAILURE) as answer,
    ):
        assert (answer.status, await answer.text()) == (200, "contradiction")
    assert await conversion == first
