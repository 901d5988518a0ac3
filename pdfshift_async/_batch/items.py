"""What goes into a batch, and what comes out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal

from pydantic_core import to_json

from pdfshift_async._core.records import Request
from pdfshift_async.errors import ConfigurationError, PDFShiftError
from pdfshift_async.models.options import ConvertOptions
from pdfshift_async.models.results import Result

__all__ = ["FinishedItem", "Item", "Items", "Outcome", "content_of", "numbered", "total_of"]

Outcome = Literal["converted", "failed", "lost", "unsaved"]

_LONGEST_KEY: Final = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a batch."""

    key: str
    """Your own name for it, which no other item of the batch has."""
    source: str = field(repr=False)
    """URL or HTML text."""
    options: ConvertOptions | None = None
    """Those of the batch where there are none."""
    extra: Mapping[str, Any] | None = None
    """Options of the service that are newer than this library."""


@dataclass(frozen=True, slots=True)
class FinishedItem:
    """What became of one item."""

    key: str
    outcome: Outcome
    """``unsaved`` has been converted and billed, and is missing on the disk."""
    conversion_id: str | None = None
    """None where nothing was sent."""
    result: Result | None = None
    """None without a document, and for a file that an earlier run has saved."""
    path: Path | None = None
    """Where it was saved."""
    error: PDFShiftError | None = None
    """Why there is no document, or no file."""
    resumed: bool = False
    """Whether an earlier run had sent it."""

    @property
    def ok(self) -> bool:
        """Whether everything that was asked for is there."""
        return self.error is None


Items = Iterable[Item] | AsyncIterable[Item]


async def numbered(items: Items) -> AsyncGenerator[tuple[int, Item], None]:
    """Give the items one by one, counted from 1 and with keys that can be stored.

    Raises:
        ConfigurationError: One is no item, or its key is none.
    """
    if isinstance(items, AsyncIterable):
        number = 0
        async for item in items:
            number += 1
            yield number, _checked(number, item)
    else:
        for number, item in enumerate(items, 1):
            yield number, _checked(number, item)


def total_of(items: Items) -> int | None:
    """Give the number of items where it is known beforehand."""
    length = getattr(items, "__len__", None)
    return None if length is None else int(length())


def content_of(request: Request) -> str:
    """Give what differs when source or options do."""
    return blake2b(to_json(request), digest_size=16).hexdigest()


def _checked(number: int, item: object) -> Item:
    if not isinstance(item, Item):
        raise ConfigurationError("items", f"item {number} must be an Item")
    key: object = item.key
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        rule = f"the key of item {number} must be printable text of 1 to {_LONGEST_KEY} characters"
        raise ConfigurationError("items", rule)
    return item
