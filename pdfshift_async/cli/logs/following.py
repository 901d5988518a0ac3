"""What is new in the log since somebody last looked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from pdfshift_async import Listing, LogEntry

__all__ = ["Following"]

_REMEMBERED: Final = 10_000
"""Ids of entries; those of the last page read would do, if the service never took one away."""


class Following:
    """Gives each entry of the log once, as it appears."""

    def __init__(self) -> None:
        self._seen: dict[int, None] = {}

    async def last(self, log: Listing[LogEntry], count: int) -> list[LogEntry]:
        """Give the newest entries, oldest first, and pass over those before them."""
        found: list[LogEntry] = []
        async for page in log.pages():
            found += page.data
            if len(found) >= count:
                break
        return self._remembered(found)[-count:]

    async def new(self, log: Listing[LogEntry]) -> list[LogEntry]:
        """Give what has appeared since, oldest first.

        A conversion may take its place in the log below one that began later and ended sooner. So
        the page on which known entries begin is read to its end.
        """
        found: list[LogEntry] = []
        async for page in log.pages():
            fresh = [entry for entry in page.data if entry.id not in self._seen]
            found += fresh
            if len(fresh) < len(page.data):
                break
        return self._remembered(found)

    def _remembered(self, newest_first: Sequence[LogEntry]) -> list[LogEntry]:
        entries = list(reversed(newest_first))
        self._seen.update(dict.fromkeys(entry.id for entry in entries))
        excess = max(0, len(self._seen) - _REMEMBERED)
        for known in list(islice(self._seen, excess)):
            del self._seen[known]
        return entries
