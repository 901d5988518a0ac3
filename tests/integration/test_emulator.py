"""The emulator over real sockets, called by an HTTP client that is not ours."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
import json
import socket
import urllib.request
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from pdfshift_async.emulator import Emulator, Fault, Limits
from pdfshift_async.emulator.rendering import Rendered, RenderRequest
from pdfshift_async.errors import ConfigurationError
from pdfshift_async.testing import VirtualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

DOCUMENT = b"%PDF-1.7 0123456789"
SOURCE = {"source": "<p>Hi</p>"}


class Stub:
    """A renderer without rendering."""

    def __init__(self) -> None:
        self.may_finish = asyncio.Event()
        self.may_finish.set()
        self.begun: asyncio.Queue[RenderRequest] = asyncio.Queue()

    async def render(self, request: RenderRequest) -> Rendered:
        self.begun.put_nowait(request)
        await self.may_finish.wait()
        return Rendered(DOCUMENT, 1, None, 0.0, 0, len(request.source), ())


@pytest.fixture
def stub() -> Stub:
    """One renderer per test."""
    return Stub()


@pytest.fixture
async def emulator(stub: Stub) -> AsyncIterator[Emulator]:
    """An open emulator that renders nothing."""
    async with Emulator(renderer=stub) as emulator:
        yield emulator


@pytest.fixture
async def http(emulator: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that has the key and knows the base URL."""
    async with aiohttp.ClientSession(
        f"{emulator.base_url}/", headers={"X-API-Key": emulator.api_key}
    ) as session:
        yield session


@asynccontextmanager
async def receiving(
    answer: Callable[[web.BaseRequest], web.Response] = lambda request: web.Response(),
) -> AsyncIterator[tuple[str, asyncio.Queue[tuple[str, Any]]]]:
    """Give a URL to be called back at, and the calls that came."""
    calls: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def handle(request: web.BaseRequest) -> web.Response:
        calls.put_nowait((request.path_qs, await request.json()))
        return answer(request)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", calls
    finally:
        await runner.cleanup()


async def test_a_document_comes_back(http: aiohttp.ClientSession) -> None:
    """The content type and the spelling of headers arrive on the wire as documented."""
    async with http.post("convert/pdf", json=SOURCE) as response:
        assert await response.read() == DOCUMENT
        names = {name.decode() for name, _ in response.raw_headers}

    assert {"X-RateLimit-Remaining", "X-PDFShift-Processor", "X-Request-Id"} <= names


async def test_a_program_without_this_library_is_served(emulator: Emulator) -> None:
    """As the vendor's guides do it: Basic auth, a JSON body, the document in the answer."""
    credentials = base64.b64encode(f"api:{emulator.api_key}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - the URL is the emulator's
        f"{emulator.base_url}/convert/pdf",
        data=json.dumps(SOURCE).encode(),
        headers={"Authorization": f"Basic {credentials}"},
    )

    def call() -> bytes:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content

    assert await asyncio.to_thread(call) == DOCUMENT


async def test_json_has_no_charset_on_the_wire(http: aiohttp.ClientSession) -> None:
    """Neither in results nor in errors."""
    async with http.post("convert/pdf", json={**SOURCE, "filename": "result.pdf"}) as response:
        hosted = response.headers["Content-Type"]
    async with http.post("convert/pdf", json={}) as response:
        refused = response.headers["Content-Type"]

    assert hosted == refused == "application/json"


async def test_a_hosted_document_can_be_fetched_in_parts(http: aiohttp.ClientSession) -> None:
    """Whole, by range, and 416 for a range beyond its end; no key is needed."""
    async with http.post("convert/pdf", json={**SOURCE, "filename": "result.pdf"}) as response:
        url = (await response.json())["url"]
    async with aiohttp.ClientSession() as stranger:
        async with stranger.get(url) as whole:
            assert (whole.headers["Content-Type"], await whole.read()) == (
                "application/pdf",
                DOCUMENT,
            )
        async with stranger.get(url, headers={"Range": "bytes=5-"}) as part:
            assert (part.status, await part.read()) == (206, DOCUMENT[5:])
            assert part.headers["Content-Range"] == f"bytes 5-18/{len(DOCUMENT)}"
        async with stranger.get(url, headers={"Range": "bytes=100-"}) as beyond:
            assert beyond.status == 416


