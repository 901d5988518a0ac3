"""Another process on a store: ``python store_process.py COMMAND PLACE …``.

The place is the URL of a store, or the path of an SQLite file.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from pdfshift_async import State
from pdfshift_async._core.states import Trigger
from pdfshift_async.models.outcomes import Converted, Failed, Failure, TrueOutcome
from pdfshift_async.models.results import HostedDocument
from pdfshift_async.stores import Change, Effect, Record, Request, SQLiteStore, Store, open_store

OUTCOMES: dict[str, TrueOutcome] = {
    "converted": Converted(document=HostedDocument(url="https://example.com/a.pdf")),
    "failed": Failed(failure=Failure(kind="reported")),
}


def say(*words: object) -> None:
    """Tell the test, at once."""
    print(*words, flush=True)  # noqa: T201 -- the test reads it


async def line() -> str:
    """Wait for the test to say something."""
    said: str = await asyncio.to_thread(sys.stdin.readline)
    return said.strip()


def planned(name: str) -> Record:
    """Give a new record."""
    request = Request("pdf", {"source": "<p>" * 500})
    return Record(name, None, State.PLANNED, datetime.now(UTC), request)


async def settle(store: Store, kind: str, *ids: str) -> None:
    """When told to, settle the conversions at once, and say which it was that settled them."""
    say("ready")
    await line()
    answers = await asyncio.gather(
        *(store.settle(name, OUTCOMES[kind], datetime.now(UTC)) for name in ids)
    )
    effects = zip(ids, answers, strict=True)
    say(*(name for name, (_, effect) in effects if effect is Effect.SETTLED))


async def receive(store: Store) -> None:
    """Take callbacks one after the other, and say of each that it is kept."""
    for number in range(1_000_000):
        await store.plan(planned(f"cv_{number}"))
        await store.settle(f"cv_{number}", OUTCOMES["converted"], datetime.now(UTC))
        say(f"cv_{number}")


async def send(store: Store, name: str) -> None:
    """Be sending a conversion until killed."""
    now = datetime.now(UTC)
    await store.plan(planned(name))
    await store.advance(name, Change(Trigger.SEND, now, deadline=now + timedelta(hours=1)))
    say("sending")
    await line()


async def write(_: Store) -> None:
    """Write all the time into the store that was named last; it concerns nobody else."""
    naming = asyncio.ensure_future(line())
    while place := await naming:
        async with opened(place) as store:
            say("ready")
            naming = asyncio.ensure_future(line())
            number = 0
            while not naming.done():
                number += 1
                await store.plan(planned(f"cv_other_{number}"))
                await store.check()


COMMANDS = {command.__name__: command for command in (settle, receive, send, write)}


@asynccontextmanager
async def opened(place: str) -> AsyncIterator[Store]:
    """Open the store."""
    store = open_store(place) if "://" in place else SQLiteStore(place)
    await store.open()
    yield store
    await store.close()


async def main(command: str, place: str, *arguments: str) -> None:
    """Open the store, and do it."""
    async with opened(place) as store:
        await COMMANDS[command](store, *arguments)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
