"""What a receiver tells of its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import MemoryStore
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.cli.access_log import LoggedReceiver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pdfshift_async.testing import VirtualClock


@pytest.fixture
def receiver(clock: VirtualClock, store: MemoryStore) -> LoggedReceiver:
    """A receiver whose secret is known."""
    return LoggedReceiver(store, ["secret"], clock=clock)


def _token() -> str:
    return Tokens(["secret"]).token(new_id())


async def test_a_callback_is_told_without_its_signature(
    receiver: LoggedReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Time, method, status, duration, id and effect; the reply is that of any receiver."""
    token = _token()
    conversion_id, signature = token.split(".")
    reply = await receiver.handle("POST", f"/pdfshift/{token}", {}, b'{"url": "https://h/a"}')
    out, err = capsys.readouterr()
    assert (reply.status, reply.body) == (202, b"orphan")
    assert err == f"2026-10-01T12:00:00Z POST 202 0.0 ms {conversion_id} orphan\n"
    assert signature not in err
    assert out == ""


async def test_the_duration_is_that_of_the_whole_request(
    receiver: LoggedReceiver, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """The time in which the sender sent counts as well."""

    async def slow() -> AsyncIterator[bytes]:
        await clock.advance(0.25)
        yield b"{}"

    await receiver.handle("POST", f"/{_token()}", {"Content-Length": "2"}, slow())
    assert " 250.0 ms " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("GET", "/health", "GET 200 0.0 ms - ok"),
        ("GET", "/secret-path", "GET 405 0.0 ms - method not allowed"),
        ("POST", "/cv_forged.signature", "POST 404 0.0 ms - not found"),
        ("PO\x1b[2J", "/", "PO [2J 405 0.0 ms - method not allowed"),
    ],
)
async def test_what_is_refused_shows_nothing_of_its_path(
    receiver: LoggedReceiver,
    capsys: pytest.CaptureFixture[str],
    method: str,
    path: str,
    line: str,
) -> None:
    """It may hold a signature that is genuine elsewhere, or sequences for the terminal."""
    await receiver.handle(method, path, {}, b"")
    assert capsys.readouterr().err == f"2026-10-01T12:00:00Z {line}\n"


async def test_a_sender_who_breaks_off_is_told_too(
    receiver: LoggedReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no status, because nobody is there to read it."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"{"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await receiver.handle("POST", f"/{_token()}", {"Content-Length": "2"}, broken())
    assert capsys.readouterr().err.endswith(" broken off\n")