async def test_a_hosted_document_expires() -> None:
    """After two days, or sooner in faster time."""
    clock = VirtualClock()
    async with (
        Emulator(renderer=Stub(), time_scale=3600, clock=clock) as emulator,
        aiohttp.ClientSession(headers={"X-API-Key": "sk_test"}) as http,
    ):
        request = {**SOURCE, "filename": "result.pdf"}
        async with http.post(f"{emulator.base_url}/convert/pdf", json=request) as response:
            url = (await response.json())["url"]
        await clock.advance(47)
        async with http.get(url) as before:
            assert before.status == 200
        await clock.advance(1)
        async with http.get(url) as after:
            assert (after.status, after.content_type) == (403, "application/xml")


async def test_a_callback_arrives(emulator: Emulator, http: aiohttp.ClientSession) -> None:
    """At the URL as given, query included, and its document can be fetched."""
    async with receiving() as (url, calls):
        async with http.post("convert/pdf", json={**SOURCE, "webhook": f"{url}/a?b=c"}) as answer:
            assert (answer.status, await answer.json()) == (202, {"success": True, "queued": True})
        path, body = await calls.get()
        await emulator.drained()

    (conversion,) = emulator.conversions
    async with http.get(body["url"]) as document:
        assert await document.read() == DOCUMENT
    assert path == "/a?b=c"
    assert [delivery.status for delivery in conversion.deliveries] == [200]


async def test_a_redirect_is_not_followed(emulator: Emulator, http: aiohttp.ClientSession) -> None:
    """Its status is on record as the receiver's answer."""

    def redirect(request: web.BaseRequest) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with receiving(redirect) as (url, calls):
        async with http.post("convert/pdf", json={**SOURCE, "webhook": url}):
            await emulator.drained()
        assert calls.qsize() == 1

    (conversion,) = emulator.conversions
    assert [delivery.status for delivery in conversion.deliveries] == [307]


