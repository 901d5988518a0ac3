"""Runs conversions: renders, charges, hosts, and calls back."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from pdfshift_async.emulator import bodies
from pdfshift_async.emulator.account import Account, cost_of
from pdfshift_async.emulator.rendering import Rendered, RenderFailed, RenderRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async._clock import Clock
    from pdfshift_async.emulator.conversions import Conversion
    from pdfshift_async.emulator.hosting import HostedFiles
    from pdfshift_async.emulator.rules import Kind
    from pdfshift_async.emulator.sender import Sender

__all__ = ["MEDIA_TYPES", "Converter", "Order", "Renders"]

_log = logging.getLogger("pdfshift_async.emulator")

MEDIA_TYPES: Mapping[Kind, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}


class Renders(Protocol):
    """What makes documents: the real renderer, or one of a test."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Make one document.

        Raises:
            RenderFailed: It cannot be made.
        """
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, and where it goes."""

    render: RenderRequest
    origin: str
    """Scheme and host of the emulator as the caller sees it; hosted documents lie below."""
    filename: str | None = None
    s3_destination: str | None = None
    size_limit: float = math.inf
    """Bytes."""


class Converter:
    """Runs conversions.

    Args:
        renderer: Makes the documents.
        clock: Where the time comes from.
        account: Pays for them.
        hosting: Keeps those to be downloaded.
        sender: Delivers callbacks.
    """

    def __init__(
        self,
        *,
        renderer: Renders,
        clock: Clock,
        account: Account,
        hosting: HostedFiles,
        sender: Sender,
    ) -> None:
        self._renderer = renderer
        self._clock = clock
        self._account = account
        self._hosting = hosting
        self._sender = sender
        self._told: set[str] = set()

    async def make(self, conversion: Conversion, order: Order) -> Rendered:
        """Make the document and charge for it.

        Raises:
            RenderFailed: There is no document, and nothing is charged.
        """
        started = self._clock.monotonic()
        try:
            rendered = await self._render(conversion, order)
        except RenderFailed as failure:
            conversion.state, conversion.code = "failed", failure.code
            conversion.error = failure.message
            raise
        else:
            self._charge(conversion, rendered)
            return rendered
        finally:
            conversion.duration = round((self._clock.monotonic() - started) * 1000)

    def host(self, conversion: Conversion, order: Order, rendered: Rendered) -> dict[str, Any]:
        """Keep the document for download, and describe it as the service does."""
        media_type = MEDIA_TYPES[conversion.kind]
        if order.s3_destination:
            path = self._hosting.keep_in_bucket(
                order.s3_destination, rendered.content, content_type=media_type
            )
        else:
            name = order.filename or f"{conversion.request_id}.{conversion.kind}"
            path = self._hosting.keep(rendered.content, name=name, content_type=media_type)
        conversion.url = order.origin + quote(path)
        return bodies.result(
            rendered,
            url=conversion.url,
            duration=conversion.duration,
            at=conversion.accepted_at,
        )

    async def call_back(self, conversion: Conversion, order: Order) -> None:
        """Run a queued conversion, from rendering to its last delivery."""
        try:
            rendered = await self.make(conversion, order)
        except RenderFailed as failure:
            conversion.callback = bodies.callback_failure(failure)
        else:
            conversion.callback = self.host(conversion, order, rendered)
        await self._sender.deliver(conversion)

    async def _render(self, conversion: Conversion, order: Order) -> Rendered:
        if fault := conversion.faults.get("conversion_failed"):
            raise RenderFailed(fault.code, fault.message, fault.identifier)
        try:
            rendered = await self._renderer.render(order.render)
        except RenderFailed:
            raise
        except Exception as error:
            _log.exception("the renderer broke on conversion %s", conversion.request_id)
            raise RenderFailed(500, "Internal Server Error", None) from error
        self._tell_unsupported(rendered.unsupported)
        size = len(rendered.content)
        if size > order.size_limit:
            text = (
                f"Document size too big. Limit of {order.size_limit / 1e6:g}Mb,"
                f" document is {size / 1e6:.2f}Mb"
            )
            raise RenderFailed(400, text, "A96")
        return rendered

    def _charge(self, conversion: Conversion, rendered: Rendered) -> None:
        conversion.state = "converted"
        conversion.filesize = len(rendered.content)
        conversion.pages = rendered.pages
        conversion.cost = cost_of(conversion.filesize)
        if not conversion.sandbox:
            conversion.credits = conversion.cost
            self._account.charge(conversion.cost)

    def _tell_unsupported(self, names: tuple[str, ...]) -> None:
        for name in sorted(set(names) - self._told):
            self._told.add(name)
            _log.warning("the renderer ignores the parameter %s; this is said once", name)
