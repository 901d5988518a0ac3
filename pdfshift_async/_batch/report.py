"""What became of a batch."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from pdfshift_async._core.members import BatchStore, Ending, Member
from pdfshift_async.errors import ConfigurationError, PDFShiftError

from .items import FinishedItem
from .progress import Progress

__all__ = ["BatchFailed", "Report", "released", "write_members"]

_KEPT: Final = 10_000
"""Failures of one run that are kept in memory; the store has all of them."""

_COLUMNS: Final = ("key", "outcome", "conversion_id", "file", "size", "credits", "detail")


class BatchFailed(ExceptionGroup[PDFShiftError]):
    """Some documents of a batch are missing; each member carries the ``key`` of one."""

    def derive(self, excs: Sequence[PDFShiftError]) -> BatchFailed:  # type: ignore[override]
        """Give a group of some of them, as ``except*`` needs it."""
        return BatchFailed(self.message, excs)


class Report:
    """What became of the items that one run has read."""

    def __init__(self, name: str, store: BatchStore) -> None:
        self._name = name
        self._store = store
        self._missing: list[FinishedItem] = []
        self._progress: Progress | None = None

    def __repr__(self) -> str:
        return f"<Report {self._name!r} {self.converted} converted, {self.missing} missing>"

    def note(self, item: FinishedItem, progress: Progress) -> None:
        """Take a finished item, and the numbers after it."""
        self._progress = progress
        if not item.ok and len(self._missing) < _KEPT:
            self._missing.append(item)

    @property
    def ok(self) -> bool:
        """Whether every document is there."""
        return self.missing == 0

    @property
    def converted(self) -> int:
        """How many documents are there."""
        return 0 if self._progress is None else self._progress.converted

    @property
    def missing(self) -> int:
        """How many are not."""
        return 0 if self._progress is None else self._progress.failed + self._progress.lost

    @property
    def failed(self) -> Sequence[FinishedItem]:
        """Items without a document, or without its file; the first ten thousand with the lost."""
        return [item for item in self._missing if item.outcome != "lost"]

    @property
    def lost(self) -> Sequence[FinishedItem]:
        """Items whose callback did not come in time."""
        return [item for item in self._missing if item.outcome == "lost"]

    def raise_if_failed(self) -> None:
        """Raise when a document is missing.

        Raises:
            BatchFailed: With the error of each.
        """
        errors = [item.error for item in self._missing if item.error is not None]
        if errors:
            count = self.converted + self.missing
            raise BatchFailed(f"{self.missing} of {count} documents are missing", errors)

    async def retry_failed(self, *, lost: bool = False) -> int:
        """Let the next run of the batch send again what has failed, and give its number.

        Args:
            lost: Whether to send again what was lost as well; that may bill it again.
        """
        return await released(self._store, self._name, lost=lost)

    async def save(self, path: str | Path) -> Path:
        """Write a line for every item of the batch, whichever run read it, and give the path.

        Args:
            path: Ending in ``.csv`` or ``.jsonl``, which has a JSON object in each line.

        Raises:
            ConfigurationError: It ends in something else, or cannot be written.
        """
        return await write_members(self._store, self._name, Path(path))


async def each_member(store: BatchStore, name: str) -> AsyncIterator[Sequence[Member]]:
    """Give the members of a batch, many at a time."""
    after = ""
    while page := await store.members(name, after=after):
        yield page
        after = page[-1].key


async def released(store: BatchStore, name: str, *, lost: bool = False) -> int:
    """Let the next run send again what has failed, and give its number."""
    endings = {Ending.FAILED, Ending.LOST} if lost else {Ending.FAILED}
    count = 0
    async for page in each_member(store, name):
        for member in page:
            if member.ending in endings:
                unsent = replace(member, ending=Ending.UNSENT)
                count += await store.rewrite(unsent, instead_of=member.conversion_id)
    return count


async def write_members(store: BatchStore, name: str, path: Path) -> Path:
    """Write a line for every item of a batch."""
    kind = path.suffix.lower()
    if kind not in {".csv", ".jsonl"}:
        raise ConfigurationError("path", "must end in .csv or .jsonl")
    await asyncio.to_thread(_write, path, kind, None)
    async for page in each_member(store, name):
        await asyncio.to_thread(_write, path, kind, page)
    return path


def _write(path: Path, kind: str, page: Sequence[Member] | None) -> None:
    """Begin the file, or append to it."""
    try:
        with path.open("w" if page is None else "a", encoding="utf-8", newline="") as file:
            if kind == ".csv":
                writer = csv.DictWriter(file, _COLUMNS)
                if page is None:
                    writer.writeheader()
                else:
                    writer.writerows(map(row_of, page))
            else:
                file.writelines(f"{json.dumps(row_of(member))}\n" for member in page or ())
    except OSError as error:
        rule = f"{path} cannot be written: {error.strerror}"
        raise ConfigurationError("path", rule) from error


def row_of(member: Member) -> dict[str, Any]:
    """Give a member as the report has it."""
    outcome: Ending | Literal["open"] = member.ending or "open"
    return {
        "key": member.key,
        "outcome": str(outcome),
        "conversion_id": member.conversion_id,
        "file": None if member.file is None else member.file.path,
        "size": None if member.file is None else member.file.size,
        "credits": member.credits,
        "detail": member.detail,
    }
