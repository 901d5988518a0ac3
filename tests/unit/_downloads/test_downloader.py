"""Results and documents that save themselves."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
import respx

from pdfshift_async import _defaults
from pdfshift_async._downloads import Downloader
from pdfshift_async.errors import DocumentDamaged, DownloadError
from pdfshift_async.models.responses import Document, ResponseInfo, Writer
from pdfshift_async.models.results import Downloads

from .conftest import URL, MakeResult, Recorder

DOCUMENT = b"%PDF-1.7\n" + bytes(2 * _defaults.CHUNK)


def files_in(folder: Path) -> list[Path]:
    """Give them all, hidden ones too."""
    return sorted(folder.iterdir())


def test_it_is_what_results_and_documents_ask_for(downloader: Downloader) -> None:
    """Both protocols, checked by the type checker too."""
    downloads: Downloads = downloader
    writer: Writer = downloader
    assert (downloads, writer) == (downloader, downloader)


async def test_a_result_saves_itself(
    storage: respx.MockRouter, make_result: MakeResult, tmp_path: Path
) -> None:
    """In several blocks, and gives the path."""
    storage.get(URL).mock(return_value=httpx.Response(200, content=DOCUMENT))
    path = tmp_path / "new" / "invoice.pdf"
    assert await make_result(filesize=len(DOCUMENT)).save(str(path)) == path
    assert path.read_bytes() == DOCUMENT
    assert files_in(path.parent) == [path]


async def test_a_result_reads_and_streams_itself(
    storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """The same bytes."""
    storage.get(URL).mock(return_value=httpx.Response(200, content=DOCUMENT))
    result = make_result()
    assert await result.read() == DOCUMENT
    assert b"".join([chunk async for chunk in result.stream()]) == DOCUMENT


async def test_a_damaged_document_is_not_saved(
    storage: respx.MockRouter, make_result: MakeResult, tmp_path: Path
) -> None:
    """The file that was there stays."""
    storage.get(URL).mock(return_value=httpx.Response(200, content=DOCUMENT))
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"old")
    with pytest.raises(DocumentDamaged, match="inv-1"):
        await make_result(filesize=len(DOCUMENT) + 1).save(path)
    assert path.read_bytes() == b"old"
    assert files_in(tmp_path) == [path]


async def test_nothing_is_fetched_for_a_path_that_cannot_be_written(
    storage: respx.MockRouter, make_result: MakeResult, tmp_path: Path
) -> None:
    """The error names the path and the conversion."""
    route = storage.get(URL).mock(return_value=httpx.Response(200, content=DOCUMENT))
    with pytest.raises(DownloadError, match="it is a folder") as caught:
        await make_result().save(tmp_path)
    assert (caught.value.conversion_id, caught.value.key) == ("cv_one", "inv-1")
    assert not route.called


async def test_a_direct_document_saves_itself(downloader: Downloader, tmp_path: Path) -> None:
    """Without an open client: everything is here already."""
    document = Document(DOCUMENT, "application/pdf", ResponseInfo(), downloader)
    path = tmp_path / "invoice.pdf"
    assert await document.save(path) == path
    assert path.read_bytes() == DOCUMENT
    with pytest.raises(DownloadError, match="it is a folder"):
        await document.save(tmp_path)


async def test_a_stream_that_is_left_early_ends_its_connection(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """Closing the stream closes the answer."""
    answer = httpx.Response(200, content=DOCUMENT)
    storage.get(URL).mock(return_value=answer)
    async with aclosing(downloader.stream(make_result())) as chunks:
        async for _ in chunks:
            break
    assert answer.is_closed


async def test_it_opens_and_closes_as_often_as_asked(
    clock: Recorder, make_result: MakeResult
) -> None:
    """With an HTTP client of its own; closed, it says what to do."""
    own = Downloader(
        base_url="https://api.pdfshift.io/v3", download_hosts=frozenset(), clock=clock, timeout=5
    )
    with pytest.raises(DownloadError, match="the client is closed"):
        await own.read(make_result())
    await own.open()
    first = own._transport()
    await own.open()
    assert own._transport() is first
    await own.close()
    await own.close()
    with pytest.raises(DownloadError, match="Save results before leaving"):
        await own.read(make_result())
