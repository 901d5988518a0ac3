"""Every call beside the conversions over real sockets, and servers that answer badly."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pdfshift_async import (
    AuthenticationFailed,
    NotFound,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    PNGOptions,
    Retry,
    SubmitRejected,
    Via,
)
from pdfshift_async.emulator import Emulator
from pdfshift_async.emulator.rendering import Rendered, RenderRequest

HEADS = {"pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b""}


class QuickRenderer:
    """Puts the source into something that begins like a document."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the document at once."""
        content = HEADS[request.kind] + request.source.encode()
        return Rendered(content, 1, None, 0.5, 0, len(request.source), ())


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """The service."""
    async with Emulator(renderer=QuickRenderer()) as emulator:
        yield emulator


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[PDFShift]:
    """An open client with its receiver."""
    listener = socket.create_server(("127.0.0.1", 0))
    webhook_url = f"http://127.0.0.1:{listener.getsockname()[1]}/pdfshift"
    async with (
        PDFShift(emulator.api_key, base_url=emulator.base_url, webhook_url=webhook_url) as client,
        client.receiver.listen(sock=listener),
    ):
        yield client


async def test_a_template_lives_from_creation_to_deletion(client: PDFShift) -> None:
    """Stored, listed, read, changed, filled, and gone."""
    templates = client.templates
    created = await templates.create("invoice", name="Invoice", content="<p>{{ who }}</p>")
    assert created.response.rate_limit == 250
    assert [template async for template in templates.list()] == [created]
    assert (await templates.get("invoice")).html == "<p>{{ who }}</p>"
    changed = await templates.update("invoice", content="<h1>{{ who }}</h1>")
    assert changed == created
    assert (await templates.fill("invoice", {"who": "Zoë & co"})).html == "<h1>Zoë &amp; co</h1>"
    await templates.delete("invoice")
    with pytest.raises(NotFound, match=r"Template not found \(template 'invoice'\)"):
        await templates.get("invoice")


async def test_a_template_is_delivered_in_every_form(client: PDFShift) -> None:
    """Direct, hosted, and queued through the receiver."""
    await client.templates.create("invoice", name="Invoice", content="<p>{{ who }}</p>")
    who = {"who": "Zoë"}
    direct = await client.templates.convert_direct("invoice", who, PNGOptions(fullpage=True))
    assert direct.content == HEADS["png"] + "<p>Zoë</p>".encode()
    assert direct.response.credits_cost == 1
    hosted = await client.templates.convert_hosted("invoice", who, filename="invoice-1.pdf")
    assert hosted.response is not None
    assert hosted.response.rate_limit == 250
    queued = await client.templates.convert("invoice", who, PDFOptions(zoom=2), key="inv-1")
    assert (queued.key, queued.via, queued.response) == ("inv-1", Via.CALLBACK, None)
    for result in (hosted, queued):
        assert await result.read() == HEADS["pdf"] + "<p>Zoë</p>".encode()


async def test_a_template_that_does_not_exist_fails_its_conversion(client: PDFShift) -> None:
    """At once for the caller, and again for whoever awaits it later."""
    with pytest.raises(NotFound, match="template 'nope'") as caught:
        _ = await client.templates.submit("nope", key="inv-1")
    assert caught.value.conversion_id is not None
    with pytest.raises(NotFound, match="Template not found"):
        await client.conversion(caught.value.conversion_id)


async def test_lists_are_read_to_their_end(client: PDFShift) -> None:
    """Page by page, in the service's order."""
    slugs = [f"t{number}" for number in range(23)]
    for slug in slugs:
        await client.templates.create(slug, name=slug, content="<p>hi</p>")
    assert [template.slug async for template in client.templates.list()] == slugs
    assert len([invoice async for invoice in client.invoices.list()]) == 12


