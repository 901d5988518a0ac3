"""Replicas of an application whose callbacks go to whichever of them."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pdfshift_async.emulator import Emulator

SCRIPT = Path(__file__).with_name("application_process.py")
COUNT = 50


@asynccontextmanager
async def replica(
    emulator: Emulator, store: str, diary: Path, *, own: int, others: int
) -> AsyncIterator[asyncio.StreamReader]:
    """Run one that receives on a port of its own and has its callbacks sent to another one's."""
    arguments = (diary, f"{COUNT}", "--listen", f"{own}", "--stay", "--margin", "60")
    environment = {
        "PDFSHIFT_API_KEY": emulator.api_key,
        "PDFSHIFT_BASE_URL": emulator.base_url,
        "PDFSHIFT_WEBHOOK_URL": f"http://127.0.0.1:{others}/pdfshift",
        "PDFSHIFT_STORE": store,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, *arguments, env=os.environ | environment, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.communicate()


def free_ports() -> tuple[int, int]:
    """Give two ports that nobody uses."""
    with socket.create_server(("", 0)) as one, socket.create_server(("", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


async def insist(emulator: Emulator) -> None:
    """Call those back that were not there yet; one starts before the other."""
    while True:
        await asyncio.sleep(0.05)
        for conversion in list(emulator.conversions):
            if conversion.deliveries and conversion.deliveries[-1].status is None:
                await emulator.deliver(conversion)


async def test_any_replica_takes_the_callbacks_of_any_other(
    emulator: Emulator, postgres: str, tmp_path: Path
) -> None:
    """Each has all its results though it receives none of them, and nothing is sent twice."""
    one, two = free_ports()
    diaries = tmp_path / "one", tmp_path / "two"
    async with (
        replica(emulator, postgres, diaries[0], own=one, others=two) as first,
        replica(emulator, postgres, diaries[1], own=two, others=one) as second,
        asyncio.TaskGroup() as tasks,
    ):
        insisting = tasks.create_task(insist(emulator))
        assert await first.readline() == await second.readline() == b"done\n"
        insisting.cancel()
    lines = [line.split() for path in diaries for line in path.read_text().splitlines()]
    ends = [line[3] for line in lines if line[0] == "ended"]
    assert ends == ["converted"] * 2 * COUNT
    accepted = [each.webhook.url for each in emulator.conversions if each.webhook]
    assert len(accepted) == len(set(accepted)) == 2 * COUNT
