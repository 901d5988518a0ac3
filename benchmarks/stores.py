"""How fast, how large and how soon ready is each store?

    python benchmarks/stores.py                 # settling, noticing, and memory
    python benchmarks/stores.py --million       # also with a million conversions

Files are made in a temporary folder: set TMPDIR to the disk that is to be measured.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from pdfshift_async import PDFShift, State
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.tokens import new_id
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, MemoryStore, Record, Request, SQLiteStore, Store
from pdfshift_async.stores.sqlite.connections import transaction
from pdfshift_async.stores.sqlite.ledger import Ledger

CONVERTED = Converted(
    document=HostedDocument(
        url="https://pdfshift.s3.amazonaws.com/d/2/2026-11/0123456789abcdef0123456789abcdef/a.pdf",
        filesize=34980,
        duration=1237,
    )
)
SOURCE = (
    f"<h1>Invoice</h1><table>{'<tr><td>Hours</td><td>8</td><td>€ 760.00</td></tr>' * 40}</table>"
)
NOW = datetime.now(UTC)
SENT = Change(Trigger.SEND, NOW, deadline=NOW + timedelta(days=1))
ACCEPTED = Change(Trigger.ACCEPTED, NOW)
MIB = 1024 * 1024


def planned(conversion_id: str) -> Record:
    request = Request("pdf", {"source": SOURCE, "format": "A4"})
    return Record(conversion_id, "inv-1", State.PLANNED, NOW, request)


async def queued(store: Store, conversion_id: str) -> None:
    """Bring a conversion to where it waits for its callback."""
    await store.plan(planned(conversion_id))
    await store.advance(conversion_id, SENT)
    await store.advance(conversion_id, ACCEPTED)


async def together(
    call: Callable[[str], Awaitable[object]], ids: list[str], at_once: int
) -> list[float]:
    """Call for each id, so many at a time; give the seconds that each call took."""
    left, durations = iter(ids), []

    async def work() -> None:
        for conversion_id in left:
            started = time.perf_counter()
            await call(conversion_id)
            durations.append(time.perf_counter() - started)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return durations


async def settling(name: str, store: Store, conversions: int, at_once: int) -> None:
    """Measure callbacks, so many at a time."""
    await store.open()
    ids = [new_id() for _ in range(conversions)]
    await together(lambda conversion_id: queued(store, conversion_id), ids, 200)
    started = time.perf_counter()
    durations = await together(lambda each: store.settle(each, CONVERTED, NOW), ids, at_once)
    rate = conversions / (time.perf_counter() - started)
    await store.close()
    quantiles = statistics.quantiles(durations, n=100)
    print(
        f"{name:34}{at_once:9}{rate:13.0f}{quantiles[49] * 1000:13.2f}{quantiles[98] * 1000:13.2f}"
    )


async def settle_rates(folder: Path, conversions: int) -> None:
    print(f"\n{'callbacks':34}{'at once':>9}{'per second':>13}{'median ms':>13}{'p99 ms':>13}")
    for at_once in (1, 50):
        await settling("memory", MemoryStore(), conversions, at_once)
        await settling("sqlite", SQLiteStore(folder / f"{at_once}.db"), conversions, at_once)
    with mock.patch("pdfshift_async.stores.sqlite.lanes._TOGETHER", 1):
        store = SQLiteStore(folder / "single.db")
        await settling("sqlite, a commit for each", store, conversions, 50)


async def settle_slowly(path: str, ids: list[str]) -> None:
    """Be the other process: settle one now and then, and say when that began."""
    store = SQLiteStore(path)
    await store.open()
    for conversion_id in ids:
        sys.stdin.readline()
        print(time.perf_counter_ns(), flush=True)
        await store.settle(conversion_id, CONVERTED, datetime.now(UTC))
    await store.close()


async def noticing(path: Path, conversions: int) -> None:
    """Measure from the callback in another process to the resumed ``await`` in this one."""
    async with PDFShift("sk_benchmark", store=f"sqlite:///{path}") as client:
        store = SQLiteStore(path)
        await store.open()
        ids = [new_id() for _ in range(conversions)]
        await together(lambda conversion_id: queued(store, conversion_id), ids, 200)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(__file__, "--settle", str(path), *ids),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        durations = []
        for number, conversion_id in enumerate(ids):
            waiting = asyncio.ensure_future(client.conversion(conversion_id).wait())
            await asyncio.sleep(0.01 + 0.001 * (number % 25))  # meets the looks in any phase
            process.stdin.write(b"\n")
            await waiting
            resumed = time.perf_counter_ns()
            durations.append((resumed - int(await process.stdout.readline())) / 1e6)
        await process.wait()
        await store.close()
    quantiles = statistics.quantiles(durations, n=100)
    print(
        "\nfrom the callback in another process to the resumed await: "
        f"median {quantiles[49]:.1f} ms, p99 {quantiles[98]:.1f} ms"
    )


@contextmanager
def memory(name: str, conversions: int) -> Iterator[None]:
    """Print what is allocated in here for each conversion and still there at its end."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{name:45}{conversions:12,}{size / conversions:12.0f}{size / MIB:12.1f}")


