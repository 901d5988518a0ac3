"""The emulated service in one process: no socket, no renderer, no waiting."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import Mock

import pytest
from aiohttp import StreamReader, web
from aiohttp.test_utils import make_mocked_request

from pdfshift_async.emulator.app import make_app
from pdfshift_async.emulator.limits import Limits
from pdfshift_async.emulator.rendering import Rendered, RenderRequest
from pdfshift_async.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import aiohttp

    from pdfshift_async.testing import VirtualClock


class FakeRenderer:
    """Gives the same document for everything, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.requests: list[RenderRequest] = []
        self.rendered = Rendered(
            content=b"%PDF-1.7 fake",
            pages=1,
            source_status=None,
            source_duration=12.345,
            requests=0,
            source_length=20,
            unsupported=(),
        )
        self.failure: Exception | None = None
        self.may_finish = asyncio.Event()
        self.may_finish.set()

    async def render(self, request: RenderRequest) -> Rendered:
        self.requests.append(request)
        await self.may_finish.wait()
        if self.failure is not None:
            raise self.failure
        return self.rendered


class Receiver:
    """In place of the sender's HTTP client: records callbacks instead of sending them."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    @property
    def bodies(self) -> list[bytes]:
        return [call["data"] for call in self.calls]

    @property
    def urls(self) -> list[str]:
        return [call["url"] for call in self.calls]

    @asynccontextmanager
    async def request(self, method: str, url: str, **more: Any) -> AsyncIterator[Any]:
        self.calls.append({"method": method, "url": url, **more})
        if self.failure is not None:
            raise self.failure
        yield Mock(status=200, content=_stream(b"thank you"))

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Answer:
    """What the emulator answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """Calls the emulator's application without a socket."""

    def __init__(self, service: Service, renderer: FakeRenderer, clock: VirtualClock) -> None:
        self.service = service
        self.renderer = renderer
        self.clock = clock
        self.receiver = Receiver()
        service.sender._session = cast("aiohttp.ClientSession", self.receiver)
        self._app = make_app(service)
        self._app.freeze()

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "sk_test",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; a body that is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = make_mocked_request(
            method,
            path,
            headers={
                "Host": "127.0.0.1:8765",
                **({"X-API-Key": key} if key else {}),
                **(headers or {}),
            },
            payload=_stream(content),
            app=self._app,
            client_max_size=50 * 1024 * 1024,
        )
        response = await self._app._handle(request)
        assert isinstance(response, web.Response)
        return Answer(
            status=response.status,
            headers=dict(response.headers),
            body=cast("bytes", response.body or b""),
            cut=cast("Mock", request.protocol).force_close.called,
        )

    async def convert(
        self, source: Any = "<p>Hi</p>", kind: str = "pdf", **parameters: Any
    ) -> Answer:
        """Ask for a conversion."""
        return await self.call("POST", f"/v3/convert/{kind}", {"source": source, **parameters})

    async def queue(self, source: Any = "<p>Hi</p>", **parameters: Any) -> Answer:
        """Ask for a conversion with a webhook, and wait for its end."""
        answer = await self.convert(source, webhook="https://app.example.com/cb", **parameters)
        await self.service.background.drained()
        return answer


def _stream(content: bytes) -> StreamReader:
    reader = StreamReader(Mock(_reading_paused=False), 2**16)
    reader.feed_data(content)
    reader.feed_eof()
    return reader


@pytest.fixture
def renderer() -> FakeRenderer:
    """A renderer that takes no time."""
    return FakeRenderer()


@pytest.fixture
async def start(clock: VirtualClock, renderer: FakeRenderer) -> AsyncIterator[Callable[..., Api]]:
    """Begin an emulated service with settings of the test's own."""
    services: list[Service] = []
    with ExitStack() as stack:

        def begin(**settings: Any) -> Api:
            defaults: dict[str, Any] = {
                "api_key": "sk_test",
                "limits": Limits(),
                "time_scale": 1.0,
                "credits": 100,
                "keyless": False,
                "strict": False,
                "delivery_timeout": 30.0,
                "history": 100,
            }
            service = Service(clock=clock, renderer=renderer, **{**defaults, **settings})
            stack.enter_context(service.hosting.open())
            services.append(service)
            return Api(service, renderer, clock)

        yield begin
        for service in services:
            await service.background.close()


@pytest.fixture
def api(start: Callable[..., Api]) -> Api:
    """An emulated service with the usual settings."""
    return start()
