"""Clients that send overdue conversions again."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import respx

from pdfshift_async import Counters, PDFShift

SUCCESS = b'{"success":true,"url":"https://pdfshift.s3.amazonaws.com/d/2/x.pdf"}'


@pytest.fixture
def counters() -> Counters:
    """What has happened."""
    return Counters()


@pytest.fixture
def open_client(new_client: Callable[..., PDFShift], counters: Counters) -> Callable[..., PDFShift]:
    """Make a client on the one store; after 110 seconds a conversion is overdue."""

    def make(on_lost: str = "resubmit", **settings: Any) -> PDFShift:
        usual = {"observer": counters, "callback_margin": 10, **settings}
        return new_client(on_lost=on_lost, **usual)

    return make


@pytest.fixture
def call_back(service: respx.MockRouter) -> Callable[..., Awaitable[bytes]]:
    """Call back as the first request asked for, and give the answer."""

    async def call(client: PDFShift, body: bytes = SUCCESS) -> bytes:
        webhook = json.loads(service.calls[0].request.content)["webhook"]
        return (await client.receiver.handle("POST", webhook, {}, body)).body

    return call
