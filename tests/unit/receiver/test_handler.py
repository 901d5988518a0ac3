"""The receiver's rules about bodies, and what it tells an observer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from pdfshift_async import ConfigurationError, MemoryStore, Observer, Receiver, _defaults
from pdfshift_async._core.records import Record, Request
from pdfshift_async._core.states import State
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.events import CallbackReceived, Event, Settled
from pdfshift_async.testing import VirtualClock

SUCCESS = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'


async def streamed(*chunks: bytes) -> AsyncIterator[bytes]:
    """Give a body piece by piece."""
    for chunk in chunks:
        yield chunk


def token() -> str:
    """Give a genuine token."""
    return Tokens(["secret"]).token(new_id())


@pytest.fixture
def receiver(store: MemoryStore) -> Receiver:
    """A receiver on its own."""
    return Receiver(store, ["secret"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 411),
        ({"Content-Length": "many"}, 411),
        ({"Content-Length": "²"}, 411),
        ({"Content-Length": str(64 * 1024 + 1)}, 413),
        ({"Content-Length": str(len(SUCCESS))}, 202),
        ({"content-length": str(len(SUCCESS))}, 202),
        ({"Transfer-Encoding": "chunked"}, 202),
    ],
    ids=str,
)
async def test_a_streamed_body_needs_a_length_within_the_limit(
    receiver: Receiver, headers: Mapping[str, str], status: int
) -> None:
    """Chunked bodies are measured as they come."""
    reply = await receiver.handle("POST", f"/{token()}", headers, streamed(SUCCESS))
    assert reply.status == status


async def test_a_chunked_body_is_cut_off_at_the_limit(receiver: Receiver) -> None:
    """Nothing past the limit is read."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1024
            yield b" " * 1024

    headers = {"Transfer-Encoding": "chunked"}
    assert (await receiver.handle("POST", f"/{token()}", headers, endless())).status == 413
    assert read == 65 * 1024


async def test_a_body_that_dribbles_is_given_up(
    receiver: Receiver, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that never finishes holds the receiver only for a while."""
    monkeypatch.setattr(_defaults, "CALLBACK_READ_TIMEOUT", 0.01)

    async def silent() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    headers = {"Content-Length": "9"}
    reply = await receiver.handle("POST", f"/{token()}", headers, silent())
    assert reply.status == 408
    assert not store._orphans


async def test_a_body_may_come_as_any_bytes(receiver: Receiver) -> None:
    """Frameworks hand over bytearrays and views as well."""
    for body in (bytearray(SUCCESS), memoryview(SUCCESS)):
        reply = await receiver.handle("POST", f"/{token()}", {}, body)  # type: ignore[arg-type]
        assert reply.status == 202


def test_a_receiver_needs_a_secret(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an API key it has nothing to derive one from."""
    with pytest.raises(ConfigurationError, match="set PDFSHIFT_WEBHOOK_SECRET"):
        Receiver(store)
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_SECRET", "secret")
    assert Receiver(store)


async def test_an_observer_hears_of_callbacks_and_of_what_they_settle(
    store: MemoryStore, clock: VirtualClock, observer: Observer, events: list[Event]
) -> None:
    """A duplicate is told as one, and settles nothing again."""
    receiver = Receiver(store, ["secret"], observer=observer, clock=clock)
    number = new_id()
    await store.plan(Record(number, "inv-1", State.QUEUED, clock.now(), Request("pdf", {})))
    await clock.advance(3)
    for _ in range(2):
        await receiver.handle("POST", f"/{Tokens(['secret']).token(number)}", {}, SUCCESS)
    assert events == [
        CallbackReceived(number, "settled", 200),
        Settled(number, "inv-1", "converted", 3.0),
        CallbackReceived(number, "duplicate", 200),
    ]
