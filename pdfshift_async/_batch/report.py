"""What became of a batch."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
            path: Ending in ``.csv``, in ``.json``, or in ``.jsonl``, which has an object in each line.

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
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise ConfigurationError("path", f"must end in {', '.join(_FORMS)}")
    await asyncio.to_thread(_write, path, "w", form.head)
    separator = ""
    async for page in each_member(store, name):
        rows = form.separator.join(form.line(row_of(member)) for member in page)
        await asyncio.to_thread(_write, path, "a", separator + rows)
        separator = form.separator
    await asyncio.to_thread(_write, path, "a", form.foot)
    return path


@dataclass(frozen=True, slots=True)
class _Form:
    """How rows are written."""

    line: Callable[[Mapping[str, Any]], str]
    head: str = ""
    separator: str = ""
    foot: str = ""


def _csv_line(row: Mapping[str, Any]) -> str:
    line = io.StringIO(newline="")
    csv.DictWriter(line, _COLUMNS).writerow(row)
    return line.getvalue()


_FORMS: Final = {
    ".csv": _Form(_csv_line, head=_csv_line({name: name for name in _COLUMNS})),
    ".json": _Form(json.dumps, head="[\n", separator=",\n", foot="\n]\n"),
    ".jsonl": _Form(lambda row: f"{json.dumps(row)}\n"),
}


def _write(path: Path, mode: Literal["w", "a"], text: str) -> None:
    """Begin the file, or append to it."""
    try:
        with path.open(mode, encoding="utf-8", newline="") as file:
            file.write(text)
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
