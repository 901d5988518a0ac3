"""Ctrl-C and SIGTERM as the ordinary end of a command that runs until then."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

__all__ = ["stop_event"]


def stop_event() -> asyncio.Event:
    """Give an event that is set when the process is asked to end, instead of it being killed."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Loops on Windows take no handlers; there Ctrl-C stays a KeyboardInterrupt.
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    return stop
