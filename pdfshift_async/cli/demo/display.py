"""What the demo shows: a bar and a table on a terminal, lines elsewhere, JSON if asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pdfshift_async import FinishedItem
from pdfshift_async.cli.failures import described, one_line

__all__ = ["Display", "JSONDisplay", "PlainDisplay", "TerminalDisplay", "display_for"]


class Display(Protocol):
    """Shows what becomes of invoices."""

    def progress(self, total: int) -> AbstractContextManager[Callable[[FinishedItem], None]]:
        """Give what is to be called with each invoice as it finishes."""
        ...

    def show(self, items: Sequence[FinishedItem], folder: Path) -> None:
        """Show all of them at the end."""
        ...


def display_for(console: Console, *, as_json: bool) -> Display:
    """Choose the display that suits where the output goes."""
    if as_json:
        return JSONDisplay()
    return TerminalDisplay(console) if console.is_terminal else PlainDisplay()


class TerminalDisplay:
    """A bar that moves, then a table."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[FinishedItem], None]]:
        """Move the bar with each invoice."""
        columns = TextColumn("converting"), BarColumn(), MofNCompleteColumn()
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("", total=total)
            yield lambda _: progress.advance(task)

    def show(self, items: Sequence[FinishedItem], folder: Path) -> None:
        """Print the table, and why invoices failed."""
        table = Table("Number")
        for title in ("Pages", "Size", "Seconds"):
            table.add_column(title, justify="right")
        for item in items:
            table.add_row(item.key, *_cells(item), style=None if item.ok else "red")
        self._console.print(table)
        for item in items:
            if not item.ok:
                self._console.print(_text(item), style="red", markup=False, highlight=False)
        self._console.print(_summary(items, folder), markup=False, highlight=False)


class PlainDisplay:
    """A line for each invoice as it finishes."""

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[FinishedItem], None]]:
        """Print each at once, for whoever follows a log."""
        print(f"converting {_counted(total, 'invoice')}", flush=True)
        yield lambda item: print(_text(item), flush=True)

    def show(self, items: Sequence[FinishedItem], folder: Path) -> None:
        """Print the summary."""
        print(_summary(items, folder))


class JSONDisplay:
    """One object at the end."""

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[FinishedItem], None]]:  # noqa: ARG002 -- the protocol's
        """Show nothing yet."""
        yield lambda _: None

    def show(self, items: Sequence[FinishedItem], folder: Path) -> None:
        """Print the object."""
        print(json.dumps({"folder": str(folder), "invoices": [_values(item) for item in items]}))


class _Saved(NamedTuple):
    file: Path
    pages: int
    size: int
    seconds: float
    """From the submission to the callback."""


def _saved(item: FinishedItem) -> _Saved | None:
    """Give what there is to tell of an invoice on the disk."""
    file, result = item.path, item.result
    if file is None or result is None or result.submitted_at is None:
        return None
    seconds = (result.received_at - result.submitted_at).total_seconds()
    return _Saved(file, result.pages or 0, file.stat().st_size, seconds)


def _cells(item: FinishedItem) -> tuple[str, str, str]:
    saved = _saved(item)
    if saved is None:
        return "", "", "failed"
    return str(saved.pages), decimal(saved.size), f"{saved.seconds:.2f}"


def _text(item: FinishedItem) -> str:
    saved = _saved(item)
    if saved is None:
        return f"{item.key}  failed: {one_line(str(item.error))}"
    pages = _counted(saved.pages, "page")
    return f"{item.key}  {pages}, {decimal(saved.size)}, {saved.seconds:.2f} s"


def _values(item: FinishedItem) -> dict[str, Any]:
    saved = _saved(item)
    if saved is None:
        return {"number": item.key, "error": item.error and described(item.error)}
    return {
        "number": item.key,
        "file": str(saved.file),
        "pages": saved.pages,
        "filesize": saved.size,
        "seconds": round(saved.seconds, 3),
    }


def _summary(items: Sequence[FinishedItem], folder: Path) -> str:
    failed = sum(not item.ok for item in items)
    saved = f"{_counted(len(items) - failed, 'invoice')} saved in {folder}"
    return f"{saved}, {failed} failed" if failed else saved


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
