"""The emulated service without its HTTP side: everything a request handler works with."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from pdfshift_async.emulator.account import Account
from pdfshift_async.emulator.authentication import Authentication
from pdfshift_async.emulator.background import Background
from pdfshift_async.emulator.conversions import Conversions
from pdfshift_async.emulator.converter import Converter
from pdfshift_async.emulator.faults import Faults
from pdfshift_async.emulator.hosting import LIFETIME, HostedFiles
from pdfshift_async.emulator.limits import ParallelConversions, Rates
from pdfshift_async.emulator.sender import Sender
from pdfshift_async.emulator.templates import Templates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pdfshift_async._clock import Clock
    from pdfshift_async.emulator.converter import Renders
    from pdfshift_async.emulator.limits import Limits

__all__ = ["SERVICE", "Service"]


class Service:
    """What the emulator knows and can do.

    Args:
        clock: Where the time comes from.
        renderer: Makes the documents.
        api_key: The one valid key.
        limits: Rates and parallel conversions.
        time_scale: How many times faster than real windows, delays and expiries pass.
        credits: How many the account holds.
        keyless: Whether requests without a key are served.
        strict: Whether parameters nobody knows are refused; the service ignores them.
        delivery_timeout: Real seconds a receiver has to take the connection, and to answer.
        history: How many conversions are remembered.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        renderer: Renders,
        api_key: str,
        limits: Limits,
        time_scale: float,
        credits: int,  # noqa: A002 - the service's word
        keyless: bool,
        strict: bool,
        delivery_timeout: float,
        history: int,
    ) -> None:
        self.clock = clock
        self.api_key = api_key
        self.strict = strict
        self.renderer = renderer
        self.authentication = Authentication(api_key, keyless=keyless)
        self.rates = Rates(limits, time_scale=time_scale)
        self.parallel = ParallelConversions(limits)
        self.account = Account(credits, clock.now())
        self.templates = Templates()
        self.conversions = Conversions(history)
        self.faults = Faults()
        self.hosting = HostedFiles(clock, LIFETIME / time_scale)
        self.sender = Sender(clock, time_scale=time_scale, time_limit=delivery_timeout)
        self.background = Background()
        self.converter = Converter(
            renderer=renderer,
            clock=clock,
            account=self.account,
            hosting=self.hosting,
            sender=self.sender,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold what needs closing: the files, the HTTP client, and what runs in the background."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self.hosting.open())
            await stack.enter_async_context(self.sender.open())
            stack.push_async_callback(self.background.close)
            yield

    def timestamp(self) -> float:
        """Give the Unix time."""
        return self.clock.now().timestamp()


SERVICE: web.AppKey[Service] = web.AppKey("service", Service)