async def test_a_receiver_that_is_not_there_is_on_record(
    emulator: Emulator, http: aiohttp.ClientSession
) -> None:
    """One try, and the kind of error; another delivery can be asked for."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        webhook = f"http://127.0.0.1:{port}/cb"
        async with http.post("convert/pdf", json={**SOURCE, "webhook": webhook}):
            await emulator.drained()
        (conversion,) = emulator.conversions
        await emulator.deliver(conversion)

    assert [(delivery.status, delivery.error) for delivery in conversion.deliveries] == [
        (None, "ClientConnectorError")
    ] * 2


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
async def test_a_cut_connection_has_no_answer(
    emulator: Emulator, http: aiohttp.ClientSession, kind: Any
) -> None:
    """The client loses its server; the next request is served."""
    emulator.faults.add(Fault(kind=kind, times=1))

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await http.post("convert/pdf", json=SOURCE)
    async with http.post("convert/pdf", json=SOURCE) as response:
        assert response.status == 200


async def test_fifty_conversions_run_at_once_and_no_more(
    emulator: Emulator, http: aiohttp.ClientSession, stub: Stub
) -> None:
    """The one too many is a 429 while the others run."""
    stub.may_finish.clear()

    async def convert() -> int:
        async with http.post("convert/pdf", json=SOURCE) as response:
            return response.status

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(convert()) for _ in range(51)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        stub.may_finish.set()

    assert [task.result() for task in done] == [429]
    assert sorted(task.result() for task in tasks) == [200] * 50 + [429]


async def test_a_large_source_is_taken(http: aiohttp.ClientSession) -> None:
    """Tens of megabytes of HTML are a request like any other."""
    source = io.BytesIO(json.dumps({"source": "x" * 30_000_000}).encode())
    async with http.post("convert/pdf", data=source) as response:
        assert response.status == 200


async def test_closing_ends_what_runs(stub: Stub) -> None:
    """An open request and a queued conversion do not keep the emulator; nothing is left over."""
    stub.may_finish.clear()
    others = asyncio.all_tasks()
    async with aiohttp.ClientSession(headers={"X-API-Key": "sk_test"}) as http:
        async with Emulator(renderer=stub) as emulator:
            url = f"{emulator.base_url}/convert/pdf"
            async with http.post(url, json={**SOURCE, "webhook": "http://127.0.0.1:9/"}):
                pass
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(_status(http, url))
                await stub.begun.get()
                await stub.begun.get()
                await emulator.close()
        assert waiting.result() is None
    gc.collect()

    assert asyncio.all_tasks() == others


async def _status(http: aiohttp.ClientSession, url: str) -> int | None:
    try:
        async with http.post(url, json=SOURCE) as response:
            return response.status
    except aiohttp.ClientError:
        return None


async def test_an_emulator_can_be_opened_again(stub: Stub) -> None:
    """It has no address while it is closed, and says so; closing twice is nothing."""
    emulator = Emulator(renderer=stub, host="::1")
    for _ in range(2):
        await emulator.open()
        with pytest.raises(RuntimeError, match="open already"):
            await emulator.open()
        assert repr(emulator) == f"<Emulator {emulator.url}>"
        assert emulator.url.startswith("http://[::1]:")
        await emulator.close()
    await emulator.close()

    assert repr(emulator) == "<Emulator closed>"
    with pytest.raises(RuntimeError, match="not open"):
        _ = emulator.base_url


async def test_listening_everywhere_has_an_address_of_this_machine(stub: Stub) -> None:
    """What means every interface is no address for a client."""
    async with Emulator(renderer=stub, host="0.0.0.0") as emulator:  # noqa: S104 - as users do
        assert emulator.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("setting", "option"),
    [
        ({"port": 70_000}, "port"),
        ({"api_key": ""}, "api_key"),
        ({"time_scale": 0}, "time_scale"),
        ({"time_scale": float("inf")}, "time_scale"),
    ],
    ids=["port", "key", "no time", "no end"],
)
def test_a_setting_that_cannot_work_is_refused(setting: dict[str, Any], option: str) -> None:
    """At once, by the name of the option."""
    with pytest.raises(ConfigurationError) as caught:
        Emulator(renderer=Stub(), **setting)

    assert caught.value.option == option


async def test_an_address_that_cannot_be_used_is_named(emulator: Emulator) -> None:
    """A taken port is the port's fault, a foreign or unknown host the host's."""
    taken = int(emulator.url.rpartition(":")[2])
    settings: list[dict[str, Any]] = [
        {"port": taken},
        {"host": "192.0.2.1"},
        {"host": "no such host"},
    ]
    problems = []
    for setting in settings:
        with pytest.raises(ConfigurationError) as caught:
            await Emulator(renderer=Stub(), **setting).open()
        problems.append((caught.value.option, caught.value.rule))

    assert problems[:2] == [
        ("port", f"cannot listen on {taken}: address already in use"),
        ("host", "cannot listen on 192.0.2.1: cannot assign requested address"),
    ]
    assert problems[2][0] == "host"


async def test_limits_and_faults_are_settings() -> None:
    """Both hold from the first request."""
    faults = [Fault(kind="server_error", times=1)]
    async with (
        Emulator(renderer=Stub(), limits=Limits(live=2), faults=faults) as emulator,
        aiohttp.ClientSession(headers={"X-API-Key": "sk_test"}) as http,
    ):
        statuses = [await _status(http, f"{emulator.base_url}/convert/pdf") for _ in range(3)]

    assert statuses == [500, 200, 429]


async def test_the_emulator_makes_real_documents() -> None:
    """Its own renderer is opened, used and closed without a trace."""
    async with (
        Emulator() as emulator,
        aiohttp.ClientSession(headers={"X-API-Key": "sk_test"}) as http,
    ):
        url = f"{emulator.base_url}/convert/pdf"
        async with http.post(url, json={"source": "<h1>Grüße</h1>"}) as response:
            document = await response.read()
        async with http.post(url, json={"source": "<p>", "sandbox": True}) as response:
            marked = await response.read()

    assert document.startswith(b"%PDF-")
    assert marked.startswith(b"%PDF-")
    assert len(marked) > 500
