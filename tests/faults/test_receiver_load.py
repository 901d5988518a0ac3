"""A receiver that many call at once: with duplicates, forged, slowly, or without an end."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from pdfshift_async import State
from pdfshift_async._core.tokens import Tokens, new_id

if TYPE_CHECKING:
    from .conftest import Desk, OpenDesk

COUNT = 5000
CONNECTIONS = 40
BODY = b'{"success": true, "url": "https://pdfshift.s3.amazonaws.com/a.pdf"}'
GENUINE, FORGER = Tokens(["secret"]), Tokens(["another secret"])


def request(token: str) -> bytes:
    """Give a callback."""
    head = f"POST /pdfshift/{token} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(BODY)}\r\n\r\n"
    return head.encode() + BODY


def tokens_of(ids: Sequence[str], total: int) -> list[str]:
    """Give the tokens of so many callbacks in any order: each id's own, and a tenth is forged.

    The rest are duplicates.
    """
    dice = random.Random(len(ids))  # noqa: S311 -- no secret
    forged = [
        *(FORGER.token(dice.choice(ids)) for _ in range(total // 30)),
        *(FORGER.token(new_id()) for _ in range(total // 30)),
        *(f"{dice.randbytes(20).hex()}.{dice.randbytes(13).hex()}" for _ in range(total // 30)),
    ]
    duplicates = dice.choices(ids, k=total - len(ids) - len(forged))
    tokens = [*map(GENUINE.token, ids), *map(GENUINE.token, duplicates), *forged]
    dice.shuffle(tokens)
    return tokens


class Sender:
    """A connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        """Send a part of a request, or all of it."""
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> int:
        """Give the status of the answer, and forget the rest."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].split()[0])
        await self._reader.readexactly(length)
        return int(head.split()[1])


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Sender]:
    """Connect to the receiver."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Sender(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


async def called(url: str, tokens: Iterable[str]) -> Counter[int]:
    """Let all callbacks arrive, over a few connections, and count the answers."""
    answers: Counter[int] = Counter()
    left = iter(tokens)

    async def send() -> None:
        async with connected(url) as sender:
            for token in left:
                await sender.write(request(token))
                answers[await sender.answer()] += 1

    async with asyncio.TaskGroup() as senders:
        for _ in range(CONNECTIONS):
            senders.create_task(send())
    return answers


async def dribble(url: str, token: str) -> int:
    """Send a callback byte for byte, and give the status of its answer."""
    async with connected(url) as sender:
        for byte in request(token):
            await sender.write(bytes([byte]))
            await asyncio.sleep(0.001)
        return await sender.answer()


@asynccontextmanager
async def unfinished(url: str, requests: Iterable[bytes]) -> AsyncIterator[None]:
    """Begin with requests that have no end."""
    async with asyncio.TaskGroup() as senders:

        async def begin(part: bytes) -> None:
            async with connected(url) as sender:
                await sender.write(part)
                await ended.wait()

        ended = asyncio.Event()
        for part in requests:
            senders.create_task(begin(part))
        yield
        ended.set()


@pytest.fixture
async def desk(open_desk: OpenDesk, tmp_path: Path) -> AsyncIterator[Desk]:
    """A receiver on a file."""
    async with open_desk(tmp_path / "pdfshift.db") as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_log(caplog: pytest.LogCaptureFixture) -> None:
    """Each duplicate is a warning, and pytest would keep it."""
    caplog.set_level(logging.CRITICAL, logger="pdfshift_async.receiver")


@pytest.mark.timeout(60)
async def test_every_true_callback_counts_whatever_else_arrives(desk: Desk) -> None:
    """A third are duplicates and a tenth forged, some come byte for byte, some never end."""
    ids = await desk.planned(COUNT * 17 // 30)
    slow, endless = await desk.planned(20), await desk.planned(20)
    parts = [request(GENUINE.token(name))[:-size] for name, size in zip(endless, count(1, 10))]
    async with (
        desk.receiver.listen() as url,
        unfinished(url, parts),
        asyncio.TaskGroup() as tasks,
    ):
        dribbled = [tasks.create_task(dribble(url, GENUINE.token(name))) for name in slow]
        answers = await called(url, tokens_of(ids, COUNT))
    forged = COUNT // 30 * 3
    assert answers == {200: COUNT - forged, 404: forged}
    assert [task.result() for task in dribbled] == [200] * len(slow)
    assert await desk.states([*ids, *slow]) == {State.CONVERTED}
    assert await desk.states(endless) == {State.PLANNED}


async def test_what_it_has_answered_it_does_not_hold_on_to(desk: Desk) -> None:
    """A thousand further callbacks of any kind leave no task and under 100 bytes each."""
    ids = await desk.planned(2200)
    memory: list[int] = []
    tasks = asyncio.all_tasks()
    tracemalloc.start()
    # The first one fills what a store keeps in memory of the conversions that settled last.
    for wave in (ids[:1200], ids[1200:1700], ids[1700:]):
        # Each has its own server, since connections that have just been closed take memory, too.
        async with desk.receiver.listen() as url:
            await called(url, tokens_of(wave, 2 * len(wave)))
        assert await desk.health() == 200  # until it has another, a store holds its last batch
        assert asyncio.all_tasks() == tasks
        gc.collect()
        memory.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert memory[2] - memory[1] < 1000 * 100
