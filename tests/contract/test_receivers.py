"""One suite for every way to serve the receiver."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pdfshift_async import ConfigurationError, MemoryStore, PDFShift, Receiver, _defaults, setup
from pdfshift_async._core.tokens import SIGNATURE_HEADER, Tokens, derived_secret, new_id

SUCCESS = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'
TOKENS = Tokens([derived_secret("sk_test")])


@dataclass
class Answer:
    """What a sender sees."""

    status: int
    body: bytes
    headers: Mapping[str, str]


Send = Callable[..., Awaitable[Answer]]


def sender_to(url: str, session: aiohttp.ClientSession) -> Send:
    """Send real requests."""

    async def send(
        method: str, path: str, body: object = SUCCESS, headers: Mapping[str, str] | None = None
    ) -> Answer:
        async with session.request(method, url + path, data=body, headers=headers) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    return send


@pytest.fixture(params=["handle", "subapp", "setup", "setup at the root", "listen", "listen sock"])
async def send(request: pytest.FixtureRequest, store: MemoryStore) -> AsyncIterator[Send]:
    """Sends one request to a receiver, whatever serves it."""
    async with AsyncExitStack() as stack:
        path = "" if request.param == "setup at the root" else "/pdfshift"
        client = PDFShift("sk_test", webhook_url=f"https://app.example.com{path}", store=store)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        if request.param == "handle":
            yield handled(client.receiver)
            return
        if request.param == "listen":
            url = await stack.enter_async_context(client.receiver.listen("127.0.0.1"))
        elif request.param == "listen sock":
            sock = socket.create_server(("127.0.0.1", 0))
            url = await stack.enter_async_context(client.receiver.listen(sock=sock))
        else:
            app = web.Application()
            if request.param == "subapp":
                app.add_subapp("/pdfshift", client.receiver.aiohttp_app())
            else:
                setup(app, client)
            server = await stack.enter_async_context(TestServer(app))
            url = f"http://127.0.0.1:{server.port}"
        yield sender_to(url + path, session)


def handled(receiver: Receiver) -> Send:
    """Hand requests over without any server."""

    async def send(
        method: str, path: str, body: object = SUCCESS, headers: Mapping[str, str] | None = None
    ) -> Answer:
        assert isinstance(body, bytes)
        reply = await receiver.handle(method, f"/pdfshift{path}", headers or {}, body)
        return Answer(reply.status, reply.body, reply.headers)

    return send


async def test_a_genuine_callback_is_taken(send: Send, store: MemoryStore) -> None:
    """It has no record here, so it is kept as an orphan and answered 202."""
    conversion_id = new_id()
    answer = await send("POST", f"/{TOKENS.token(conversion_id)}")
    assert (answer.status, answer.body) == (202, b"orphan")
    assert list(store._orphans) == [conversion_id]


async def test_a_signature_in_the_header_is_as_good(send: Send, store: MemoryStore) -> None:
    """The URL then holds the bare id."""
    conversion_id = new_id()
    headers = {SIGNATURE_HEADER: TOKENS.signature(conversion_id)}
    assert (await send("POST", f"/{conversion_id}", headers=headers)).status == 202
    assert list(store._orphans) == [conversion_id]
    headers = {SIGNATURE_HEADER: TOKENS.signature(new_id())}
    assert (await send("POST", f"/{conversion_id}", headers=headers)).status == 404


async def test_what_is_not_signed_is_not_found(send: Send, store: MemoryStore) -> None:
    """Nothing tells a wrong signature from an unknown path."""
    for path in ("/nothing", f"/{new_id()}", f"/{new_id()}.{'a' * 26}", f"/{new_id()}.ü"):
        answer = await send("POST", path)
        assert (answer.status, answer.body) == (404, b"not found")
    assert not store._orphans


async def test_other_methods_are_told_which_one_is_allowed(send: Send) -> None:
    """Whether the token is genuine makes no difference."""
    for path in (f"/{TOKENS.token(new_id())}", "/nothing"):
        answer = await send("DELETE", path)
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    answer = await send("POST", "/health")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_callback_over_64_kib_is_too_large(send: Send, store: MemoryStore) -> None:
    """It settles nothing."""
    answer = await send("POST", f"/{TOKENS.token(new_id())}", b" " * (64 * 1024 + 1))
    assert answer.status == 413
    assert not store._orphans


async def test_health_tells_that_the_store_can_write(send: Send) -> None:
    """Load balancers ask for it."""
    answer = await send("GET", "/health", b"")
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_a_port_in_use_is_named(store: MemoryStore) -> None:
    """The error says where it cannot serve and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        receiver = Receiver(store, ["secret"])
        with pytest.raises(ConfigurationError, match=f"listen: cannot serve on 127.0.0.1:{port}"):
            async with receiver.listen("127.0.0.1", port):
                pytest.fail("two servers on one port")


