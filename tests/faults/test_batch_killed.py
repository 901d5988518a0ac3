"""A batch whose process is killed again and again, with a receiver of its own beside."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from pdfshift_async.emulator import Conversion, Emulator, Fault, Limits
from pdfshift_async.emulator.rendering import Rendered, RenderRequest

COUNT = int(os.environ.get("PDFSHIFT_TEST_BATCH_COUNT", "400"))
"""Items; ten thousand are as good, and take minutes."""
KILLS = 3
OPEN = 50
"""Requests that a client has under way at most."""
HERE = Path(__file__).parent
COMMAND = "import sys; from pdfshift_async.cli import main; sys.exit(main())"
FAULTS = (
    Fault(kind="conversion_failed", probability=0.01, seed=1),
    Fault(kind="callback_lost", probability=0.01, seed=2),
    Fault(kind="callback_duplicated", probability=0.02, seed=3),
    Fault(kind="callback_early", probability=0.05, seed=4),
)


class QuickRenderer:
    """Puts the source into something that begins like a PDF."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the document at once."""
        content = b"%PDF-1.7\n" + request.source.encode()
        return Rendered(content, 1, None, 0.5, 0, len(request.source), ())


async def started(stack: AsyncExitStack, environment: dict[str, str], *arguments: str) -> Process:
    """Start a process that does not outlive the test."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stdout=PIPE
    )

    async def end() -> None:
        if process.returncode is None:
            process.kill()
        await process.wait()

    stack.push_async_callback(end)
    return process


def accepted_by(emulator: Emulator) -> Counter[str]:
    """Count what the service accepts, by the digest of its source."""
    accepted: Counter[str] = Counter()
    add = emulator.conversions.add

    def counted(conversion: Conversion) -> None:
        accepted[conversion.source_sha256] += 1
        add(conversion)

    emulator.conversions.add = counted  # type: ignore[method-assign]
    return accepted


@pytest.mark.timeout(max(120, COUNT // 10))
async def test_a_batch_that_is_killed_finishes_and_pays_once(tmp_path: Path) -> None:
    """Every item has its outcome, none was accepted twice, and each file is the right one."""
    emulator = Emulator(
        renderer=QuickRenderer(), limits=Limits(live=1_000_000), faults=FAULTS, history=COUNT + 1
    )
    accepted = accepted_by(emulator)
    async with emulator, AsyncExitStack() as stack:
        environment = os.environ | {
            "PDFSHIFT_API_KEY": emulator.api_key,
            "PDFSHIFT_BASE_URL": emulator.base_url,
            "PDFSHIFT_STORE": f"sqlite:///{tmp_path}/store.db",
            "PDFSHIFT_WEBHOOK_SECRET": "secret",
        }
        arguments = ("-c", COMMAND, "receive", "--listen", "127.0.0.1:0", "--no-access-log")
        receiver = await started(stack, environment, *arguments)
        assert receiver.stdout is not None
        address = (await receiver.stdout.readline()).decode().split()[-1]
        environment["PDFSHIFT_WEBHOOK_URL"] = f"{address}/pdfshift"
        program = (str(HERE / "batch_process.py"), str(COUNT), str(tmp_path / "out"))
        for part in range(1, KILLS + 1):
            process = await started(stack, environment, *program)
            until = COUNT * (part - random.random()) / (KILLS + 1)  # noqa: S311 -- no secret
            while accepted.total() < until:  # noqa: ASYNC110 -- nobody tells
                await asyncio.sleep(0.001)
            process.kill()
            await process.wait()
        process = await started(stack, environment, *program)
        out, _ = await process.communicate()
    found = json.loads(out)
    missing = {*found["failed"], *found["lost"]}
    assert found["converted"] + len(missing) == COUNT
    # What was about to leave when its process was killed may have been accepted, so it is lost.
    assert len(found["lost"]) <= KILLS * OPEN + COUNT // 20
    assert max(accepted.values()) == 1
    assert COUNT - len(found["lost"]) <= len(accepted) <= COUNT
    for key in {f"inv-{number}" for number in range(COUNT)} - missing:
        content = await asyncio.to_thread((tmp_path / "out" / f"{key}.pdf").read_bytes)
        assert f"<p>{key}.</p>".encode() in content
