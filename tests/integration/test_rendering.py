"""The renderer with real processes: what documents, crashes and kills do to it."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pikepdf
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

import pdfshift_async
from pdfshift_async.emulator.rendering import (
    FetchPolicy,
    Renderer,
    RenderFailed,
    RenderRequest,
)
from pdfshift_async.emulator.rendering.fonts import write_configuration
from pdfshift_async.emulator.rendering.processes import WorkerProcess

ROOT = Path(pdfshift_async.__file__).parents[1]
ENDLESS = "<table><tr><td>" * 1000
"""Takes the engine minutes."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def alive(process: int) -> bool:
    """Tell whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until_dead(process: int) -> None:
    """Wait for the end of a process."""
    while alive(process):  # noqa: ASYNC110 - a process that is not ours gives no event
        await asyncio.sleep(0.02)


def children(parent: int | None = None) -> set[int]:
    """Give the processes that a process has started."""
    started: set[int] = set()
    for path in Path(f"/proc/{parent or os.getpid()}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            started.update(map(int, path.read_text().split()))
    return started


@asynccontextmanager
async def opened(**options: object) -> AsyncIterator[Renderer]:
    """Open a renderer, and see that it leaves no process behind."""
    before = children()
    async with Renderer(policy=FetchPolicy(hosts=()), **options) as renderer:  # type: ignore[arg-type]
        yield renderer
    assert not {process for process in children() - before if alive(process)}


def pdf(html: str, **parameters: object) -> RenderRequest:
    """Ask for a PDF."""
    return RenderRequest("pdf", html, parameters)


async def test_documents_are_converted_side_by_side() -> None:
    """By as many processes as there are workers, and no more."""
    async with opened(workers=2) as renderer:
        before = children()
        requests = [pdf(f"<p>{number}</p>" * 100) for number in range(20)]
        results = await asyncio.gather(*(renderer.render(request) for request in requests))
        assert all(result.content.startswith(b"%PDF") for result in results)
        assert len(children() - before) <= 2
    assert len({result.content for result in results}) == 20


async def test_text_appears_without_any_font_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel brings one, in regular, bold and italic; the glyphs are on the picture."""
    bare = tmp_path / "bare.conf"
    bare.write_text("<fontconfig/>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(bare))
    html = "<p>Größe 12,50 € łódź <b>bold</b> <i>italic</i> Ελλάδα Привет</p>"
    async with opened() as renderer:
        document = await renderer.render(pdf(html))
        picture = await renderer.render(RenderRequest("png", html, {"viewport": "600x60"}))
        blank = await renderer.render(RenderRequest("png", "<p>", {"viewport": "600x60"}))
    assert len(Image.open(io.BytesIO(blank.content)).getcolors() or []) == 1
    ink = Image.open(io.BytesIO(picture.content)).convert("L").histogram()
    assert sum(ink[:128]) > 1000
    with pikepdf.open(io.BytesIO(document.content)) as opened_pdf:
        fonts = opened_pdf.pages[0].Resources.Font
        names = {str(fonts[name].BaseFont) for name in fonts.keys()}  # noqa: SIM118
    assert any("NotoSans-Regular" in name for name in names)
    assert any("NotoSans-Italic" in name for name in names)
    assert len(names) >= 3


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\0" * 1000,
        "\ud800",
        "<frameset>",
        "<div>" * 5000,
        "<style>" + "a{" * 50_000,
        "%PDF-1.7 \x01",
    ],
    ids=["empty", "nul", "surrogate", "frameset", "deep", "css", "binary"],
)
async def test_odd_documents_end_in_one_way_or_the_other(html: str) -> None:
    """And the next one is converted."""
    async with opened(workers=1) as renderer:
        outcome = await asyncio.gather(renderer.render(pdf(html)), return_exceptions=True)
        assert getattr(outcome[0], "pages", 1) or isinstance(outcome[0], RenderFailed)
        assert (await renderer.render(pdf("<p>fine"))).pages == 1


