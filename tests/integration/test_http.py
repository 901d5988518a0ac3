"""The client and a real server: large bodies, cookies, what is left in memory."""

from __future__ import annotations

import gc

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer

from pdfshift_async import PDFShift

SOURCE = "<p>" + "ä" * 2_000_000
DOCUMENT = b"%PDF-1.7\n" + bytes(3_000_000)


def answers() -> list[httpx.Response]:
    """Give all that are in memory."""
    return [each for each in gc.get_objects() if isinstance(each, httpx.Response)]


async def test_a_large_source_goes_out_whole_and_with_its_length() -> None:
    """No warning, no chunked encoding that a service might not take; the answer is as large."""
    seen: list[tuple[str, int | None, bool]] = []

    async def convert(request: web.Request) -> web.Response:
        source = (await request.json())["source"]
        chunked = "Transfer-Encoding" in request.headers
        seen.append((source, request.content_length, chunked))
        return web.Response(body=DOCUMENT)

    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v3/convert/pdf", convert)
    async with (
        TestServer(app) as server,
        PDFShift("sk_test", base_url=f"http://127.0.0.1:{server.port}/v3") as client,
    ):
        document = await client.convert_direct(SOURCE)
    assert document.content == DOCUMENT
    ((source, length, chunked),) = seen
    assert source == SOURCE
    assert length is not None
    assert length > 4_000_000
    assert not chunked


async def test_no_cookie_of_the_service_is_sent_back() -> None:
    """The client keeps none, neither in httpx nor in aiohttp below it."""
    cookies: list[str | None] = []

    async def convert(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(body=DOCUMENT, headers={"Set-Cookie": "session=1; Path=/"})

    app = web.Application()
    app.router.add_post("/v3/convert/pdf", convert)
    async with (
        TestServer(app) as server,
        PDFShift("sk_test", base_url=f"http://127.0.0.1:{server.port}/v3") as client,
    ):
        for _ in range(2):
            await client.convert_direct("<p>hi</p>")
    assert cookies == [None, None]


async def test_nothing_of_an_answer_waits_for_the_garbage_collector() -> None:
    """A collection stops everything, and would come as often as requests do."""

    async def convert(_: web.Request) -> web.Response:
        return web.Response(body=DOCUMENT)

    app = web.Application()
    app.router.add_post("/v3/convert/pdf", convert)
    async with (
        TestServer(app) as server,
        PDFShift("sk_test", base_url=f"http://127.0.0.1:{server.port}/v3") as client,
    ):
        gc.disable()
        try:
            before = answers()
            await client.convert_direct("<p>hi</p>")
            left = [each for each in answers() if not any(each is other for other in before)]
        finally:
            gc.enable()
    assert left == []
