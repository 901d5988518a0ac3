"""What the demo shows: a bar and a table on a terminal, lines elsewhere, JSON if asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pdfshift_async.cli.demo.conversions import Failed, Line
from pdfshift_async.cli.failures import described, one_line

__all__ = ["Display", "JSONDisplay", "PlainDisplay", "TerminalDisplay", "display_for"]


class Display(Protocol):
    """Shows what becomes of invoices."""

    def progress(self, total: int) -> AbstractContextManager[Callable[[Line], None]]:
        """Give what is to be called with each line as it is done."""
        ...

    def show(self, lines: Sequence[Line], folder: Path) -> None:
        """Show all lines at the end."""
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
    def progress(self, total: int) -> Iterator[Callable[[Line], None]]:
        """Move the bar with each line."""
        columns = TextColumn("converting"), BarColumn(), MofNCompleteColumn()
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("", total=total)
            yield lambda _: progress.advance(task)

    def show(self, lines: Sequence[Line], folder: Path) -> None:
        """Print the table, and why invoices failed."""
        table = Table("Number")
        for title in ("Pages", "Size", "Seconds"):
            table.add_column(title, justify="right")
        for line in lines:
            table.add_row(line.number, *_cells(line), style="red" if _failed(line) else None)
        self._console.print(table)
        for line in filter(_failed, lines):
            self._console.print(_text(line), style="red", markup=False, highlight=False)
        self._console.print(_summary(lines, folder), markup=False, highlight=False)


class PlainDisplay:
    """A line for each invoice as it is done."""

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[Line], None]]:
        """Print each line at once, for whoever follows a log."""
        print(f"converting {_counted(total, 'invoice')}", flush=True)
        yield lambda line: print(_text(line), flush=True)

    def show(self, lines: Sequence[Line], folder: Path) -> None:
        """Print the summary."""
        print(_summary(lines, folder))


class JSONDisplay:
    """One object at the end."""

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[Line], None]]:  # noqa: ARG002 -- the protocol's
        """Show nothing yet."""
        yield lambda _: None

    def show(self, lines: Sequence[Line], folder: Path) -> None:
        """Print the object."""
        print(json.dumps({"folder": str(folder), "invoices": [_values(line) for line in lines]}))


def _failed(line: Line) -> bool:
    return isinstance(line, Failed)


def _cells(line: Line) -> tuple[str, str, str]:
    if isinstance(line, Failed):
        return "", "", "failed"
    return str(line.result.pages or 0), decimal(line.path.stat().st_size), f"{line.seconds:.2f}"


def _text(line: Line) -> str:
    if isinstance(line, Failed):
        return f"{line.number}  failed: {one_line(str(line.error))}"
    pages, size, seconds = _cells(line)
    return f"{line.number}  {_counted(int(pages), 'page')}, {size}, {seconds} s"


def _values(line: Line) -> dict[str, Any]:
    if isinstance(line, Failed):
        return {"number": line.number, "error": described(line.error)}
    return {
        "number": line.number,
        "file": str(line.path),
        "pages": line.result.pages,
        "filesize": line.path.stat().st_size,
        "seconds": round(line.seconds, 3),
    }


def _summary(lines: Sequence[Line], folder: Path) -> str:
    failed = sum(map(_failed, lines))
    saved = f"{_counted(len(lines) - failed, 'invoice')} saved in {folder}"
    return f"{saved}, {failed} failed" if failed else saved


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
