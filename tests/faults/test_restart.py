"""A process that ends before it knows what became of its submissions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdfshift_async import Billed, PDFShift, ServiceUnreachable, State
from pdfshift_async._core.records import Change, Record, Request
from pdfshift_async._core.states import Trigger
from pdfshift_async._core.tokens import Tokens, derived_secret, new_id
from pdfshift_async.emulator import Emulator
from pdfshift_async.stores import SQLiteStore
from pdfshift_async.testing import VirtualClock

SUCCESS = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'


async def left_behind(path: Path, clock: VirtualClock, *changes: Change) -> str:
    """Leave a conversion in the state that a process had brought it to when it ended."""
    store = SQLiteStore(path)
    await store.open()
    name = new_id()
    await store.plan(Record(name, "inv-1", State.PLANNED, clock.now(), Request("pdf", {})))
    for change in changes:
        await store.advance(name, change)
    await store.close()
    return name


def client_on(path: Path, emulator: Emulator) -> PDFShift:
    """Give the client of the process that is started again."""
    return PDFShift(
        emulator.api_key,
        base_url=emulator.base_url,
        webhook_url="https://app.example.com/pdfshift",
        store=f"sqlite:///{path}",
        on_lost="resubmit",
    )


async def test_what_was_never_sent_ends_and_is_not_sent(
    emulator: Emulator, clock: VirtualClock, tmp_path: Path
) -> None:
    """Who awaits it learns that it was not billed, and may submit it anew."""
    name = await left_behind(path := tmp_path / "pdfshift.db", clock)
    async with client_on(path, emulator) as client:
        with pytest.raises(ServiceUnreachable, match="its process ended before") as caught:
            await client.conversion(name)
    assert (caught.value.billed, caught.value.key) == (Billed.NO, "inv-1")
    assert not emulator.conversions


async def test_what_was_being_sent_is_settled_by_its_callback(
    emulator: Emulator, clock: VirtualClock, tmp_path: Path
) -> None:
    """It may have been accepted, so it waits, and is not sent again."""
    later = datetime(9999, 1, 1, tzinfo=UTC)
    sending = Change(Trigger.SEND, clock.now(), deadline=later)
    name = await left_behind(path := tmp_path / "pdfshift.db", clock, sending)
    async with client_on(path, emulator) as client:
        token = Tokens([derived_secret(emulator.api_key)]).token(name)
        reply = await client.receiver.handle("POST", token, {}, SUCCESS)
        assert reply.body == b"settled"
        assert (await client.conversion(name)).url.endswith("x.pdf")
    assert not emulator.conversions
