"""A worker process as the parent sees it: started, given one order at a time, killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pdfshift_async.emulator.rendering.frames import LENGTHS, READY

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from asyncio.subprocess import Process
    from typing import Self

    from pdfshift_async.emulator.rendering.frames import Frame

__all__ = ["WorkerProcess"]

_CODE: Final = "from pdfshift_async.emulator.rendering.worker import main; main()"
_ROOT: Final = Path(__file__).parents[3]
_START_LIMIT: Final = 60.0
"""Seconds a worker may take to start: it imports the engine on a machine that may be busy."""

_logger = logging.getLogger(__name__)


class WorkerProcess:
    """One process. With this module's logger at debug level, its own words go to standard error."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._orders = cast("StreamWriter", process.stdin)
        self._answers = cast("StreamReader", process.stdout)

    @classmethod
    async def start(cls, memory_limit: int, fonts: Path) -> Self:
        """Start a process and wait until it can take an order.

        Args:
            memory_limit: Bytes of address space.
            fonts: The font configuration.
        """
        # The worker imports the code that runs here, wherever that is; -P, because the folder the
        # emulator happens to be started in may hold a file named like a module.
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _CODE, str(memory_limit)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if _logger.isEnabledFor(logging.DEBUG) else DEVNULL,
            env=os.environ | {"PYTHONPATH": path, "FONTCONFIG_FILE": str(fonts)},
            # Else a Ctrl-C on the terminal ends it while it loads, before it can ignore that.
            start_new_session=True,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START_LIMIT):
                await worker._answers.readexactly(len(READY))
        except BaseException:
            await worker.stop()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether it can take an order: a process that ended has closed its output."""
        return not self._answers.at_eof()

    async def ask(self, order: bytes) -> Frame:
        """Send an order and wait for its answer.

        Raises:
            EOFError: The process ended first; so do both kinds of `ConnectionError`.
        """
        self._orders.write(order)
        await self._orders.drain()
        head, body = LENGTHS.unpack(await self._answers.readexactly(LENGTHS.size))
        encoded = await self._answers.readexactly(head)
        return json.loads(encoded), await self._answers.readexactly(body)

    def kill(self) -> None:
        """End the process; whoever waits for its answer gets an `EOFError`."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """Kill the process and wait until nothing of it is left."""
        self.kill()
        await self._answers.read()
        await self._process.wait()