async def pending_memory(folder: Path, conversions: int) -> None:
    ids = [new_id() for _ in range(conversions)]
    store = MemoryStore()
    with memory("memory, pending, without their documents", conversions):
        for conversion_id in ids:
            await queued(store, conversion_id)
    del store
    path = await filled(folder / f"pending_{conversions}.db", pending=ids, settled=[])
    async with PDFShift("sk_benchmark", store=f"sqlite:///{path}") as client:
        with memory("sqlite, pending", conversions):
            await asyncio.sleep(2)
        awaited = ids[:10_000]
        with memory("sqlite, awaited by a task for each", len(awaited)):
            tasks = [asyncio.ensure_future(client.conversion(each).wait()) for each in awaited]
            await asyncio.sleep(5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def filled(path: Path, *, pending: Sequence[str], settled: Sequence[str]) -> Path:
    """Make a file with conversions that wait for their callback, and some that do not.

    Their documents are left out, to keep the file small.
    """
    store = SQLiteStore(path)
    await store.open()
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ledger = Ledger(connection)
        with transaction(connection):
            for conversion_id in [*settled, *pending]:
                ledger.plan(replace(planned(conversion_id), request=None))
            for conversion_id in settled:
                ledger.settle(conversion_id, CONVERTED, NOW)
            for conversion_id in pending:
                ledger.advance(conversion_id, SENT)
                ledger.advance(conversion_id, ACCEPTED)
    return path


async def starting(folder: Path, conversions: int) -> None:
    """Measure until a client can be used, nine tenths of the conversions being settled."""
    ids = [new_id() for _ in range(conversions)]
    pending, settled = ids[::10], [each for number, each in enumerate(ids) if number % 10]
    path = await filled(folder / f"start_{conversions}.db", pending=pending, settled=settled)
    durations = []
    for _ in range(5):
        started = time.perf_counter()
        client = PDFShift("sk_benchmark", store=f"sqlite:///{path}")
        await client.open()
        durations.append(time.perf_counter() - started)
        await client.close()
    size = path.stat().st_size / MIB
    print(
        f"\nopening a client on {conversions:,} stored conversions ({size:,.0f} MiB): "
        f"median {statistics.median(durations) * 1000:.0f} ms, "
        f"slowest {max(durations) * 1000:.0f} ms"
    )


async def measure(conversions: int, *, million: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await settle_rates(folder, conversions)
        await noticing(folder / "shared.db", 200)
        print(f"\n{'memory':45}{'conversions':>12}{'bytes each':>12}{'MiB':>12}")
        for count in (100_000, 1_000_000)[: 1 + million]:
            await pending_memory(folder, count)
        for count in (100_000, 1_000_000)[: 1 + million]:
            await starting(folder, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--conversions", type=int, default=5000, metavar="N", help="to settle")
    parser.add_argument("--million", action="store_true", help="measure a million as well")
    parser.add_argument("--settle", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.settle:
        path, *ids = chosen.settle
        asyncio.run(settle_slowly(path, ids))
        return
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    asyncio.run(measure(chosen.conversions, million=chosen.million))


if __name__ == "__main__":
    main()
