"""The emulator: the service's API on this machine."""

from __future__ import annotations

import errno
import math
import os
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from aiohttp import web

from pdfshift_async._clock import SystemClock
from pdfshift_async.emulator.app import make_app
from pdfshift_async.emulator.limits import Limits
from pdfshift_async.emulator.rendering import Renderer
from pdfshift_async.emulator.service import Service
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from pdfshift_async._clock import Clock
    from pdfshift_async.emulator.conversions import Conversion, Conversions
    from pdfshift_async.emulator.converter import Renders
    from pdfshift_async.emulator.faults import Fault, Faults

__all__ = ["Emulator"]

_SHUTDOWN_SECONDS = 0.1
"""How long open requests may go on while the emulator closes: long enough to send an answer."""

_HIGHEST_PORT = 65_535

_REACHED_BY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
"""Addresses that mean every interface, and one a client on this machine can use."""


class Emulator:
    """PDFShift on this machine: real documents, real callbacks, no account, no internet.

    ::

        async with Emulator() as emulator:
            client = PDFShift(api_key=emulator.api_key, base_url=emulator.base_url)

    Durations are the service's own and are told in real time: with ``time_scale=60`` a rate
    window of a minute passes in a second, and every header says so.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        api_key: The one key the emulator takes.
        time_scale: How many times faster than real its windows, delays and expiries pass.
        renderer: Makes the documents; stays open when the emulator closes. The emulator opens
            and closes one of its own if none is given.
        limits: Rates and parallel conversions.
        credits: How many the account holds.
        keyless: Serve requests without a key as the free tier, instead of refusing them.
        strict: Refuse parameters nobody knows, which the service ignores.
        faults: What goes wrong from the start; ``faults`` takes more at any time.
        delivery_timeout: Real seconds a receiver has to take the connection, and then to
            answer.
        history: How many conversions are remembered.
        clock: Where the time comes from.

    Raises:
        ConfigurationError: A value cannot work.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str = "sk_test",
        time_scale: float = 1.0,
        renderer: Renders | None = None,
        limits: Limits | None = None,
        credits: int = 50_000,  # noqa: A002 - the service's word
        keyless: bool = False,
        strict: bool = False,
        faults: Iterable[Fault] = (),
        delivery_timeout: float = 30.0,
        history: int = 50_000,
        clock: Clock | None = None,
    ) -> None:
        _check(port=port, api_key=api_key, time_scale=time_scale)
        self.api_key = api_key
        self._host = host
        self._port = port
        self._own_renderer: Renderer | None = None
        if renderer is None:
            renderer = self._own_renderer = Renderer()
        self._service = Service(
            clock=clock or SystemClock(),
            renderer=renderer,
            api_key=api_key,
            limits=limits or Limits(),
            time_scale=time_scale,
            credits=credits,
            keyless=keyless,
            strict=strict,
            delivery_timeout=delivery_timeout,
            history=history,
        )
        self.faults.add(*faults)
        self._opened: AsyncExitStack | None = None
        self._address: tuple[str, int] | None = None

    def __repr__(self) -> str:
        where = self.url if self._address else "closed"
        return f"<Emulator {where}>"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """Where the emulator listens, for example ``http://127.0.0.1:8765``."""
        if self._address is None:
            msg = "the emulator is not open"
            raise RuntimeError(msg)
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"{self.url}/v3"

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._service.faults

    @property
    def conversions(self) -> Conversions:
        """The service's own record of every conversion, oldest first."""
        return self._service.conversions

    async def open(self) -> None:
        """Listen.

        Raises:
            ConfigurationError: The address cannot be listened on.
        """
        if self._opened is not None:
            msg = "the emulator is open already"
            raise RuntimeError(msg)
        async with AsyncExitStack() as stack:
            if self._own_renderer is not None:
                await stack.enter_async_context(self._own_renderer)
            await stack.enter_async_context(self._service.running())
            # Left first: nothing new comes in while the rest closes.
            runner = web.AppRunner(
                make_app(self._service), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
            )
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            port = await self._listen(runner)
            self._address = (_REACHED_BY.get(self._host, self._host), port)
            self._opened = stack.pop_all()

    async def close(self) -> None:
        """Stop listening, and end whatever still runs; conversions under way get no callback."""
        opened, self._opened, self._address = self._opened, None, None
        if opened is not None:
            await opened.aclose()

    async def drained(self) -> None:
        """Wait until every queued conversion has had its last delivery."""
        await self._service.background.drained()

    async def deliver(self, conversion: Conversion) -> None:
        """Send the callback of a finished conversion once more, whatever its faults."""
        await self._service.sender.send(conversion)

    async def _listen(self, runner: web.AppRunner) -> int:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            raise _unusable(self._host, self._port, error) from error
        port: int = runner.addresses[0][1]
        return port


def _unusable(host: str, port: int, error: OSError) -> ConfigurationError:
    if isinstance(error, socket.gaierror):
        return ConfigurationError("host", f"cannot listen on {host}: {error.strerror}")
    # Not error.strerror, in which asyncio repeats the address.
    reason = os.strerror(error.errno or 0).lower()
    if error.errno == errno.EADDRNOTAVAIL:
        return ConfigurationError("host", f"cannot listen on {host}: {reason}")
    return ConfigurationError("port", f"cannot listen on {port}: {reason}")


def _check(*, port: int, api_key: str, time_scale: float) -> None:
    if not 0 <= port <= _HIGHEST_PORT:
        raise ConfigurationError("port", f"must be 0 to {_HIGHEST_PORT} and not {port}")
    if not api_key:
        raise ConfigurationError("api_key", "must not be empty")
    if not (0 < time_scale < math.inf):
        raise ConfigurationError("time_scale", f"must be above 0 and not {time_scale:g}")