async def test_the_log_holds_every_conversion(client: PDFShift) -> None:
    """Newest first, filtered, by its cursor, and one by one."""
    ids = [
        (await client.convert_direct(f"<p>{number}</p>")).response.request_id
        for number in range(12)
    ]
    listing = client.logs.list(limit=5)
    found = [entry async for entry in listing]
    assert [entry.request_id for entry in found] == ids[::-1]
    assert [len(page.data) async for page in listing.pages()] == [5, 5, 2]
    assert [entry async for entry in client.logs.list(status="error")] == []
    assert found[0].executed is not None
    older = client.logs.list(before=found[0].executed)
    assert found[-1].id in [entry.id async for entry in older]
    assert await client.logs.get(ids[3] or "") == found[-4]
    with pytest.raises(NotFound, match=r"Log not found \(log entry 'nope'\)"):
        await client.logs.get("nope")


async def test_credits_go_down_and_the_account_says_how_many_there_are(client: PDFShift) -> None:
    """A sandboxed conversion costs nothing."""
    before = await client.credits.usage()
    await client.convert_direct("<p>hi</p>")
    await client.convert_direct("<p>hi</p>", PDFOptions(sandbox=True))
    after = await client.credits.usage()
    assert (after.used, after.remaining) == (before.used + 1, before.remaining - 1)
    account = await client.account.get()
    assert account.plan is not None
    assert account.plan.credits == before.base


async def test_a_wrong_key_opens_nothing(emulator: Emulator) -> None:
    """The error names what was called for."""
    async with PDFShift("sk_wrong", base_url=emulator.base_url) as client:
        with pytest.raises(AuthenticationFailed, match=r"Invalid API Key provided \(account\)"):
            await client.account.get()
        with pytest.raises(AuthenticationFailed, match=r"Invalid API Key provided \(templates\)"):
            _ = [template async for template in client.templates.list()]


async def test_refused_fields_are_named(client: PDFShift) -> None:
    """In the service's words."""
    with pytest.raises(SubmitRejected) as caught:
        await client.templates.create("a$b", name="n", content="c")
    assert list(caught.value.fields) == ["slug"]


@asynccontextmanager
async def answering(*parts: bytes) -> AsyncIterator[str]:
    """Give the base URL of a server that answers everything with these bytes and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(parts)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v3"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
JSON = b'{"success":true,"credits":{"remaining":1,"used":1,"total":2}}'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([OK, b"Content-Length: 100\r\n\r\n", JSON], "SubmitUnconfirmed: sent, but no answer"),
        ([OK, b"Transfer-Encoding: chunked\r\n\r\n3d\r\n", JSON], "SubmitUnconfirmed: sent, but"),
        ([OK, b"Content-Encoding: gzip\r\n\r\n", JSON], "SubmitUnconfirmed: sent, but no answer"),
        (
            [OK, b"Connection: close\r\n\r\n", JSON[:30]],
            "UnexpectedResponse: unexpected response: no",
        ),
        ([OK, b"Content-Length: 0\r\n\r\n"], "UnexpectedResponse: unexpected response: no JSON"),
        ([b"<html>no HTTP at all</html>\r\n\r\n"], "SubmitUnconfirmed: sent, but no answer"),
        ([], "SubmitUnconfirmed: sent, but no answer came back"),
        (
            [b"HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"],
            "SubmitRejected: the service answered 301: Moved Permanently (credits). Check base_url",
        ),
        (
            [b"HTTP/1.1 502 Bad Gateway\r\n\r\n", b"<html>", b"x" * 20_000_000],
            "ServiceError: the service answered 502: Bad Gateway (credits)",
        ),
        (
            [OK, b"Connection: close\r\n\r\n", b" " * 20_000_000],
            "UnexpectedResponse: unexpected response: the answer is larger than 1048576 bytes",
        ),
    ],
    ids=[
        "truncated",
        "chunk missing",
        "gzip rubbish",
        "half of the JSON",
        "empty",
        "no HTTP",
        "nothing",
        "redirect",
        "20 MB of error page",
        "20 MB of answer",
    ],
)
async def test_a_server_that_answers_badly_raises_one_of_our_errors(
    parts: list[bytes], said: str
) -> None:
    """Through the real transport, which has exceptions of its own."""
    async with (
        answering(*parts) as base_url,
        PDFShift("sk_test", base_url=base_url, retry=Retry(max_elapsed=0)) as client,
    ):
        with pytest.raises(PDFShiftError) as caught:
            await client.credits.usage()
    assert f"{type(caught.value).__name__}: {caught.value}".startswith(said)
