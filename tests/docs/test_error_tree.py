"""The table of errors is the tree of the classes."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pdfshift_async
from pdfshift_async import PDFShiftError

_ERROR_TREE: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[2] / "docs" / "_ext" / "error_tree.py")
)


def _row_of(name: str) -> str:
    rows: list[str] = list(_ERROR_TREE["rows"](PDFShiftError))
    return next(row for row in rows if f".{name}`" in row)


def test_every_public_error_has_one_row() -> None:
    """Each once, and the base none."""
    named = re.findall(r"pdfshift_async\.(\w+)`", "\n".join(_ERROR_TREE["rows"](PDFShiftError)))
    public = [
        name
        for name in pdfshift_async.__all__
        if isinstance(cls := getattr(pdfshift_async, name), type) and issubclass(cls, PDFShiftError)
    ]
    assert sorted(named) == sorted(set(public) - {"PDFShiftError"})


def test_a_row_tells_phase_and_billing() -> None:
    """As the class has them."""
    assert "| download | yes |" in _row_of("DownloadError")


def test_an_error_of_every_phase_says_so() -> None:
    """Its class has no phase of its own."""
    assert "| any | unknown |" in _row_of("UnexpectedResponse")


def test_private_bases_are_skipped() -> None:
    """What derives from one stands below the next public class."""
    assert _row_of("RateLimited").startswith("| ├")
