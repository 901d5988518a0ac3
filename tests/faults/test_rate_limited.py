"""More conversions than the account may send, over real sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import Pacing, PDFOptions, PDFShift
from pdfshift_async.emulator import Emulator, Fault, Limits

if TYPE_CHECKING:
    from pdfshift_async.emulator.meters import Algorithm

    from .conftest import QuickRenderer

SHORT = Pacing(window=1.0)
"""Of an emulator whose minute lasts a second."""


async def convert_all(client: PDFShift, documents: int, *, sandbox: bool = False) -> list[str]:
    """Convert so many at once; give what came out."""
    options = PDFOptions(sandbox=True) if sandbox else PDFOptions()
    direct = [client.convert_direct(f"<p>{n}</p>", options) for n in range(documents)]
    return [document.content.decode() for document in await asyncio.gather(*direct)]


@pytest.mark.parametrize("kind", ["fixed", "sliding", "bucket"])
async def test_a_batch_larger_than_the_limit_is_never_refused(
    renderer: QuickRenderer, kind: Algorithm
) -> None:
    """Three windows' worth of documents arrive, whatever the kind of window."""
    limits = Limits(live=10, window=60, algorithm=kind)
    async with (
        Emulator(renderer=renderer, limits=limits, time_scale=60) as emulator,
        PDFShift(emulator.api_key, base_url=emulator.base_url, pacing=SHORT) as client,
    ):
        documents = await convert_all(client, 25)
        assert sorted(documents) == sorted(f"%PDF-1.7\n<p>{n}</p>" for n in range(25))
        assert client.pacing.live.refused == 0
        assert client.pacing.live.limit == 10


async def test_a_slow_sandbox_does_not_hold_up_live_conversions(renderer: QuickRenderer) -> None:
    """The service counts them apart, and so does the client."""
    limits = Limits(live=100, sandbox=2, window=60)
    async with (
        Emulator(renderer=renderer, limits=limits) as emulator,
        PDFShift(emulator.api_key, base_url=emulator.base_url) as client,
    ):
        waiting = asyncio.ensure_future(convert_all(client, 10, sandbox=True))
        await convert_all(client, 20)
        assert not waiting.done()
        assert client.pacing.sandbox.waiting > 0
        assert client.pacing.live.waiting == 0
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_a_window_that_others_have_used_up_is_waited_out(renderer: QuickRenderer) -> None:
    """The refused one keeps its place, and every document arrives."""
    async with (
        Emulator(renderer=renderer) as emulator,
        PDFShift(emulator.api_key, base_url=emulator.base_url) as client,
    ):
        emulator.faults.add(Fault(kind="rate_limited", times=1))
        assert len(await convert_all(client, 5)) == 5
        assert client.pacing.live.refused == 1
