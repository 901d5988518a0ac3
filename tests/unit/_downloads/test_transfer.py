"""One document over as many connections as it takes."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import aiohttp
import httpx
import pytest
import respx

from pdfshift_async._downloads import Downloader
from pdfshift_async._downloads.transfer import PAUSES
from pdfshift_async.errors import Billed, DocumentDamaged, DownloadError, ResultExpired

from .conftest import NOW, URL, MakeResult, Recorder

DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 4
TAG = '"5d41402a"'
HOST = "https://pdfshift.s3.amazonaws.com"


class Cut(httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        raise httpx.ReadError("reset by peer")


def document(status: int = 200, **headers: str) -> httpx.Response:
    """Answer with the whole document."""
    return httpx.Response(status, content=DOCUMENT, headers=headers)


def cut(*chunks: bytes, **headers: str) -> httpx.Response:
    """Answer with some bytes and a broken connection."""
    return httpx.Response(200, stream=Cut(*chunks), headers=headers)


async def test_a_document_is_fetched_without_credentials(
    downloader: Downloader,
    storage: respx.MockRouter,
    make_result: MakeResult,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Uncompressed, so that lengths can be compared; and no log gives the URL away."""
    caplog.set_level("DEBUG")
    route = storage.get(URL).mock(return_value=document())
    assert await downloader.read(make_result(filesize=len(DOCUMENT))) == DOCUMENT
    sent = route.calls.last.request.headers
    assert {"authorization", "x-api-key", "cookie", "range"}.isdisjoint(sent)
    assert sent["accept-encoding"] == "identity"
    assert URL not in caplog.text