async def test_an_ipv6_address_is_shown_in_brackets(store: MemoryStore) -> None:
    """The URL can be used as it is."""
    async with Receiver(store, ["secret"]).listen("::1") as url:
        assert url.startswith("http://[::1]:")


async def test_a_sender_that_breaks_off_settles_nothing(store: MemoryStore) -> None:
    """Half a body is no callback."""
    receiver = Receiver(store, ["secret"])
    token = Tokens(["secret"]).token(new_id())
    async with receiver.listen() as url:
        port = int(url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"POST /{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 70\r\n\r\n{{".encode())
        await writer.drain()
        writer.transport.abort()
        await asyncio.sleep(0.05)
    assert not store._orphans


def test_setup_needs_to_know_where(store: MemoryStore) -> None:
    """A client without a webhook URL has no mount."""
    with pytest.raises(ConfigurationError, match="webhook_url: is needed to know where"):
        setup(web.Application(), PDFShift("sk_test", store=store))


async def test_setup_opens_and_closes_the_client_with_the_application() -> None:
    """Nothing else has to be done by hand."""
    client = PDFShift("sk_test", webhook_url="https://app.example.com/pdfshift")
    app = web.Application()
    setup(app, client)
    async with TestServer(app):
        assert client._shared.http.ready()
    with pytest.raises(ConfigurationError, match="is not open"):
        client._shared.http.ready()


async def half_a_callback(
    url: str, token: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the first of two bytes."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /{token} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{{".encode())
    await asyncio.sleep(0.05)
    return reader, writer


async def test_a_callback_that_is_half_there_is_taken_before_the_end(store: MemoryStore) -> None:
    """Nobody promises that the service sends it again."""
    receiver = Receiver(store, ["secret"])
    async with asyncio.TaskGroup() as tasks, receiver.listen() as url:
        reader, writer = await half_a_callback(url, Tokens(["secret"]).token(new_id()))

        async def finish() -> bytes:
            await asyncio.sleep(0.05)
            writer.write(b"}")
            return await reader.readline()

        answer = tasks.create_task(finish())
    writer.close()
    assert answer.result() == b"HTTP/1.1 202 Accepted\r\n"


async def test_a_sender_that_never_finishes_does_not_keep_the_receiver(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has had its time."""
    monkeypatch.setattr(_defaults, "CALLBACK_READ_TIMEOUT", 0.1)
    receiver = Receiver(store, ["secret"])
    async with receiver.listen() as url:
        _, writer = await half_a_callback(url, Tokens(["secret"]).token(new_id()))
        monkeypatch.setattr(_defaults, "CALLBACK_READ_TIMEOUT", 0.01)
    writer.close()
    assert not store._orphans


@pytest.mark.parametrize(
    "sent", [b"", b"POST /x HTTP/1.1\r\nX-", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nPOST /x HT"]
)
async def test_headers_that_never_end_do_not_hold_a_connection(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """Nor does silence, before or after a request; the sender's next bytes change nothing."""
    monkeypatch.setattr(_defaults, "CALLBACK_KEEPALIVE_TIMEOUT", 0.2)
    async with Receiver(store, ["secret"]).listen() as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(sent)
        answer = asyncio.ensure_future(reader.read())
        while not answer.done():
            writer.write(b"a" if sent else b"")
            await asyncio.sleep(0.01)
        assert answer.exception() is not None or b" 200 " not in answer.result()
    writer.close()
