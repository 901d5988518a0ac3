"""Foreign failures to ours: nothing sent, or perhaps sent."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import aiohttp
import httpx
import pytest
import respx
from aiohttp.client_reqrep import ConnectionKey

from pdfshift_async import PDFShift, ServiceUnreachable, SubmitUnconfirmed
from pdfshift_async._http import FOREIGN, nothing_was_sent, reason_of

KEY = ConnectionKey("api.example", 443, True, True, None, None, None)
REFUSED = aiohttp.ClientConnectorError(KEY, OSError(111, "Connection refused"))

SENT_NOTHING = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}


def exceptions_of_httpx() -> Iterator[Exception]:
    """Make one of each."""
    request = httpx.Request("POST", "https://api.example/v3")
    for _, cls in sorted(inspect.getmembers(httpx, inspect.isclass)):
        if not issubclass(cls, Exception):
            continue
        if cls is httpx.HTTPStatusError:
            yield cls("boom", request=request, response=httpx.Response(500))
        elif "message" in inspect.signature(cls).parameters:
            yield cls("boom")
        else:
            yield cls()


@pytest.mark.parametrize(
    "error",
    [error for error in exceptions_of_httpx() if not isinstance(error, httpx.CookieConflict)],
    ids=lambda error: type(error).__name__,
)
async def test_every_exception_of_httpx_becomes_ours(
    client: PDFShift, service: respx.MockRouter, error: Exception
) -> None:
    """Nothing foreign leaks, and only a failure to connect counts as not sent."""
    service.post("/convert/pdf").mock(side_effect=error)
    expected = ServiceUnreachable if type(error).__name__ in SENT_NOTHING else SubmitUnconfirmed
    with pytest.raises(expected) as caught:
        await client._shared.http.send("POST", "/convert/pdf", b"{}", timeout=1)
    assert caught.value.__cause__ is error


async def test_headers_that_come_twice_are_one(client: PDFShift, service: respx.MockRouter) -> None:
    """As HTTP has it; names are in lower case, and bytes that are no ASCII do no harm."""
    headers = [(b"X-Name", b"a"), (b"x-name", b"b"), (b"X-Odd", b"\xff")]
    service.post("/convert/pdf").respond(200, headers=headers)
    answer = await client._shared.http.send("POST", "/convert/pdf", b"{}", timeout=1)
    assert (answer.headers["x-name"], answer.headers["x-odd"]) == ("a, b", "\xff")


@pytest.mark.parametrize(
    ("cause", "unsent"),
    [
        (REFUSED, True),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")), True),
        (aiohttp.ConnectionTimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), False),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), False),
        (aiohttp.SocketTimeoutError(), False),
        (aiohttp.ClientPayloadError(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_the_cause_of_a_transport_error_tells_whether_it_was_sent(
    cause: aiohttp.ClientError, unsent: bool
) -> None:
    """The transport calls every one of them ConnectTimeout; two of them may have been billed."""
    error = httpx.ConnectTimeout("")
    error.__cause__ = cause
    assert nothing_was_sent(error) is unsent
    assert nothing_was_sent(cause) is unsent


def test_reasons_name_the_system_error_and_no_url() -> None:
    """A message of aiohttp may hold the whole URL."""
    error = httpx.ConnectTimeout("https://user:secret@api.example/")
    assert reason_of(error) == "ConnectTimeout"
    error.__cause__ = REFUSED
    assert reason_of(error) == "Connection refused"
    assert reason_of(aiohttp.ClientConnectorError(KEY, TimeoutError())) == "TimeoutError"


def test_what_a_request_may_raise_is_caught() -> None:
    """Errors that the transport lets through are among them."""
    assert issubclass(aiohttp.ClientError, FOREIGN)
    assert issubclass(TimeoutError, FOREIGN)


async def test_an_error_page_is_read_to_the_limit_only(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """Twenty megabytes of HTML are an error like any other."""
    service.post("/convert/pdf").respond(503, content=b"<html>" + b"x" * 20_000_000)
    with pytest.raises(Exception, match="503: Service Unavailable") as caught:
        await client._shared.http.send("POST", "/convert/pdf", b"{}", timeout=1)
    assert len(str(caught.value)) < 300
