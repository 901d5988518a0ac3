"""Documents fetched over real connections, which break, and written to real disks, which fill."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pdfshift_async._downloads import Downloader
from pdfshift_async.errors import DocumentDamaged, DownloadError, ResultExpired
from pdfshift_async.models.results import HostedDocument, Result, Via
from pdfshift_async.testing import ScaledClock

DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 4096
TAG = '"5d41402a"'


class Storage:
    """A server of one document, which breaks every connection but the last.

    Attributes:
        pieces: Bytes sent on each connection before it breaks.
        ranges: Whether it continues documents.
        sized: Whether it announces the length.
    """

    def __init__(self) -> None:
        self.document = DOCUMENT
        self.pieces: list[int] = []
        self.ranges = True
        self.sized = True
        self.requests: list[web.BaseRequest] = []
        self.asked = asyncio.Event()

    def app(self) -> web.Application:
        """Give the server's application."""
        app = web.Application()
        app.router.add_get("/files/a.pdf", self._serve)
        app.router.add_get("/files/slow.pdf", self._drip)
        app.router.add_get("/files/silent.pdf", self._fall_silent)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        response = web.StreamResponse(headers={"ETag": TAG, "Set-Cookie": "session=1"})
        start = 0
        if self.ranges and request.headers.get("If-Range") == TAG:
            start = request.http_range.start
            response.set_status(206)
            total = len(self.document)
            response.headers["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        if self.sized:
            response.content_length = len(self.document) - start
        await response.prepare(request)
        if self.pieces:
            await response.write(self.document[start : start + self.pieces.pop(0)])
            return await self._break(request, response)
        await response.write(self.document[start:])
        return response

    async def _break(
        self, request: web.Request, response: web.StreamResponse
    ) -> web.StreamResponse:
        # Closing sends what is buffered first; an abort would drop it.
        if request.transport is not None:
            request.transport.close()
        return response

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for at in range(0, 60, 3):
            await response.write(DOCUMENT[at : at + 3])
            await asyncio.sleep(0.002)
        return response

    async def _fall_silent(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.asked.set()
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(DOCUMENT[:1000])
        await asyncio.Event().wait()
        return response


MakeResult = Callable[..., Result]


@pytest.fixture
def storage() -> Storage:
    """The server's behaviour."""
    return Storage()


@pytest.fixture
def timeout() -> float:
    """Seconds of silence that are allowed."""
    return 10


@pytest.fixture
async def make_result(storage: Storage, timeout: float) -> AsyncIterator[MakeResult]:
    """A maker of results whose documents are on the server; pauses are a thousandth as long."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(storage.app()))
        downloader = Downloader(
            base_url=str(server.make_url("/v3")),
            download_hosts=frozenset(),
            clock=ScaledClock(1000),
            timeout=timeout,
        )
        await downloader.open()
        stack.push_async_callback(downloader.close)

        def make(name: str = "a.pdf", filesize: int | None = None) -> Result:
            url = str(server.make_url(f"/files/{name}"))
            return Result.of(
                HostedDocument(url=url, filesize=filesize),
                downloader,
                conversion_id="cv_one",
                via=Via.CALLBACK,
                received_at=datetime.now(UTC),
                own_bucket=False,
            )

        yield make


def files_in(folder: Path) -> list[Path]:
    """Give them all, hidden ones too."""
    return sorted(folder.iterdir())


async def test_a_document_is_saved(make_result: MakeResult, tmp_path: Path) -> None:
    """Byte for byte, and nothing else is left in the folder."""
    path = tmp_path / "new" / "a.pdf"
    assert await make_result(filesize=len(DOCUMENT)).save(path) == path
    assert path.read_bytes() == DOCUMENT
    assert files_in(path.parent) == [path]


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("ranges", [True, False])
async def test_a_document_survives_broken_connections(
    storage: Storage, make_result: MakeResult, tmp_path: Path, *, ranges: bool, sized: bool
) -> None:
    """Four of them, the first within the head, with and without ranges, sized or chunked."""
    storage.ranges, storage.sized = ranges, sized
    storage.pieces = [5, 70_000, 300_000, 100_000]
    path = tmp_path / "a.pdf"
    await make_result(filesize=len(DOCUMENT)).save(path)
    assert path.read_bytes() == DOCUMENT
    assert len(storage.requests) == 5
    assert storage.requests[-1].http_range.start > 100_000


async def test_a_connection_that_always_breaks_is_given_up(
    storage: Storage, make_result: MakeResult, tmp_path: Path
) -> None:
    """The old file stays, and no part of the new one."""
    storage.pieces = [1000] * 5
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    with pytest.raises(DownloadError, match="failed 5 times"):
        await make_result().save(path)
    assert (files_in(tmp_path), path.read_bytes()) == ([path], b"old")


async def test_a_document_replaced_meanwhile_is_damaged(
    storage: Storage, make_result: MakeResult
) -> None:
    """The stream does not go on with another document."""
    storage.pieces, storage.ranges = [500_000], False
    chunks = make_result().stream()
    first = await anext(chunks)
    storage.document = DOCUMENT.replace(b"1.7", b"1.4")
    assert first == DOCUMENT[: len(first)]
    with pytest.raises(DocumentDamaged, match="changed"):
        [chunk async for chunk in chunks]


async def test_slow_bytes_are_awaited(make_result: MakeResult) -> None:
    """Only silence breaks a connection, not slowness."""
    assert await make_result("slow.pdf").read() == DOCUMENT[:60]


@pytest.mark.parametrize("timeout", [0.1])
async def test_silence_is_given_up(storage: Storage, make_result: MakeResult) -> None:
    """After its timeout on each of five connections."""
    with pytest.raises(DownloadError, match="failed 5 times: SocketTimeoutError"):
        await make_result("silent.pdf").read()
    assert len(storage.requests) == 5


async def test_a_server_that_is_not_there_is_given_up(tmp_path: Path) -> None:
    """With the reason in the system's words."""
    async with TestServer(web.Application()) as server:
        base_url = str(server.make_url("/v3"))
    downloader = Downloader(
        base_url=base_url,
        download_hosts=frozenset(),
        clock=ScaledClock(1000),
        timeout=1,
    )
    await downloader.open()
    result = Result.of(
        HostedDocument(url=f"{base_url}/a.pdf"),
        downloader,
        via=Via.ANSWER,
        received_at=datetime.now(UTC),
        own_bucket=False,
    )
    try:
        with pytest.raises(DownloadError, match="Connection refused"):
            await result.save(tmp_path / "a.pdf")
    finally:
        await downloader.close()
    assert files_in(tmp_path) == []


async def test_a_missing_document_expired_two_days_after_it_was_made(
    make_result: MakeResult,
) -> None:
    """By the date that the service gave."""
    result = make_result("gone.pdf").model_copy(
        update={"executed": datetime(2026, 1, 1, tzinfo=UTC)}
    )
    with pytest.raises(ResultExpired, match="2026-01-03 00:00 UTC"):
        await result.read()


async def test_no_cookie_is_kept(storage: Storage, make_result: MakeResult) -> None:
    """What one document's server sets is sent to nobody."""
    for _ in range(2):
        await make_result().read()
    assert [request.headers.get("Cookie") for request in storage.requests] == [None, None]


async def test_of_many_saves_to_one_path_one_wins_whole(
    storage: Storage, make_result: MakeResult, tmp_path: Path
) -> None:
    """At once, with connections that break in between."""
    storage.pieces = [400_000] * 4
    path = tmp_path / "a.pdf"
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(make_result().save(path))
    assert (files_in(tmp_path), path.read_bytes()) == ([path], DOCUMENT)


async def test_a_cancelled_save_leaves_nothing(
    storage: Storage, make_result: MakeResult, tmp_path: Path
) -> None:
    """Neither in the folder nor on the network."""
    saving = asyncio.ensure_future(make_result("silent.pdf").save(tmp_path / "a.pdf"))
    await storage.asked.wait()
    assert len(files_in(tmp_path)) == 1
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert files_in(tmp_path) == []


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for less than the document."""
    folder = tmp_path / "full"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607 - fixed words


async def test_a_full_disk_ends_a_save(make_result: MakeResult, full_disk: Path) -> None:
    """With the path and the reason; the room is free again for the next document."""
    path = full_disk / "a.pdf"
    path.write_bytes(b"old")
    with pytest.raises(DownloadError, match=f"cannot write {path}: No space left on device"):
        await make_result().save(path)
    assert (files_in(full_disk), path.read_bytes()) == ([path], b"old")
