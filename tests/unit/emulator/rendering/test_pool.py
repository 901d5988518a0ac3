"""Who may use a worker, and what happens to it; the workers are not processes here."""

from __future__ import annotations

import asyncio
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pdfshift_async.emulator.rendering import Renderer, RenderFailed, RenderRequest
from pdfshift_async.emulator.rendering.documents import FetchPolicy
from pdfshift_async.emulator.rendering.frames import Frame
from pdfshift_async.emulator.rendering.processes import WorkerProcess
from pdfshift_async.errors import ConfigurationError

REQUEST = RenderRequest("pdf", "<p>x", {})
RENDERED: Frame = (
    {
        "rendered": {
            "pages": 1,
            "source_status": None,
            "source_duration": 0,
            "requests": 0,
            "source_length": 4,
            "unsupported": [],
        }
    },
    b"%PDF",
)


class Fake:
    """A worker that answers when the test says so."""

    started: list[Fake]
    refusal: BaseException | None
    starting: asyncio.Event

    def __init__(self) -> None:
        self.reply: asyncio.Future[Frame] | None = None
        self.asked = 0
        self.killed = self.stopped = False

    @classmethod
    async def start(cls, memory_limit: int, fonts: Path) -> Fake:
        await cls.starting.wait()
        if cls.refusal is not None:
            raise cls.refusal
        cls.started.append(worker := cls())
        return worker

    async def ask(self, order: bytes) -> Frame:
        self.asked += 1
        if self.killed:
            raise EOFError
        self.reply = asyncio.get_running_loop().create_future()
        return await self.reply

    def answer(self, frame: Frame = RENDERED) -> None:
        assert self.reply is not None
        self.reply.set_result(frame)

    def crash(self, error: Exception) -> None:
        assert self.reply is not None
        self.reply.set_exception(error)

    @property
    def alive(self) -> bool:
        return not self.killed

    def kill(self) -> None:
        self.killed = True
        if self.reply is not None and not self.reply.done():
            self.crash(EOFError())

    async def stop(self) -> None:
        self.kill()
        self.stopped = True


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Fake]:
    """All workers that were started."""
    Fake.started, Fake.refusal, Fake.starting = [], None, asyncio.Event()
    Fake.starting.set()
    monkeypatch.setattr(WorkerProcess, "start", Fake.start)
    return Fake.started


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_worker_starts_with_the_first_document_and_serves_the_next(
    workers: list[Fake],
) -> None:
    """One after the other, one process is enough."""
    async with Renderer() as renderer:
        assert workers == []
        for _ in range(3):
            task = asyncio.ensure_future(renderer.render(REQUEST))
            await settle()
            workers[0].answer()
            assert (await task).content == b"%PDF"
        assert [worker.asked for worker in workers] == [3]
    assert workers[0].stopped


async def test_more_documents_than_workers_wait_for_their_turn(workers: list[Fake]) -> None:
    """Two are converted, the third follows."""
    async with Renderer(workers=2) as renderer, asyncio.TaskGroup() as group:
        tasks = [group.create_task(renderer.render(REQUEST)) for _ in range(3)]
        await settle()
        assert [worker.asked for worker in workers] == [1, 1]
        workers[0].answer()
        await settle()
        assert tasks[0].done()
        assert workers[0].asked == 2
        workers[0].answer()
        workers[1].answer()


async def test_a_failed_document_leaves_its_worker_in_service(workers: list[Fake]) -> None:
    """Only the process knows whether it can go on, and it answered."""
    async with Renderer() as renderer:
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[0].answer(({"failed": [400, "No.", None]}, b""))
        with pytest.raises(RenderFailed, match="No"):
            await task
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[0].answer()
        assert (await task).pages == 1
        assert len(workers) == 1


