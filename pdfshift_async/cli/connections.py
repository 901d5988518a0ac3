"""How a command reaches the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from pdfshift_async import PDFShift, Retry

__all__ = ["RETRY", "APIKey", "BaseURL", "asked", "client_of"]

T = TypeVar("T")

RETRY = Retry(max_elapsed=3.0)
"""Long enough for a hiccup, short enough for somebody who mistyped the address."""

APIKey = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Better PDFSHIFT_API_KEY, which no process list shows."),
]
BaseURL = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where the service is, such as an emulator. Or PDFSHIFT_BASE_URL.",
        show_default="https://api.pdfshift.io/v3",
    ),
]


def client_of(api_key: str | None, base_url: str | None) -> PDFShift:
    """Give a client for calls that queue nothing.

    Raises:
        ConfigurationError: A setting is missing or cannot work.
    """
    # Nothing is kept, so a store that the environment names is left alone.
    return PDFShift(api_key, base_url=base_url, store="memory://", retry=RETRY)


def asked(client: PDFShift, question: Callable[[PDFShift], Awaitable[T]]) -> T:
    """Open the client, ask it one thing, close it, and give the answer.

    Raises:
        PDFShiftError: Whatever the call ends in.
    """

    async def answer() -> T:
        async with client:
            return await question(client)

    return asyncio.run(answer())
