"""A store that cannot write when the callback comes."""

from __future__ import annotations

from datetime import datetime

import pytest

from pdfshift_async import MemoryStore, Receiver, StoreUnavailable
from pdfshift_async._core.records import Effect, Record
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.models.outcomes import Outcome


class FullStore(MemoryStore):
    """Has no space left."""

    async def settle(
        self, conversion_id: str, outcome: Outcome, at: datetime
    ) -> tuple[Record | None, Effect]:
        msg = "no space left on the device"
        raise StoreUnavailable(msg)

    async def check(self) -> None:
        msg = "no space left on the device"
        raise StoreUnavailable(msg)


async def test_a_callback_that_cannot_be_kept_is_asked_for_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """503, so that a sender which retries may; the log says why, without the token."""
    token = Tokens(["secret"]).token(new_id())
    receiver = Receiver(FullStore(), ["secret"])
    reply = await receiver.handle("POST", f"/{token}", {}, b"{}")
    assert reply.status == 503
    assert "no space left on the device" in caplog.text
    assert token not in caplog.text
    assert (await receiver.handle("GET", "/health", {}, b"")).status == 503
