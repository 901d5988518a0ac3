"""Nobody answers."""

from __future__ import annotations

import pytest

from pdfshift_async import Billed, MemoryStore, PDFShift, Retry, ServiceUnreachable


@pytest.mark.parametrize(
    "base_url",
    ["http://127.0.0.1:9/v3", "http://no-such-host.invalid/v3"],
    ids=["refused", "unknown host"],
)
async def test_an_unreachable_service_is_one_clear_sentence(
    base_url: str, store: MemoryStore
) -> None:
    """It names the place, says that nothing was billed, and leaves nothing pending."""
    async with PDFShift(
        "sk_test",
        base_url=base_url,
        webhook_url="http://127.0.0.1:9",
        store=store,
        retry=Retry(max_elapsed=0.05, first_pause=0.01),
    ) as client:
        with pytest.raises(ServiceUnreachable) as caught:
            _ = await client.submit("<p>hi</p>")
        with pytest.raises(ServiceUnreachable):
            await client.convert_direct("<p>hi</p>")
    assert base_url.removesuffix("/v3") in str(caught.value)
    assert caught.value.billed is Billed.NO
    assert not store._pending
