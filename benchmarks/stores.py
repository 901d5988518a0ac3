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
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from pdfshift_async import PDFShift, State
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.tokens import new_id
from pdfshift_async.models.outcomes import Converted
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, MemoryStore, Record, Request, SQLiteStore, Store

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
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SENT = Change(Trigger.SEND, NOW, deadline=NOW + timedelta(minutes=10))
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


async def together(call: Callable[[str], object], ids: list[str], at_once: int) -> list[float]:
    """Call for each id, so many at a time; give the seconds that each call took."""
    left, durations = iter(ids), []

    async def work() -> None:
        for conversion_id in left:
            started = time.perf_counter()
            await call(conversion_id)  # type: ignore[misc]
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
        f"{name:34}{at_once:9}{rate:13.0f}"
        f"{quantiles[49] * 1000:13.2f}{quantiles[98] * 1000:13.2f}"
    )
