"""Callbacks that are not the service's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from pdfshift_async import MemoryStore, Receiver
from pdfshift_async._core.tokens import Tokens, new_id

if TYPE_CHECKING:
    from .conftest import World

SUCCESS = b'{"success":true,"url":"https://evil.example/x.pdf"}'


async def test_a_forged_callback_settles_nothing(world: World) -> None:
    """Wrong, missing and foreign signatures and unknown paths get one and the same answer."""
    conversion_id = new_id()
    foreign = Tokens(["another secret"]).token(conversion_id)
    answers = set()
    async with aiohttp.ClientSession() as sender:
        for path in (conversion_id, f"{conversion_id}.", f"{conversion_id}.x", foreign, "x", ""):
            async with sender.post(f"{world.webhook_url}/{path}", data=SUCCESS) as answer:
                headers = tuple(sorted(set(answer.headers) - {"Date"}))
                answers.add((answer.status, await answer.read(), headers))
    ((status, body, _),) = answers
    assert (status, body) == (404, b"not found")
    assert not world.store._pending
    assert not world.store._settled
    assert not world.store._orphans


async def test_the_body_of_a_forged_callback_is_not_read() -> None:
    """A forger cannot make the receiver read anything."""
    receiver = Receiver(MemoryStore(), ["secret"])

    async def body() -> object:
        pytest.fail("the body was read")
        yield b""  # type: ignore[unreachable]

    reply = await receiver.handle("POST", "/forged.token", {"Content-Length": "9"}, body())  # type: ignore[arg-type]
    assert reply.status == 404


async def test_an_old_secret_verifies_and_a_dropped_one_does_not() -> None:
    """Rotation: the newest signs, every listed one verifies."""
    conversion_id = new_id()
    store = MemoryStore()
    old, new = Tokens(["old"]).token(conversion_id), Tokens(["new"]).token(conversion_id)
    rotating = Receiver(store, ["new", "old"])
    for token in (old, new):
        assert (await rotating.handle("POST", f"/{token}", {}, SUCCESS)).status == 202
    rotated = Receiver(store, ["new"])
    assert (await rotated.handle("POST", f"/{old}", {}, SUCCESS)).status == 404
    assert (await rotated.handle("POST", f"/{new}", {}, SUCCESS)).status == 202
