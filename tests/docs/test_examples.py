"""Every Python example of the pages runs as it stands."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.region import Lexeme

from pdfshift_async import MemoryStore, PDFShift, Receiver

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))


def parsed(page: Path) -> Document:
    """Read the examples of a page, to be run as a script would be."""
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(page)
    document.namespace["__name__"] = "__main__"
    return document


def on_port(code: Lexeme, port: int) -> Lexeme:
    """Let an example listen on a port that is free; the one it names may be taken here."""
    return Lexeme(re.sub(r"\b(8080|8766)\b", str(port), code), code.offset, code.line_offset)


async def run_fragment(code: Lexeme, port: int) -> None:
    """Run lines that stand within a coroutine, with the names that they take for granted."""
    compiled = compile(code, "<fragment>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with PDFShift() as client, client.receiver.listen(port=port):
        await eval(compiled, {"client": client, "invoice_html": "<h1>Invoice</h1>"})  # noqa: S307


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, port: int) -> None:
    """Each block runs after those above it, and each test among them passes."""
    document = parsed(page)
    for example in document.examples():
        example.parsed = on_port(example.parsed, port)
        if re.search(r"^\w.*\bawait\b", example.parsed, re.MULTILINE):
            asyncio.run(run_fragment(example.parsed, port))
        else:
            example.evaluate()
    for name, value in document.namespace.items():
        if name.startswith("test_"):
            asyncio.run(value())


async def test_the_asgi_application_of_the_receiver_page_takes_requests() -> None:
    """It passes the request on to the receiver, and the receiver's answer back."""
    document = parsed(ROOT / "docs" / "receiver.md")
    for example in document.examples():
        if "def asgi" in example.parsed:
            example.evaluate()
    application = document.namespace["asgi"](Receiver(MemoryStore(), ["secret"]))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    for path in ("/pdfshift/health", "/pdfshift/cv_forged.signature"):
        method = "GET" if path.endswith("health") else "POST"
        headers = [(b"content-length", b"0")]
        await application({"method": method, "path": path, "headers": headers}, receive, send)

    assert [message["status"] for message in sent if "status" in message] == [200, 404]
    assert sent[1]["body"] == b"ok"
