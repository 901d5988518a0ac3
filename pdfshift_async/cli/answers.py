"""What the service answered: a table on a terminal, tab-separated lines elsewhere, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pdfshift_async.cli.failures import one_line
from pdfshift_async.models.answers import ServiceAnswer

__all__ = ["AsJSON", "Field", "line_of", "show_entries", "show_entry", "values_of"]

AsJSON = Annotated[bool, typer.Option("--json", help="Print the answer, or the error, as JSON.")]

T = TypeVar("T", bound=ServiceAnswer)


@dataclass(frozen=True)
class Field(Generic[T]):
    """One thing to tell of an entry."""

    title: str
    value: Callable[[T], object]
    """Gives None where it is absent."""
    is_number: bool = False
    """Then a table aligns it to the right."""
    folds: bool = False
    """Then it breaks into lines where the terminal is too narrow."""


def show_entries(
    noun: str, entries: Sequence[T], fields: Sequence[Field[T]], *, as_json: bool
) -> None:
    """Show a list.

    Args:
        noun: Its name in the plural, which is also its key in JSON.
        entries: In the order to show.
        fields: The columns.
        as_json: Print one JSON object.
    """
    if as_json:
        print(json.dumps({noun: [values_of(entry) for entry in entries]}))
    elif not entries:
        print(f"no {noun}", file=sys.stderr)
    elif sys.stdout.isatty():
        Console().print(_table(entries, fields))
    else:
        for entry in entries:
            print(line_of(entry, fields))


def show_entry(entry: T, fields: Sequence[Field[T]], *, as_json: bool) -> None:
    """Show one value, with a line for each thing that is known of it.

    Args:
        entry: The value.
        fields: The lines.
        as_json: Print one JSON object.
    """
    if as_json:
        print(json.dumps(values_of(entry)))
        return
    known = [(field.title, text) for field in fields if (text := _text(field, entry))]
    if sys.stdout.isatty():
        grid = Table.grid(padding=(0, 2))
        for title, text in known:
            grid.add_row(Text(title, style="bold"), Text(text))
        Console().print(grid)
    else:
        for title, text in known:
            print(f"{title}\t{text}")


def line_of(entry: T, fields: Sequence[Field[T]]) -> str:
    """Give an entry as one line with a tab between its fields; absent ones are empty."""
    return "\t".join(_text(field, entry) for field in fields)


def values_of(entry: ServiceAnswer) -> dict[str, Any]:
    """Give an entry as JSON values, with what the library does not know of it."""
    return entry.model_dump(mode="json")


def _table(entries: Sequence[T], fields: Sequence[Field[T]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for field in fields:
        table.add_column(
            field.title,
            justify="right" if field.is_number else "left",
            no_wrap=not field.folds,
            overflow="fold",
        )
    for entry in entries:
        table.add_row(*(Text(_text(field, entry)) for field in fields))
    return table


def _text(field: Field[T], entry: T) -> str:
    match field.value(entry):
        case None:
            return ""
        case bool() as value:
            return "yes" if value else "no"
        case datetime() as moment:
            return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        case float() as number:
            return f"{number:.0f}"
        case value:
            return one_line(str(value))
