"""How near do replicas come together to what the service allows, when they share their pace?

    python -m benchmarks.replicas postgresql://user@localhost/scratch --requests 400

Three clients on one key, each with a store of its own in that database, convert as fast as they
can; the service, its clock and the omniscient client are those of `benchmarks/pacing.py`. Beside
them, one client that has all of the requests, and three that share nothing. The schema
``pdfshift_benchmark`` of the database is dropped.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import get_args

import psycopg

from benchmarks.pacing import Kind, Run, Service, begin, library, measured, service_process
from pdfshift_async import MemoryStore, Store
from pdfshift_async._clock import Clock
from pdfshift_async._core.interfaces import Moment
from pdfshift_async.stores.postgres import PostgresStore

REPLICAS = 3
SCHEMA = "pdfshift_benchmark"


class FastStore(PostgresStore):
    """Has the clock of the service, and counts what is asked of its pace."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, schema=SCHEMA)
        self.exchanges = 0
        self.seconds = 0.0
        self._service_clock = clock

    async def change_pace(self, name: str, change: Callable[[str, Moment], str]) -> None:
        """Let the time pass faster."""

        def faster(text: str, moment: Moment) -> str:
            now = self._service_clock.now().timestamp()
            return change(text, Moment(now, moment.worker, moment.living))

        began = time.perf_counter()
        await super().change_pace(name, faster)
        self.seconds += time.perf_counter() - began
        self.exchanges += 1


async def replicas(service: Service, requests: int, stores: Sequence[Store]) -> Run:
    """Let one client with each of these stores send its part."""
    began = await begin(service)
    sent = await asyncio.gather(*(library(service, requests // REPLICAS, s) for s in stores))
    for store in stores:
        await store.close()
    took = [each.finished_at - began for each in sent]
    refused = sum(each.refused for each in sent)
    return Run(max(took), refused, refused / (refused + requests), max(took) / min(took))


def compare(kinds: Iterable[Kind], requests: int, scale: float, url: str) -> Iterator[str]:
    """Give the lines of the table."""
    yield "| window | pace | seconds | rate to omniscient | refused | slowest | exchanges | ms each |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    requests -= requests % REPLICAS
    for kind in kinds:
        with service_process(kind, scale) as service:
            best = asyncio.run(measured(service, "omniscient", requests, 1)).took
        for pace in ("shared", "one client", "each its own"):
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())
            with service_process(kind, scale) as service:
                shared = [FastStore(url, service.clock) for _ in range(REPLICAS)]
                if pace == "one client":
                    run = asyncio.run(measured(service, "pdfshift_async", requests, 1))
                else:
                    own = [MemoryStore() for _ in range(REPLICAS)]
                    stores = shared if pace == "shared" else own
                    run = asyncio.run(replicas(service, requests, stores))
            count, seconds = sum(s.exchanges for s in shared), sum(s.seconds for s in shared)
            cells = [kind, pace, f"{run.took:.1f}", f"{best / run.took:.1%}", f"{run.refused}"]
            cells += [f"{run.longer:.2f}", f"{count}", f"{1000 * seconds / max(1, count):.1f}"]
            yield f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("postgres", metavar="URL")
    parser.add_argument("--requests", type=int, default=400, metavar="N", help="of all clients")
    kinds = get_args(Kind)
    parser.add_argument("--windows", nargs="+", choices=kinds, default=kinds, metavar="KIND")
    parser.add_argument("--scale", type=float, default=10.0, help="of the fast clock")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    for row in compare(chosen.windows, chosen.requests, chosen.scale, chosen.postgres):
        print(row, flush=True)


if __name__ == "__main__":
    main()
