"""The command line in this process, and a service that answers without a network."""

from __future__ import annotations

import io
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
import respx

from pdfshift_async import (
    ConvertOptions,
    Document,
    FinishedItem,
    Item,
    PDFShift,
    PDFShiftError,
    ResponseInfo,
    Result,
    Via,
)
from pdfshift_async.cli.app import run
from pdfshift_async.models.results import HostedDocument

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Self


class Ended(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes rich take any output for a terminal is no part of a test."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.fixture
def pdfshift(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run one command in this process."""

    def run_command(*arguments: str) -> Ended:
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return run_command


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Set what comes from standard input."""

    def set_standard_input(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return set_standard_input


def _put(content: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


class Content:
    """Saves and reads the same bytes for every document."""

    content = b"%PDF-1.7 fake"

    async def write(self, content: bytes, path: Path) -> Path:
        _put(content, path)
        return path

    async def save(self, result: Result, path: Path) -> Path:
        return await self.write(self.content, path)

    async def read(self, result: Result) -> bytes:
        return self.content

    def stream(self, result: Result) -> AsyncIterator[bytes]:
        raise AssertionError("nothing here streams")


@dataclass
class FakeService:
    """Stands in for `PDFShift`, and remembers what it was asked for."""

    arguments: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, ConvertOptions]] = field(default_factory=list)
    listened: list[Any] = field(default_factory=list)
    failures: dict[str, BaseException] = field(default_factory=dict)
    """By source."""
    answers: Callable[[], Awaitable[object]] | None = None
    """Is awaited before every answer."""

    def client(self, api_key: str | None = None, **arguments: Any) -> Self:
        self.arguments = {"api_key": api_key, **arguments}
        return self

    @property
    def webhook_url(self) -> str | None:
        url: str | None = self.arguments.get("webhook_url")
        return url

    @property
    def receiver(self) -> Self:
        return self

    @asynccontextmanager
    async def listen(self, *address: Any, sock: Any = None) -> AsyncIterator[str]:
        self.listened.append(sock or address)
        yield "http://127.0.0.1:9"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None: ...

    async def convert_direct(self, source: str, options: ConvertOptions) -> Document:
        await self._answer("direct", source, options)
        return Document(Content.content, "application/pdf", ResponseInfo(), Content())

    async def convert(self, source: str, options: ConvertOptions) -> Result:
        await self._answer("queued", source, options)
        return result()

    @asynccontextmanager
    async def batch(
        self, name: str, items: Iterable[Item], *, save_to: Path
    ) -> AsyncIterator[AsyncIterator[FinishedItem]]:
        async def finished() -> AsyncIterator[FinishedItem]:
            for item in items:
                assert item.options is not None
                try:
                    await self._answer(item.key, item.source, item.options)
                except PDFShiftError as error:
                    yield FinishedItem(item.key, "failed", error=error)
                else:
                    made = result(key=item.key)
                    path = await made.save(str(save_to).replace("{key}", item.key))
                    yield FinishedItem(item.key, "converted", result=made, path=path)

        yield finished()

    async def _answer(self, kind: str, source: str, options: ConvertOptions) -> None:
        self.calls.append((kind, source, options))
        if self.answers is not None:
            await self.answers()
        if source in self.failures:
            raise self.failures[source]


def result(*, key: str | None = None, pages: int | None = 2, seconds: float = 0.5) -> Result:
    """Make the result of a queued conversion."""
    now = datetime.now(UTC)
    document = HostedDocument.model_validate(
        {"url": "https://pdfshift.s3.amazonaws.com/d/2/2026-11/0/a.pdf", "pdf_pages": pages}
    )
    return Result.of(
        document,
        Content(),
        conversion_id="cv_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        key=key,
        via=Via.CALLBACK,
        submitted_at=now - timedelta(seconds=seconds),
        received_at=now,
        own_bucket=False,
    )


@pytest.fixture
def made() -> Callable[..., Result]:
    """Give the function that makes results."""
    return result


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Put the fake in the place of every client."""
    fake = FakeService()
    for module in ("convert", "demo.command"):
        monkeypatch.setattr(f"pdfshift_async.cli.{module}.PDFShift", fake.client)
    return fake


_BASE_URL = "https://api.pdfshift.test/v3"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """The service, as far as the test has scripted it, for commands that queue nothing."""

    def client(api_key: str | None, **arguments: Any) -> PDFShift:
        return PDFShift(api_key, http_client=httpx.AsyncClient(), **arguments)

    monkeypatch.setattr("pdfshift_async.cli.connections.PDFShift", client)
    monkeypatch.setenv("PDFSHIFT_API_KEY", "sk_test")
    monkeypatch.setenv("PDFSHIFT_BASE_URL", _BASE_URL)
    with respx.mock(base_url=_BASE_URL, assert_all_called=False) as router:
        yield router
