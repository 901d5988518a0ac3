"""Coroutines that outlive their request."""

from __future__ import annotations

import asyncio

import pytest

from pdfshift_async.emulator.background import Background


async def test_everything_started_is_waited_for() -> None:
    """What starts while waiting is waited for as well."""
    background = Background()
    ended: list[str] = []

    async def second() -> None:
        ended.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        background.start(second())
        ended.append("first")

    background.start(first())
    await background.drained()

    assert ended == ["first", "second"]
    assert len(background) == 0


async def test_closing_ends_what_would_never_end() -> None:
    """It is cancelled, and has ended when closing returns."""
    background = Background()
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    background.start(endless())
    await asyncio.sleep(0)
    await background.close()

    assert ended == ["endless"]


async def test_an_error_of_the_emulator_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It ends its own coroutine only, and is not lost."""
    background = Background()

    async def broken() -> None:
        msg = "broken"
        raise LookupError(msg)

    background.start(broken())
    await background.drained()

    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError]
