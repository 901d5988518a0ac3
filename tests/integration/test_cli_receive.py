"""``pdfshift receive`` in a process of its own, and a program in another one."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import PDFShift
from pdfshift_async._core.tokens import Tokens, new_id
from pdfshift_async.emulator import Emulator

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator
    from pathlib import Path

_COMMAND = (
    sys.executable,
    "-c",
    "import sys; from pdfshift_async.cli import main; sys.exit(main())",
)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The URL of the store that both processes share."""
    return f"sqlite:///{tmp_path}/pdfshift.db"


@asynccontextmanager
async def _receiving(store: str) -> AsyncIterator[tuple[Process, str]]:
    """Run the command until it is asked to end, and give the address of its first line."""
    process = await asyncio.create_subprocess_exec(
        *(*_COMMAND, "receive", "--store", store, "--listen", "127.0.0.1:0"),
        env=os.environ | {"PDFSHIFT_WEBHOOK_SECRET": "new,old"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        yield process, line.removeprefix("listening on ").strip()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_program_awaits_what_another_process_receives(store: str) -> None:
    """They share the store and the secret, and the receiver has no API key."""
    async with _receiving(store) as (process, url), Emulator() as emulator:
        async with PDFShift(
            emulator.api_key,
            base_url=emulator.base_url,
            webhook_url=f"{url}/pdfshift",
            webhook_secrets=["new"],
            store=store,
        ) as client:
            result = await client.convert("<h1>Hi</h1>")
            assert (await result.read()).startswith(b"%PDF-")
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    hint, line = err.decode().splitlines()
    assert hint == "Ctrl-C ends it"
    assert line.endswith(f" ms {result.conversion_id} settled")
    assert Tokens(["new"]).signature(str(result.conversion_id)) not in line


async def test_a_request_that_is_open_is_answered_before_the_end(
    store: str, tmp_path: Path
) -> None:
    """SIGTERM comes while a callback waits for the store, which another program has locked."""
    async with _receiving(store) as (process, url):
        host, port = url.removeprefix("http://").split(":")
        conversion_id = new_id()
        request = (
            f"POST /pdfshift/{Tokens(['old']).token(conversion_id)} HTTP/1.1\r\n"
            "Host: h\r\nContent-Length: 2\r\n\r\n{}"
        )
        with closing(sqlite3.connect(tmp_path / "pdfshift.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(request.encode())
            # Once a later request is answered, the receiver has begun with this one.
            await _refused_method(host, int(port))
            process.send_signal(signal.SIGTERM)
            await _refused(host, int(port))
            other.execute("COMMIT")
        answer = await reader.readline()
        writer.close()
        _, err = await process.communicate()
    assert (process.returncode, answer) == (0, b"HTTP/1.1 202 Accepted\r\n")
    assert f" ms {conversion_id} orphan\n" in err.decode()


async def _refused_method(host: str, port: int) -> None:
    """Return when a request that needs no store has been answered."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 405 ")
    writer.close()


async def _refused(host: str, port: int) -> None:
    """Return when new connections are refused: the receiver has begun to end."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except (ConnectionRefusedError, ConnectionResetError):
            return  # reset: it came while the listening socket was being closed
        writer.close()
        await asyncio.sleep(0.02)
