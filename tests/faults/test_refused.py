"""Submissions that the service refuses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import (
    AuthenticationFailed,
    Billed,
    CreditsExhausted,
    PDFShift,
    RateLimited,
    Retry,
)
from pdfshift_async.emulator import Emulator, Fault

if TYPE_CHECKING:
    from .conftest import QuickRenderer, World


async def test_a_429_is_waited_out_and_nothing_is_lost(world: World) -> None:
    """Ten conversions, two refusals, ten documents, each converted once."""
    world.emulator.faults.add(Fault(kind="rate_limited", times=2))
    client = PDFShift(
        world.emulator.api_key,
        base_url=world.emulator.base_url,
        webhook_url=world.webhook_url,
        store=world.store,
        retry=Retry(first_pause=0.01),
    )
    async with client:
        await asyncio.gather(*(client.convert(f"<p>{n}</p>") for n in range(10)))
    assert len(list(world.emulator.conversions)) == 10


async def test_a_429_that_does_not_end_is_raised(world: World) -> None:
    """The error says that nothing was billed."""
    world.emulator.faults.add(Fault(kind="rate_limited"))
    async with PDFShift(
        world.emulator.api_key,
        base_url=world.emulator.base_url,
        webhook_url=world.webhook_url,
        retry=Retry(max_elapsed=0),
    ) as client:
        with pytest.raises(RateLimited, match="not billed") as caught:
            _ = await client.submit("<p>hi</p>")
    assert caught.value.retry_after is not None


async def test_a_wrong_key_is_named(world: World) -> None:
    """The error says which setting to look at, and not the key."""
    async with PDFShift(
        "sk_wrong", base_url=world.emulator.base_url, webhook_url=world.webhook_url
    ) as client:
        with pytest.raises(
            AuthenticationFailed, match="Check api_key or PDFSHIFT_API_KEY"
        ) as caught:
            _ = await client.submit("<p>hi</p>")
    assert "sk_wrong" not in str(caught.value)
    assert caught.value.billed is Billed.NO


async def test_used_up_credits_are_not_a_wrong_key(renderer: QuickRenderer) -> None:
    """403 has a class of its own."""
    async with (
        Emulator(renderer=renderer, credits=0) as emulator,
        PDFShift(
            emulator.api_key, base_url=emulator.base_url, webhook_url="http://127.0.0.1:9"
        ) as client,
    ):
        with pytest.raises(CreditsExhausted, match="No remaining credits left"):
            _ = await client.submit("<p>hi</p>")
