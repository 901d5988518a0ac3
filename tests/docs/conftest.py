"""Where the examples of the pages run: beside an emulator, in an empty folder."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pdfshift_async.emulator import Emulator, Limits


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Give an emulator in a thread of its own, since examples run event loops of theirs."""
    ready: Future[tuple[Emulator, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        done = asyncio.Event()
        async with Emulator(limits=Limits(live=10_000)) as emulator:
            ready.set_result((emulator, asyncio.get_running_loop(), done))
            await done.wait()

    with ThreadPoolExecutor(1) as threads:
        serving = threads.submit(asyncio.run, serve())
        emulator, loop, done = ready.result(timeout=10)
        yield emulator
        loop.call_soon_threadsafe(done.set)
        serving.result(timeout=10)


@pytest.fixture
def port(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """Set up what the examples find around them, and give the port on which they listen."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]

    def run_app(app: web.Application, **_: Any) -> None:
        asyncio.run(_answers(app, port))

    monkeypatch.setattr(web, "run_app", run_app)
    monkeypatch.setenv("PDFSHIFT_API_KEY", emulator.api_key)
    monkeypatch.setenv("PDFSHIFT_BASE_URL", emulator.base_url)
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_URL", f"http://127.0.0.1:{port}/pdfshift")
    monkeypatch.chdir(tmp_path)
    return port


async def _answers(app: web.Application, port: int) -> None:
    """Serve an application as `web.run_app` would, until each of its pages was asked for."""
    pages = [
        route.resource.canonical.format(number=1)
        for route in app.router.routes()
        if route.method == "GET" and route.resource is not None
    ]
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            for page in ["/pdfshift/health", *pages]:
                async with session.get(page) as response:
                    assert response.status == 200, f"{page} answered {response.status}"
    finally:
        await runner.cleanup()
