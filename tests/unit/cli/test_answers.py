"""How answers of the service are shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal

import pytest

from pdfshift_async import Invoice, LogEntry
from pdfshift_async.cli.answers import Field, line_of, show_entries, show_entry, values_of

_FIELDS: Sequence[Field[LogEntry]] = (
    Field("Entry", lambda entry: entry.id, is_number=True),
    Field("Executed", lambda entry: entry.executed),
    Field("Took", lambda entry: entry.duration),
    Field("Sandbox", lambda entry: entry.sandbox),
    Field("Error", lambda entry: entry.error, folds=True),
)

_ENTRIES = [
    LogEntry.model_validate(
        {"id": 12, "executed": 1_700_000_000_123, "duration": 4.6, "sandbox": True}
    ),
    LogEntry.model_validate({"id": 3, "sandbox": False, "error": "a\tb\x1b[2J\nc"}),
]


def _be_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard output be a terminal that knows neither colours nor bold."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")


def test_entries_are_lines_with_tabs_for_other_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each, whatever the texts hold; absent values are empty, and no line is a title."""
    show_entries("logs", _ENTRIES, _FIELDS, as_json=False)
    assert capsys.readouterr().out == ("12\t2023-11-14T22:13:20Z\t5\tyes\t\n3\t\t\tno\ta b [2J c\n")


def test_entries_are_a_table_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With titles; numbers are aligned to the right."""
    _be_a_terminal(monkeypatch)
    show_entries("logs", _ENTRIES, _FIELDS, as_json=False)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "Entry  Executed              Took  Sandbox  Error",
        "   12  2023-11-14T22:13:20Z  5     yes",
        "    3                              no       a b [2J c",
    ]


def test_no_entries_are_said_without_disturbing_other_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To whoever looks; standard output stays empty."""
    show_entries("logs", [], _FIELDS, as_json=False)
    assert capsys.readouterr() == ("", "no logs\n")


@pytest.mark.parametrize("entries", [[], _ENTRIES])
def test_entries_as_json_are_one_object(
    capsys: pytest.CaptureFixture[str], entries: list[LogEntry]
) -> None:
    """An empty list is one like any other."""
    show_entries("logs", entries, _FIELDS, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"logs": [values_of(entry) for entry in entries]}
    assert err == ""


def test_one_entry_is_a_line_for_each_thing_known(capsys: pytest.CaptureFixture[str]) -> None:
    """What is absent is left out."""
    show_entry(_ENTRIES[1], _FIELDS, as_json=False)
    assert capsys.readouterr().out == "Entry\t3\nSandbox\tno\nError\ta b [2J c\n"


def test_one_entry_is_aligned_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The titles stand in a column of their own."""
    _be_a_terminal(monkeypatch)
    show_entry(_ENTRIES[1], _FIELDS, as_json=False)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["Entry    3", "Sandbox  no", "Error    a b [2J c"]


def test_one_entry_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """With everything, also what the lines do not show."""
    show_entry(_ENTRIES[0], _FIELDS[:1], as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert shown["executed"] == "2023-11-14T22:13:20.123000Z"
    assert shown["error"] is None


def test_what_the_library_does_not_know_is_in_the_json() -> None:
    """The service may add keys at any time."""
    invoice = Invoice.model_validate({"reference": "PS1", "amount": 9.5, "currency": "EUR"})
    assert values_of(invoice) == {
        "reference": "PS1",
        "created": None,
        "amount": "9.5",
        "download_url": None,
        "currency": "EUR",
    }


def test_amounts_are_written_as_they_came() -> None:
    """Money is rounded nowhere."""
    invoice = Invoice.model_validate({"reference": "PS1", "amount": "1234.50"})
    field: Field[Invoice] = Field("Amount", lambda found: found.amount)
    assert invoice.amount == Decimal("1234.5")
    assert line_of(invoice, [field]) == "1234.50"
