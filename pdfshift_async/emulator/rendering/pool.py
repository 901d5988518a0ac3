"""Converting in worker processes: who may use one when, and for how long."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pdfshift_async.emulator.rendering.documents import FetchPolicy, RenderFailed
from pdfshift_async.emulator.rendering.fonts import write_configuration
from pdfshift_async.emulator.rendering.frames import decode_answer, encode_order
from pdfshift_async.emulator.rendering.processes import WorkerProcess
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

    from pdfshift_async.emulator.rendering.documents import Rendered, RenderRequest

__all__ = ["Renderer"]

_PACKAGES: Final = ("fontpkg-noto-sans", "pikepdf", "pillow", "plutoprint")
_GRACE: Final = 2.0
"""Seconds between the end of loading, which a worker sees to itself, and the end of the worker."""


class Renderer:
    """Converts documents in processes of their own, so that none can harm the server.

    A process that runs out of time is killed, one that crashes fails its document alone; both are
    replaced when the next document needs them.

    Args:
        workers: How many documents are converted at once; the others wait in order of arrival.
        time_limit: Seconds a document may take, unless its own ``timeout`` says otherwise.
        memory_limit: Bytes of address space per process, where the system can limit it.
        policy: What documents may load.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        time_limit: float = 100.0,
        memory_limit: int = 2 * 1024**3,
        policy: FetchPolicy | None = None,
    ) -> None:
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._policy = policy or FetchPolicy()
        self._count = workers
        self._places = asyncio.Semaphore(workers)
        self._workers: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._folder: TemporaryDirectory[str] | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Get ready; a process starts with the first document that needs it.

        Raises:
            ConfigurationError: The packages of the extra are not installed.
        """
        if self._folder is not None:
            return
        for package in _PACKAGES:
            try:
                metadata.distribution(package)
            except metadata.PackageNotFoundError as error:
                raise ConfigurationError(
                    "emulator",
                    f"needs the package {package}",
                    hint="Install it with: pip install 'pdfshift-async[emulator]'",
                ) from error
        self._folder = TemporaryDirectory(prefix="pdfshift-")
        write_configuration(Path(self._folder.name))

    async def close(self) -> None:
        """End all processes, and wait until every caller has left; theirs fail."""
        if self._folder is None:
            return
        self._folder.cleanup()
        self._folder = None
        for worker in self._workers:
            worker.kill()
        for _ in range(self._count):
            await self._places.acquire()
        for worker in self._idle:
            await worker.stop()
        self._idle.clear()
        self._workers.clear()
        for _ in range(self._count):
            self._places.release()

    async def render(self, request: RenderRequest) -> Rendered:
        """Convert a document; a cancelled one ends its process and frees its place.

        Raises:
            RenderFailed: It could not be converted.

        Source: PDFShift API v3, `timeout`: ends loading, and converts what is there (read 2026-11).
        """
        order = encode_order(request, self._policy)
        timeout = request.parameters.get("timeout")
        limit = timeout + _GRACE if timeout else self._time_limit
        try:
            async with self._worker() as worker, asyncio.timeout(limit):
                answer = await worker.ask(order)
        except TimeoutError as error:
            raise RenderFailed.too_long() from error
        except (EOFError, ConnectionError) as error:
            raise RenderFailed(500, "The document could not be converted.") from error
        return decode_answer(answer)

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[WorkerProcess]:
        """Lend a process; one whose conversion did not end properly is not used again."""
        async with self._places:
            worker = await self._take()
            try:
                yield worker
            except BaseException:
                await self._discard(worker)
                raise
            self._idle.append(worker)

    async def _discard(self, worker: WorkerProcess) -> None:
        self._workers.remove(worker)
        await worker.stop()

    async def _take(self) -> WorkerProcess:
        folder = self._folder
        if folder is None:
            raise RuntimeError("the renderer is not open")
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._discard(worker)
        fonts = Path(folder.name) / "fonts.conf"
        try:
            worker = await WorkerProcess.start(self._memory_limit, fonts)
        except (EOFError, TimeoutError) as error:
            raise RenderFailed(500, "The converter did not start.") from error
        self._workers.add(worker)
        if self._folder is not folder:
            worker.kill()  # closed while it started: its caller must not keep close() waiting
        return worker