async def test_a_crash_fails_one_document_and_the_worker_is_replaced(workers: list[Fake]) -> None:
    """The next document gets a new process."""
    async with Renderer(workers=1) as renderer:
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[0].crash(ConnectionResetError())
        with pytest.raises(RenderFailed, match="could not be converted") as failure:
            await task
        assert failure.value.code == 500
        assert workers[0].stopped
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[1].answer()
        assert (await task).pages == 1


@pytest.mark.parametrize("parameters", [{}, {"timeout": 0}, {"timeout": 0.01}])
async def test_a_document_out_of_time_ends_its_worker(
    parameters: dict[str, Any], workers: list[Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own timeout counts, and some time to convert what was loaded; zero is no timeout."""
    monkeypatch.setattr("pdfshift_async.emulator.rendering.pool._GRACE", 0.01)
    limit = 100 if parameters.get("timeout") else 0.01
    async with Renderer(time_limit=limit) as renderer:
        with pytest.raises(RenderFailed) as failure:
            await renderer.render(RenderRequest("pdf", "<p>x", parameters))
        assert (failure.value.code, failure.value.identifier) == (400, "A74")
        assert workers[0].stopped


async def test_an_idle_worker_that_died_is_replaced(workers: list[Fake]) -> None:
    """The next document does not pay for it."""
    async with Renderer(workers=1) as renderer:
        for number in range(2):
            task = asyncio.ensure_future(renderer.render(REQUEST))
            await settle()
            workers[number].answer()
            await task
            workers[number].kill()
        assert [worker.stopped for worker in workers] == [True, False]


async def test_a_cancelled_caller_frees_its_place(workers: list[Fake]) -> None:
    """Its worker is ended: nobody waits for what it does."""
    async with Renderer(workers=1) as renderer:
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers[0].stopped
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[1].answer()
        assert (await task).pages == 1


async def test_closing_fails_those_who_wait(workers: list[Fake]) -> None:
    """Whoever is being converted, and whoever has not begun; nothing is left behind."""
    renderer = Renderer(workers=1)
    await renderer.open()
    busy, queued = (asyncio.ensure_future(renderer.render(REQUEST)) for _ in range(2))
    await settle()
    await renderer.close()
    with pytest.raises(RenderFailed):
        await busy
    with pytest.raises(RuntimeError, match="not open"):
        await queued
    assert [worker.stopped for worker in workers] == [True]


async def test_closing_while_a_worker_starts_ends_it_too(workers: list[Fake]) -> None:
    """It is killed as soon as it exists."""
    Fake.starting.clear()
    renderer = Renderer()
    await renderer.open()
    task = asyncio.ensure_future(renderer.render(REQUEST))
    await settle()
    closing = asyncio.ensure_future(renderer.close())
    await settle()
    Fake.starting.set()
    await closing
    with pytest.raises(RenderFailed):
        await task
    assert workers[0].stopped


async def test_opening_and_closing_twice_is_once(workers: list[Fake]) -> None:
    """And a closed renderer can be opened again."""
    renderer = Renderer()
    with pytest.raises(RuntimeError, match="not open"):
        await renderer.render(REQUEST)
    for _ in range(2):
        await renderer.open()
        await renderer.open()
        task = asyncio.ensure_future(renderer.render(REQUEST))
        await settle()
        workers[-1].answer()
        assert (await task).pages == 1
        await renderer.close()
        await renderer.close()
    assert len(workers) == 2


@pytest.mark.parametrize("refusal", [EOFError(), TimeoutError()])
async def test_a_worker_that_does_not_start_is_told_apart(
    refusal: Exception, workers: list[Fake]
) -> None:
    """It is no fault of the document, and the place is free again."""
    Fake.refusal = refusal
    async with Renderer(workers=1) as renderer:
        for _ in range(2):
            with pytest.raises(RenderFailed, match="did not start"):
                await renderer.render(REQUEST)


async def test_a_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything starts."""

    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ConfigurationError, match=r"pip install 'pdfshift-async\[emulator\]'"):
        await Renderer(policy=FetchPolicy()).open()
