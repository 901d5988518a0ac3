"""What is new in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async import Listing, LogEntry, Page
from pdfshift_async.cli.logs import following
from pdfshift_async.cli.logs.following import Following

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

_SIZE = 3
"""Entries of a page."""


class Log:
    """A log, newest entries first, and how many of its pages were read."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.read = 0

    def add(self, *ids: int) -> None:
        """Put entries on top, one after the other."""
        self.ids[:0] = reversed(ids)

    def listing(self) -> Listing[LogEntry]:
        """Give the log as the client does."""
        return Listing(self._pages)

    async def _pages(self) -> AsyncIterator[Page[LogEntry]]:
        for start in range(0, max(1, len(self.ids)), _SIZE):
            self.read += 1
            ids = self.ids[start : start + _SIZE]
            yield Page(data=tuple(LogEntry(id=number) for number in ids))


@pytest.fixture
def log() -> Log:
    """A log with eight entries."""
    log = Log()
    log.add(*range(1, 9))
    return log


def _ids(entries: Sequence[LogEntry]) -> list[int]:
    return [entry.id for entry in entries]


@pytest.mark.parametrize(
    ("count", "expected", "pages"),
    [(1, [8], 1), (3, [6, 7, 8], 1), (4, [5, 6, 7, 8], 2), (99, [1, 2, 3, 4, 5, 6, 7, 8], 3)],
)
async def test_it_begins_with_the_newest_entries(
    log: Log, count: int, expected: list[int], pages: int
) -> None:
    """Oldest first, and no more pages are read than needed."""
    assert _ids(await Following().last(log.listing(), count)) == expected
    assert log.read == pages


async def test_nothing_is_given_twice(log: Log) -> None:
    """Not even what was passed over at the beginning because it was too old."""
    follower = Following()
    await follower.last(log.listing(), 1)
    assert await follower.new(log.listing()) == []
    log.add(9)
    assert _ids(await follower.new(log.listing())) == [9]
    assert await follower.new(log.listing()) == []


async def test_more_than_a_page_of_new_entries_is_given_whole(log: Log) -> None:
    """Pages are read until one has a known entry."""
    follower = Following()
    await follower.last(log.listing(), 3)
    log.add(9, 10, 11, 12, 13)
    assert _ids(await follower.new(log.listing())) == [9, 10, 11, 12, 13]


async def test_an_entry_that_takes_its_place_below_another_is_found(log: Log) -> None:
    """It began sooner, and ended later."""
    follower = Following()
    await follower.last(log.listing(), 3)
    log.add(10)
    assert _ids(await follower.new(log.listing())) == [10]
    log.ids.insert(1, 9)
    assert _ids(await follower.new(log.listing())) == [9]


async def test_what_appears_in_an_empty_log_is_new() -> None:
    """All of it."""
    log, follower = Log(), Following()
    assert await follower.last(log.listing(), 3) == []
    log.add(1, 2, 3, 4)
    assert _ids(await follower.new(log.listing())) == [1, 2, 3, 4]


async def test_it_remembers_no_more_than_it_needs(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest ids are forgotten, and still nothing is given twice."""
    monkeypatch.setattr(following, "_REMEMBERED", 4)
    follower = Following()
    await follower.last(log.listing(), 3)
    for number in range(9, 30):
        log.add(number)
        assert _ids(await follower.new(log.listing())) == [number]
    assert list(follower._seen) == [26, 27, 28, 29]
