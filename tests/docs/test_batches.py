"""The commands of "Last month's invoices", run to the end."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from pdfshift_async.cli.app import run

PAGE = (Path(__file__).parents[2] / "docs" / "batches.md").read_text()
HOW_TO = PAGE.partition("## Last month's invoices")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    """Give the blocks of that language in the how-to."""
    return re.findall(rf"^```{language}\n(.*?)^```", HOW_TO, re.DOTALL | re.MULTILINE)


def test_a_newcomer_can_follow_it_to_the_end(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command does what the page says, and the invoices are there."""
    (table,), (template,) = blocks("text"), blocks("html")
    Path("october.csv").write_text(table)
    Path("invoice.html").write_text(template)
    lines = [line for block in blocks("console") for line in block.splitlines()]
    assert len(lines) == 5
    for line in lines:
        words = shlex.split(line.replace("127.0.0.1:8080", f"127.0.0.1:{port}"))
        assert run(words[1:]) == 0, capsys.readouterr().err
    assert "released\t0" in capsys.readouterr().out
    names = sorted(path.name for path in Path("invoices").iterdir())
    assert names == ["inv-2026-10-001.pdf", "inv-2026-10-002.pdf"]
    with Path("october-report.csv").open(newline="") as file:
        assert [row["outcome"] for row in csv.DictReader(file)] == ["converted", "converted"]
