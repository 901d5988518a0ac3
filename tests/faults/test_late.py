"""A callback that comes after the conversion was given up, or without a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from pdfshift_async import CallbackLost, MemoryStore, PDFOptions, PDFShift, State
from pdfshift_async._core.records import Record, Request
from pdfshift_async._core.tokens import Tokens, derived_secret, new_id
from pdfshift_async.emulator import Emulator, Fault

if TYPE_CHECKING:
    from .conftest import World

SUCCESS = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'


async def test_the_truth_wins_however_late(emulator: Emulator, store: MemoryStore) -> None:
    """Who awaits again after the late callback gets the document."""
    emulator.faults.add(Fault(kind="callback_lost"))
    async with PDFShift(
        emulator.api_key,
        base_url=emulator.base_url,
        webhook_url="http://127.0.0.1:9/unused",
        callback_margin=0.1,
        store=store,
    ) as client:
        conversion = await client.submit("<p>hi</p>", PDFOptions(timeout=1))
        with pytest.raises(CallbackLost):
            await conversion
        (seen,) = emulator.conversions
        assert seen.webhook is not None
        reply = await client.receiver.handle("POST", seen.webhook.url, {}, SUCCESS)
        assert (reply.status, reply.body) == (200, b"late")
        assert (await conversion).url.endswith("x.pdf")


async def test_a_callback_without_a_record_is_kept_for_it(world: World) -> None:
    """It is answered 202, and settles the record as soon as that appears."""
    conversion_id = new_id()
    token = Tokens([derived_secret(world.emulator.api_key)]).token(conversion_id)
    async with (
        aiohttp.ClientSession() as sender,
        sender.post(f"{world.webhook_url}/{token}", data=SUCCESS) as answer,
    ):
        assert (answer.status, await answer.text()) == (202, "orphan")
    now = world.client._shared.clock.now()
    planned = Record(conversion_id, None, State.PLANNED, now, Request("pdf", {}))
    assert (await world.store.plan(planned)).state is State.CONVERTED
    assert (await world.client.conversion(conversion_id)).url.endswith("x.pdf")