async def test_timeout_ends_loading_and_converts_what_is_there() -> None:
    """A page whose image never arrives is converted without it."""

    async def page(request: web.Request) -> web.StreamResponse:
        return web.Response(text="<p>x<img src='/never.png'>", content_type="text/html")

    async def never(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/never.png", never)])
    async with TestServer(app) as server, Renderer() as renderer:
        rendered = await renderer.render(pdf(str(server.make_url("/")), timeout=1))
    assert (rendered.pages, rendered.source_status, rendered.requests) == (1, 200, 1)


async def test_a_page_that_never_arrives_is_too_slow() -> None:
    """There is nothing to convert; its worker is not to blame."""

    async def never(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.add_routes([web.get("/", never)])
    async with TestServer(app) as server, Renderer() as renderer:
        with pytest.raises(RenderFailed) as failure:
            await renderer.render(pdf(str(server.make_url("/")), timeout=1))
        assert len(renderer._idle) == 1
    assert failure.value.identifier == "A74"


async def test_an_endless_document_is_ended_and_others_are_not() -> None:
    """It runs out of time; a document beside it and one behind it are converted."""
    async with opened(workers=2, time_limit=1.5) as renderer:
        endless = asyncio.ensure_future(renderer.render(pdf(ENDLESS)))
        assert (await renderer.render(pdf("<p>beside"))).pages == 1
        with pytest.raises(RenderFailed) as failure:
            await endless
        assert failure.value.identifier == "A74"
        assert (await renderer.render(pdf("<p>behind"))).pages == 1


async def test_a_document_that_wants_all_memory_fails_alone() -> None:
    """Its process aborts, and is replaced."""
    async with opened(workers=1, memory_limit=600 * 1024**2) as renderer:
        with pytest.raises(RenderFailed):
            await renderer.render(pdf("<p>abc</p>" * 300_000))
        assert (await renderer.render(pdf("<p>fine"))).pages == 1


async def test_a_killed_process_fails_its_document() -> None:
    """Whoever killed it; an idle one that died is not used."""
    async with opened(workers=1) as renderer:
        before = children()
        task = asyncio.ensure_future(renderer.render(pdf(ENDLESS)))
        while not (started := children() - before):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
        os.kill(started.pop(), signal.SIGKILL)
        with pytest.raises(RenderFailed) as failure:
            await task
        assert failure.value.code == 500
        assert (await renderer.render(pdf("<p>fine"))).pages == 1
        os.kill((children() - before).pop(), signal.SIGKILL)
        while renderer._idle[0].alive:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
        assert (await renderer.render(pdf("<p>fine"))).pages == 1


async def test_ctrl_c_is_for_the_parent() -> None:
    """A terminal sends it to every process; the document is finished all the same."""
    async with opened(workers=1) as renderer:
        before = children()
        await renderer.render(pdf("<p>x"))
        worker = (children() - before).pop()
        assert os.getsid(worker) == worker  # no terminal reaches it while it starts, either
        os.kill(worker, signal.SIGINT)
        assert (await renderer.render(pdf("<p>x"))).pages == 1


async def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Also in the middle of a document that would keep them busy for minutes."""
    program = f"""
import asyncio
from pdfshift_async.emulator.rendering import Renderer, RenderRequest
async def main():
    async with Renderer(workers=2) as renderer:
        await renderer.render(RenderRequest("pdf", "<p>x", {{}}))
        print("ready", flush=True)
        await renderer.render(RenderRequest("pdf", {ENDLESS!r}, {{}}))
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    workers = children(parent.pid)
    assert workers
    parent.kill()
    await parent.communicate()
    async with asyncio.timeout(10):
        for worker in workers:
            await until_dead(worker)


async def test_a_worker_that_cannot_start_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interpreter that ends at once, for example."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EOFError):
        await WorkerProcess.start(2**31, tmp_path)


async def test_a_worker_speaks_up_at_debug_level(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What went wrong inside is on standard error then."""
    caplog.set_level(logging.DEBUG, logger="pdfshift_async.emulator.rendering.processes")
    monkeypatch.setattr("pdfshift_async.emulator.rendering.processes._CODE", "1/0")
    with pytest.raises(EOFError):
        await WorkerProcess.start(2**31, write_configuration(tmp_path))
    assert "ZeroDivisionError" in capfd.readouterr().err
