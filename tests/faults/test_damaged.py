"""Callbacks whose body is not what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import aiohttp
import pytest

from pdfshift_async import ConversionFailed, UnexpectedResponse
from pdfshift_async.emulator import Fault

if TYPE_CHECKING:
    from .conftest import World


@pytest.mark.parametrize("damage", ["truncated", "text", "shape"])
async def test_a_damaged_callback_ends_the_wait(
    world: World, damage: Literal["truncated", "text", "shape"]
) -> None:
    """It is answered 200, since another delivery would be no better; the bytes are kept."""
    world.emulator.faults.add(Fault(kind="callback_damaged", damage=damage))
    conversion = await world.client.submit("<p>hi</p>")
    with pytest.raises(UnexpectedResponse) as caught:
        await conversion
    await world.emulator.drained()
    (seen,) = world.emulator.conversions
    (delivery,) = seen.deliveries
    assert delivery.status == 200
    assert caught.value.raw == delivery.body


async def test_an_empty_callback_is_a_failure_without_a_reason(world: World) -> None:
    """The service's oldest documentation shows one."""
    world.emulator.faults.add(Fault(kind="callback_damaged", damage="empty"))
    conversion = await world.client.submit("<p>hi</p>")
    with pytest.raises(ConversionFailed, match="conversion failed: no reason given"):
        await conversion


async def test_an_oversized_callback_is_refused_and_the_next_one_counts(world: World) -> None:
    """More than 64 KiB settles nothing, announced or not."""
    world.emulator.faults.add(Fault(kind="callback_lost"))
    conversion = await world.client.submit("<p>hi</p>")
    (seen,) = world.emulator.conversions
    assert seen.webhook is not None

    async def endless() -> object:
        for _ in range(70):
            yield b" " * 1024

    async with aiohttp.ClientSession() as sender:
        for body in (b" " * 66_000, endless()):
            async with sender.post(seen.webhook.url, data=body) as answer:
                assert answer.status == 413
        await world.emulator.drained()
        await world.emulator.deliver(seen)
    assert await (await conversion).read() == b"%PDF-1.7\n<p>hi</p>"


async def test_a_reported_failure_carries_the_services_words(world: World) -> None:
    """Code, identifier and text arrive in the error."""
    world.emulator.faults.add(Fault(kind="conversion_failed"))
    with pytest.raises(ConversionFailed, match="400 A74: The requested page took too long"):
        await world.client.convert("<p>hi</p>")
