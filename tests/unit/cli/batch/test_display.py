"""What is shown of a batch while it runs."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pdfshift_async import ConversionFailed, FinishedItem, Progress
from pdfshift_async.cli.batch.display import numbers, shown


def progress(total: int | None = 10, *, failed: int = 0) -> Progress:
    """Give the progress after a minute."""
    return Progress(
        total=total,
        converted=5,
        failed=failed,
        lost=0,
        resumed=0,
        in_hand=5,
        in_flight=5,
        refused=0,
        credits=5,
        elapsed=60,
    )


def test_numbers_fit_into_one_line() -> None:
    """What is not known is not told."""
    assert numbers(progress()) == "5 of 10, 5 a minute, 1 min left, 5 credits"
    assert numbers(progress(None, failed=1)) == "6 done, 1 missing, 6 a minute, 5 credits"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_has_a_bar_and_both_tell_what_failed(
    capsys: pytest.CaptureFixture[str], *, terminal: bool
) -> None:
    """With the key, so that it can be found."""
    file = io.StringIO()
    with shown(Console(file=file, force_terminal=terminal, width=120)) as show:
        show(FinishedItem("a", "converted"), progress())
        show(FinishedItem("b\n", "failed", error=ConversionFailed("No.")), progress())
    assert ("5 of 10" in file.getvalue()) is terminal
    # While there is a bar, what is printed goes above it.
    said = file.getvalue() if terminal else capsys.readouterr().err
    assert "b: conversion failed: No (billing unknown)." in said