async def test_a_url_elsewhere_is_not_asked(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """No connection is made."""
    route = storage.get("https://evil.example/a.pdf").mock(return_value=document())
    with pytest.raises(DownloadError, match="download_hosts"):
        await downloader.read(make_result("https://evil.example/a.pdf"))
    assert not route.called


async def test_redirects_are_followed_where_documents_are_kept(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """Three of them, also relative ones."""
    storage.get(URL).mock(return_value=httpx.Response(307, headers={"location": "/b"}))
    for name, target in {"b": f"{HOST}/c", "c": "https://files.example.com/d"}.items():
        storage.get(f"{HOST}/{name}").mock(
            return_value=httpx.Response(302, headers={"location": target})
        )
    storage.get("https://files.example.com/d").mock(return_value=document())
    assert await downloader.read(make_result()) == DOCUMENT


async def test_redirects_to_elsewhere_are_refused(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """A redirect must not get where the first URL could not."""
    target = "http://169.254.169.254/latest/meta-data"
    storage.get(URL).mock(return_value=httpx.Response(302, headers={"location": target}))
    route = storage.get(target).mock(return_value=document())
    with pytest.raises(DownloadError, match=r"http://169\.254\.169\.254"):
        await downloader.read(make_result())
    assert not route.called


async def test_endless_redirects_end(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """After three."""
    route = storage.get(URL).mock(return_value=httpx.Response(302, headers={"location": URL}))
    with pytest.raises(DownloadError, match=f"more than 3 redirects, the last one to {HOST}"):
        await downloader.read(make_result())
    assert route.call_count == 4


@pytest.mark.parametrize("status", [403, 404])
async def test_a_document_gone_after_its_time_has_expired(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, status: int
) -> None:
    """The error has the date, and the conversion is named."""
    storage.get(URL).mock(return_value=httpx.Response(status))
    result = make_result(executed=(NOW - timedelta(days=2)).isoformat())
    with pytest.raises(ResultExpired, match="2026-10-03 12:00 UTC") as caught:
        await downloader.read(result)
    error = caught.value
    assert error.expired_at == NOW
    assert (error.conversion_id, error.key, error.billed) == ("cv_one", "inv-1", Billed.YES)


async def test_a_document_called_gone_has_expired_early(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """410 says so itself; no date is made up."""
    storage.get(URL).mock(return_value=httpx.Response(410))
    with pytest.raises(ResultExpired) as caught:
        await downloader.read(make_result())
    assert caught.value.expired_at is None


@pytest.mark.parametrize("status", [204, 300, 304, 400, 401, 403, 404, 416])
async def test_any_other_refusal_names_its_status(
    downloader: Downloader,
    storage: respx.MockRouter,
    make_result: MakeResult,
    clock: Recorder,
    status: int,
) -> None:
    """At once: the same question would get the same answer."""
    storage.get(URL).mock(return_value=httpx.Response(status))
    with pytest.raises(DownloadError, match=f"{HOST} answered {status} instead") as caught:
        await downloader.read(make_result())
    assert type(caught.value) is DownloadError
    assert clock.pauses == []


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_your_own_bucket_may_be_private(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, status: int
) -> None:
    """Nothing in it expires by the service's rules."""
    storage.get(URL).mock(return_value=httpx.Response(status))
    result = make_result(executed=(NOW - timedelta(days=9)).isoformat(), own_bucket=True)
    with pytest.raises(DownloadError, match="your own bucket") as caught:
        await downloader.read(result)
    assert type(caught.value) is DownloadError


async def test_a_broken_connection_is_continued(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, clock: Recorder
) -> None:
    """The rest is asked for by range, on condition that the document is the same."""
    rest = httpx.Response(
        206, content=DOCUMENT[500:], headers={"content-range": "bytes 500-1032/1033"}
    )
    route = storage.get(URL).mock(side_effect=[cut(DOCUMENT[:500], etag=TAG), rest])
    assert await downloader.read(make_result()) == DOCUMENT
    sent = route.calls.last.request.headers
    assert (sent["range"], sent["if-range"]) == ("bytes=500-", TAG)
    assert clock.pauses == [PAUSES[0]]


async def test_a_server_without_ranges_sends_the_document_again(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """And the consumer of the stream notices nothing."""
    storage.get(URL).mock(side_effect=[cut(DOCUMENT[:500]), document()])
    chunks = [chunk async for chunk in downloader.stream(make_result())]
    assert chunks == [DOCUMENT[:500], DOCUMENT[500:]]


async def test_a_document_that_changed_between_connections_is_damaged(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """Its new version comes whole, and does not match."""
    storage.get(URL).mock(
        side_effect=[cut(DOCUMENT[:500].replace(b"1.7", b"1.4"), etag=TAG), document(etag='"b"')]
    )
    with pytest.raises(DocumentDamaged, match="changed"):
        await downloader.read(make_result())


async def test_a_connection_that_breaks_after_the_last_byte_does_no_harm(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, clock: Recorder
) -> None:
    """Everything announced is there."""
    storage.get(URL).mock(return_value=cut(DOCUMENT))
    assert await downloader.read(make_result(filesize=len(DOCUMENT))) == DOCUMENT
    assert clock.pauses == []


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_busy_storage_is_asked_again(
    downloader: Downloader,
    storage: respx.MockRouter,
    make_result: MakeResult,
    clock: Recorder,
    status: int,
) -> None:
    """After a pause."""
    storage.get(URL).mock(side_effect=[httpx.Response(status), document()])
    assert await downloader.read(make_result()) == DOCUMENT
    assert clock.pauses == [PAUSES[0]]


async def test_a_storage_that_stays_busy_is_given_up(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, clock: Recorder
) -> None:
    """After the last pause; the conversion is named."""
    storage.get(URL).mock(return_value=httpx.Response(503))
    with pytest.raises(DownloadError, match=f"{HOST} failed 5 times: it answered 503") as caught:
        await downloader.read(make_result())
    assert (caught.value.conversion_id, caught.value.key) == ("cv_one", "inv-1")
    assert clock.pauses == list(PAUSES)


def foreign() -> list[Callable[[], Exception]]:
    """Every network error of both HTTP libraries that can be made from a text."""
    return [
        *(
            lambda cls=cls: cls("secret")
            for cls in (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.ReadError,
                httpx.ReadTimeout,
                httpx.RemoteProtocolError,
                httpx.ProxyError,
                httpx.PoolTimeout,
                httpx.WriteError,
                httpx.UnsupportedProtocol,
                httpx.InvalidURL,
                aiohttp.ClientError,
                aiohttp.ClientPayloadError,
                aiohttp.ServerDisconnectedError,
                OSError,
                TimeoutError,
            )
        ),
        httpx.StreamClosed,
    ]


@pytest.mark.parametrize("make", foreign(), ids=lambda make: type(make()).__name__)
async def test_no_foreign_error_gets_out(
    downloader: Downloader,
    storage: respx.MockRouter,
    make_result: MakeResult,
    make: Callable[[], Exception],
) -> None:
    """Each is tried again, then translated; texts that may hold a URL stay inside."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise make()

    route = storage.get(URL).mock(side_effect=fail)
    with pytest.raises(DownloadError, match=type(make()).__name__) as caught:
        await downloader.read(make_result())
    assert "secret" not in str(caught.value)
    assert route.call_count == 5


@pytest.mark.parametrize("location", ["https://[", "https://host:port/", "//"])
async def test_a_redirect_that_cannot_be_read_ends_in_an_error(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, location: str
) -> None:
    """Parser errors are the HTTP library's own."""
    storage.get(URL).mock(return_value=httpx.Response(302, headers={"location": location}))
    with pytest.raises(DownloadError):
        await downloader.read(make_result())


async def test_an_answer_that_is_compressed_all_the_same_is_read(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """A proxy may not know better; the announced size counts the bytes of nobody knows which."""
    storage.get(URL).mock(
        return_value=httpx.Response(
            200, content=gzip.compress(DOCUMENT), headers={"content-encoding": "gzip"}
        )
    )
    assert await downloader.read(make_result(filesize=3)) == DOCUMENT


async def test_compressed_rubbish_is_damaged(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult, clock: Recorder
) -> None:
    """Without another attempt: the connection was good."""

    async def rubbish() -> AsyncIterator[bytes]:
        yield b"\x1f\x8b rubbish"

    headers = {"content-encoding": "gzip"}
    storage.get(URL).mock(
        side_effect=lambda request: httpx.Response(200, content=rubbish(), headers=headers)
    )
    with pytest.raises(DocumentDamaged, match="decompressed"):
        await downloader.read(make_result())
    assert clock.pauses == []


@pytest.mark.parametrize(
    ("filesize", "answer", "reason"),
    [
        (2000, document(), "1033 of 2000 bytes"),
        (900, document(), "longer than the 900 bytes"),
        (None, httpx.Response(200, content=b"<html>Please log in</html>"), "no PDF"),
        (None, httpx.Response(200), "0 bytes only"),
        (None, document(206), "another part"),
    ],
)
async def test_what_is_not_the_document_is_damaged(
    storage: respx.MockRouter,
    make_result: MakeResult,
    filesize: int | None,
    answer: httpx.Response,
    reason: str,
) -> None:
    """The conversion is named and billed."""
    storage.get(URL).mock(return_value=answer)
    with pytest.raises(DocumentDamaged, match=reason) as caught:
        await make_result(filesize=filesize).read()
    assert (caught.value.key, caught.value.billed) == ("inv-1", Billed.YES)


async def test_a_document_over_the_limit_is_refused(
    downloader: Downloader, storage: respx.MockRouter, make_result: MakeResult
) -> None:
    """Whether or not it says so."""
    storage.get(URL).mock(return_value=httpx.Response(200, content=DOCUMENT + bytes(1024 * 1024)))
    with pytest.raises(DownloadError, match="larger than 1048576 bytes"):
        await downloader.read(make_result())
