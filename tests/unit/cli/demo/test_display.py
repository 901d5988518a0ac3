"""What the demo shows."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from pdfshift_async import FinishedItem
from pdfshift_async.cli.demo.display import (
    JSONDisplay,
    PlainDisplay,
    TerminalDisplay,
    display_for,
)
from pdfshift_async.errors import ConversionFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pdfshift_async import Result


@pytest.fixture
def items(tmp_path: Path, made: Callable[..., Result]) -> list[FinishedItem]:
    """Two that are saved, one that is not."""
    path = tmp_path / "inv-1.pdf"
    path.write_bytes(b"x" * 17_100)
    return [
        FinishedItem("inv-1", "converted", result=made(pages=3, seconds=1.234), path=path),
        FinishedItem("inv-2", "converted", result=made(pages=1, seconds=0.5), path=path),
        FinishedItem("inv-3", "failed", error=ConversionFailed("[red]no[/red]", code=400)),
    ]


def test_the_display_suits_the_output() -> None:
    """A pipe gets lines, a terminal a bar, and JSON is JSON everywhere."""
    terminal = Console(file=io.StringIO(), force_terminal=True)
    pipe = Console(file=io.StringIO(), force_terminal=False)
    assert isinstance(display_for(terminal, as_json=False), TerminalDisplay)
    assert isinstance(display_for(pipe, as_json=False), PlainDisplay)
    assert isinstance(display_for(terminal, as_json=True), JSONDisplay)


def test_lines_appear_as_invoices_are_done(
    items: list[FinishedItem], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with what a reader of a log wants to know."""
    display = PlainDisplay()
    with display.progress(3) as done:
        for item in items:
            done(item)
    display.show(items, Path("out"))
    assert capsys.readouterr().out == (
        "converting 3 invoices\n"
        "inv-1  3 pages, 17.1 kB, 1.23 s\n"
        "inv-2  1 page, 17.1 kB, 0.50 s\n"
        "inv-3  failed: conversion failed with 400: [red]no[/red] (billing unknown). "
        "Look at the source as the service sees it, then submit it again.\n"
        "2 invoices saved in out, 1 failed\n"
    )


def test_a_terminal_shows_a_bar_and_then_a_table(items: list[FinishedItem]) -> None:
    """What failed says why, in the service's words and not in colours of its choice."""
    output = io.StringIO()
    display = TerminalDisplay(Console(file=output, force_terminal=True, width=200, no_color=True))
    with display.progress(3) as done:
        for item in items:
            done(item)
    assert "3/3" in output.getvalue()
    display.show(items, Path("out"))
    table = output.getvalue()
    assert "│ inv-1  │     3 │ 17.1 kB │    1.23 │" in table
    assert "│ inv-3  │       │         │  failed │" in table
    assert "inv-3  failed: conversion failed with 400: [red]no[/red] (billing" in table
    assert "2 invoices saved in out, 1 failed" in table


def test_json_is_one_object(items: list[FinishedItem], capsys: pytest.CaptureFixture[str]) -> None:
    """Of those saved the file, of those failed the error."""
    display = JSONDisplay()
    with display.progress(3) as done:
        done(items[0])
    display.show([items[0], items[2]], Path("out"))
    shown = json.loads(capsys.readouterr().out)
    saved, failed = shown["invoices"]
    assert shown["folder"] == "out"
    assert saved.pop("file").endswith("inv-1.pdf")
    assert saved == {"number": "inv-1", "pages": 3, "filesize": 17_100, "seconds": 1.234}
    assert failed["number"] == "inv-3"
    assert failed["error"]["type"] == "ConversionFailed"


def test_when_all_is_well_nothing_is_said_of_failures(
    items: list[FinishedItem], capsys: pytest.CaptureFixture[str]
) -> None:
    """One is an invoice, not one invoices."""
    PlainDisplay().show(items[:1], Path("out"))
    assert capsys.readouterr().out == "1 invoice saved in out\n"
