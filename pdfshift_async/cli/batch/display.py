"""How a batch is shown while it runs: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress as Bar, TextColumn

from pdfshift_async import FinishedItem, Progress
from pdfshift_async.cli.failures import one_line

__all__ = ["Show", "numbers", "shown"]

Show = Callable[[FinishedItem, Progress], None]


@contextmanager
def shown(console: Console) -> Iterator[Show]:
    """Give what is to be called with each item as it finishes.

    Args:
        console: On standard error; it gets the bar, and what is wrong with documents.
    """
    if not console.is_terminal:
        yield _line
        return
    columns = TextColumn("converting"), BarColumn(), TextColumn("{task.description}")
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(item: FinishedItem, progress: Progress) -> None:
            _line(item, progress)
            bar.update(
                task,
                completed=progress.done,
                total=progress.total,
                description=numbers(progress),
            )

        yield show


def _line(item: FinishedItem, progress: Progress) -> None:  # noqa: ARG001 -- the bar's
    if item.error is not None:
        print(f"{one_line(item.key)}: {one_line(str(item.error))}", file=sys.stderr)


def numbers(progress: Progress) -> str:
    """Give the progress in one line."""
    parts = [
        f"{progress.done} done"
        if progress.total is None
        else f"{progress.done} of {progress.total}"
    ]
    if missing := progress.failed + progress.lost:
        parts.append(f"{missing} missing")
    parts.append(f"{progress.rate:.0f} a minute")
    if progress.eta is not None:
        parts.append(f"{progress.eta / 60:.0f} min left")
    parts.append(f"{progress.credits} credits")
    return ", ".join(parts)
