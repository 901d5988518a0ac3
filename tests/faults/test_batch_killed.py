"""A batch whose process is killed again and again, with a receiver of its own beside."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from pdfshift_async.emulator import Conversion, Emulator, Fault, Limits
from pdfshift_async.emulator.rendering import Rendered, RenderRequest

COUNT = int(os.environ.get("PDFSHIFT_TEST_BATCH_COUNT", "400"))
"""Items; ten thousand are as good, and take minutes."""
KILLS = 3
OPEN = 50
"""Requests that a client has under way at most."""
HERE = Path(__file__).parent
COMMAND = "import sys; from pdfshift_async.cli import main; sys.exit(main())"
RECEIVE = ("-c", COMMAND, "receive", "--listen", "127.0.0.1:0", "--no-access-log")
INVOICES = int(os.environ.get("PDFSHIFT_TEST_INVOICE_COUNT", "150"))
"""Real documents; ten thousand are as good, and take ten minutes."""
TIME_SCALE = 20
MARGIN = str(max(60, INVOICES // 20))
"""Seconds of that time: as many documents may wait for the renderer as a batch has in hand."""
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


async def prepared(
    stack: AsyncExitStack, emulator: Emulator, store: str, *arguments: str
) -> dict[str, str]:
    """Start a receiver in a process of its own, and give the environment of the others.

    Args:
        stack: Ends it.
        emulator: The service.
        store: What the processes share.
        arguments: Of Python; by default those of ``pdfshift receive``.
    """
    environment = os.environ | {
        "PDFSHIFT_API_KEY": emulator.api_key,
        "PDFSHIFT_BASE_URL": emulator.base_url,
        "PDFSHIFT_STORE": store,
        "PDFSHIFT_WEBHOOK_SECRET": "secret",
    }
    receiver = await started(stack, environment, *(arguments or RECEIVE))
    assert receiver.stdout is not None
    address = (await receiver.stdout.readline()).decode().split()[-1]
    return environment | {"PDFSHIFT_WEBHOOK_URL": f"{address}/pdfshift"}


async def until_accepted(accepted: Counter[str], count: float) -> None:
    """Wait until the service has accepted so many."""
    while accepted.total() < count:  # noqa: ASYNC110 -- nobody tells
        await asyncio.sleep(0.001)


async def killed_at_random(
    stack: AsyncExitStack,
    environment: dict[str, str],
    program: tuple[str, ...],
    accepted: Counter[str],
    count: int,
) -> Process:
    """Kill a process again and again at moments between its first and its last item."""
    for part in range(1, KILLS + 1):
        process = await started(stack, environment, *program)
        await until_accepted(
            accepted,
            count * (part - random.random()) / (KILLS + 1),  # noqa: S311 -- no secret
        )
        process.kill()
        await process.wait()
    return await started(stack, environment, *program)


async def missing_from(process: Process, count: int) -> tuple[set[str], set[str]]:
    """Give what failed and what was lost, as the process says it at its end."""
    out, _ = await process.communicate()
    found = json.loads(out)
    failed, lost = set(found["failed"]), set(found["lost"])
    assert found["converted"] + len(failed) + len(lost) == count
    return failed, lost


async def assert_right_files(folder: Path, count: int, missing: set[str]) -> None:
    """Every other item has its file, with its own content."""
    for key in {f"inv-{number}" for number in range(count)} - missing:
        content = await asyncio.to_thread((folder / f"{key}.pdf").read_bytes)
        assert f"<p>{key}.</p>".encode() in content


@pytest.mark.timeout(max(120, COUNT // 10))
async def test_a_batch_that_is_killed_finishes_and_pays_once(tmp_path: Path) -> None:
    """Every item has its outcome, none was accepted twice, and each file is the right one."""
    emulator = Emulator(
        renderer=QuickRenderer(), limits=Limits(live=1_000_000), faults=FAULTS, history=COUNT + 1
    )
    accepted = accepted_by(emulator)
    async with emulator, AsyncExitStack() as stack:
        environment = await prepared(stack, emulator, f"sqlite:///{tmp_path}/store.db")
        program = (str(HERE / "batch_process.py"), str(COUNT), str(tmp_path / "out"))
        process = await killed_at_random(stack, environment, program, accepted, COUNT)
        failed, lost = await missing_from(process, COUNT)
    # What was about to leave when its process was killed may have been accepted, so it is lost.
    assert len(lost) <= KILLS * OPEN + COUNT // 20
    assert max(accepted.values()) == 1
    assert COUNT - len(lost) <= len(accepted) <= COUNT
    await assert_right_files(tmp_path / "out", COUNT, failed | lost)


@pytest.mark.timeout(max(120, INVOICES // 4))
async def test_a_month_of_invoices_survives_everything_at_once(tmp_path: Path) -> None:
    """At the pace of an account: each is a real document with its own number in its text.

    What was sent again had lost its callback before, as `max_resubmits` allows.
    """
    emulator = Emulator(
        limits=Limits(live=250),
        time_scale=TIME_SCALE,
        faults=FAULTS[:3],
        history=4 * INVOICES,
    )
    accepted = accepted_by(emulator)
    since = datetime.now(UTC).isoformat()
    process_of = str(HERE / "invoices_process.py")
    async with emulator, AsyncExitStack() as stack:
        store = f"sqlite:///{tmp_path}/store.db"
        time = (str(TIME_SCALE), since)
        environment = await prepared(stack, emulator, store, process_of, "receive", *time)
        program = (process_of, "run", str(INVOICES), str(tmp_path / "out"), *time, MARGIN)
        process = await killed_at_random(stack, environment, program, accepted, INVOICES)
        failed, lost = await missing_from(process, INVOICES)
        unheard = Counter(
            conversion.source_sha256
            for conversion in emulator.conversions
            if "callback_lost" in conversion.faults
        )
    assert lost == set()
    assert len(failed) < max(10, INVOICES // 25)
    assert len(accepted) == INVOICES
    for source, times in accepted.items():
        assert times <= 1 + unheard[source]
    for number in {f"INV-{number:05}" for number in range(INVOICES)} - failed:
        text = await asyncio.to_thread(text_of, tmp_path / "out" / f"{number}.pdf")
        assert set(re.findall(r"INV-\d{5}", text)) == {number}


def text_of(path: Path) -> str:
    """Extract the text of a document, as another program reads it."""
    return "".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.timeout(120)
async def test_a_batch_of_three_processes_survives_two_of_them(
    tmp_path: Path, postgres: str
) -> None:
    """The last one goes on with what the others had in hand, and nothing is accepted twice."""
    count = 300
    emulator = Emulator(renderer=QuickRenderer(), limits=Limits(live=1_000_000), history=count + 1)
    accepted = accepted_by(emulator)
    async with emulator, AsyncExitStack() as stack:
        environment = await prepared(stack, emulator, postgres)
        program = (str(HERE / "batch_process.py"), str(count), str(tmp_path / "out"))
        processes = [await started(stack, environment, *program) for _ in range(3)]
        for part, process in enumerate(processes[:2], 1):
            await until_accepted(accepted, count * part / 4)
            process.kill()
            await process.wait()
        failed, lost = await missing_from(processes[2], count)
    assert failed == set()
    assert len(lost) <= 2 * OPEN
    assert max(accepted.values()) == 1
    assert count - len(lost) <= len(accepted) <= count
    await assert_right_files(tmp_path / "out", count, lost)
