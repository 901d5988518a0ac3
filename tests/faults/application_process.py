"""An application that converts documents, and goes on where it was killed.

``python application_process.py DIARY COUNT …``; how to reach everything is in the environment.
The diary is all that it remembers: the id of each document before it is sent, and its end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from pdfshift_async import (
    CallbackLost,
    PDFOptions,
    PDFShift,
    Result,
    ServiceUnreachable,
    Store,
    UnknownConversion,
    open_store,
)
from pdfshift_async.stores import Record

AT_ONCE = 50
OPTIONS = PDFOptions(timeout=1)


class Diary:
    """Lines in a file that the next process reads."""

    def __init__(self, path: Path) -> None:
        path.touch()
        lines = [line.split() for line in path.read_text().splitlines()]
        self.ids = {key: name for word, key, name, *_ in lines if word == "planned"}
        self.ended = {key for word, key, *_ in lines if word == "ended"}
        self._file = path.open("a")

    def note(self, *words: str) -> None:
        """Write a line, in one piece."""
        self._file.write(" ".join(words) + "\n")
        self._file.flush()


def noted(store: Store, diary: Diary) -> Store:
    """Give the store that has the id of each document in the diary before it keeps it."""
    plan = store.plan

    async def noted_plan(record: Record) -> Record:
        diary.note("planned", str(record.key), record.id)
        return await plan(record)

    store.plan = noted_plan  # type: ignore[method-assign]
    return store


async def converted(client: PDFShift, key: str, known: str | None) -> Result:
    """Await the document; one that was never accepted is submitted, maybe for the first time."""
    if known is not None:
        # Raised when it was not recorded, or not sent, before the process was killed.
        with suppress(UnknownConversion, ServiceUnreachable):
            return await client.conversion(known)
    return await client.convert(f"<p>{key}</p>", OPTIONS, key=key)


async def convert(client: PDFShift, diary: Diary, key: str) -> None:
    """See to it that the document has an end, and write it down."""
    try:
        result = await converted(client, key, diary.ids.get(key))
    except CallbackLost as error:
        diary.note("ended", key, str(error.conversion_id), "lost")
    else:
        diary.note("ended", key, str(result.conversion_id), "converted", result.url)


async def main() -> None:
    """Convert all that has no end yet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("diary", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--margin", type=float, default=2, help="seconds; then it is overdue")
    parser.add_argument("--listen", type=int, help="receive callbacks, too")
    parser.add_argument(
        "--stay", action="store_true", help="say when all have, and go on receiving"
    )
    chosen = parser.parse_args()
    diary = Diary(chosen.diary)
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(key: str) -> None:
        async with places:
            await convert(client, diary, key)

    async with AsyncExitStack() as opened:
        store = noted(open_store(os.environ["PDFSHIFT_STORE"]), diary)
        opened.push_async_callback(store.close)
        client = await opened.enter_async_context(
            PDFShift(store=store, callback_margin=chosen.margin)
        )
        if chosen.listen is not None:
            await opened.enter_async_context(client.receiver.listen(port=chosen.listen))
        async with asyncio.TaskGroup() as tasks:
            for number in range(chosen.count):
                if (key := f"document-{number}") not in diary.ended:
                    tasks.create_task(in_turn(key))
        if chosen.stay:
            print("done", flush=True)  # noqa: T201 -- the test reads it
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
