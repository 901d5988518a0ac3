"""Every command of the pages has the subcommands and options that it is written with."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest
from typer.main import get_command

from pdfshift_async.cli.app import app
from pdfshift_async.emulator import Fault

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))

_BLOCK = re.compile(r"^```(?:console|sh|bash|shell)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SEPARATORS = {"&", "&&", "|", ";", "<", ">", ">>"}


def commands() -> list[str]:
    """Give each different call of a command of ``pdfshift`` in a block of shell commands."""
    calls = [
        takewhile(lambda word: word not in _SEPARATORS, words[index + 1 :])
        for page in PAGES
        for block in _BLOCK.findall(page.read_text())
        for line in block.replace("\\\n", "").splitlines()
        for words in [shlex.split(line, comments=True)]
        for index, word in enumerate(words)
        if word == "pdfshift" or word.endswith("/bin/pdfshift")
    ]
    return sorted({shlex.join(call) for call in calls} - {"--help"})


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_pages_is_understood(line: str) -> None:
    """The command line takes all its words; nothing is run."""
    name, *arguments = shlex.split(line)
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    context = command.make_context(name, arguments)
    for fault in context.params.get("fault") or ():
        Fault.parse(fault)


def test_the_pages_have_commands() -> None:
    """The search finds those of the quickstart, so the test above is not empty."""
    assert "demo" in commands()
    assert "emulator" in commands()
