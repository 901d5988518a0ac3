"""Being asked to end."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from pdfshift_async.cli.signals import stop_event


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_sigterm_set_the_event(number: signal.Signals) -> None:
    """The process lives on, to close what is open."""
    stop = stop_event()
    os.kill(os.getpid(), number)
    assert await stop.wait()
    asyncio.get_running_loop().remove_signal_handler(number)


async def test_a_loop_without_signal_handlers_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows Ctrl-C arrives in another way."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", refuse)
    assert not stop_event().is_set()
