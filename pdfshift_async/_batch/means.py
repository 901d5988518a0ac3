"""What a batch works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pdfshift_async._clock import Clock
from pdfshift_async._conversions import Conversions
from pdfshift_async._core.interfaces import Store
from pdfshift_async._core.members import BatchStore
from pdfshift_async._core.records import Request

from .items import Item

__all__ = ["Means"]


@dataclass(frozen=True, slots=True)
class Means:
    """What the client lends to a batch."""

    conversions: Conversions
    records: Store
    members: BatchStore
    clock: Clock
    request: Callable[[Item], Request]
    """Checks an item and gives what is sent for it."""
    refusals: Callable[[], int]
    """How many submissions the service has refused with 429."""
    recover: Callable[[], Awaitable[None]]
    """Ends what dead processes had in hand."""
