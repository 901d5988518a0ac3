"""Variables of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.templates.variables import variables_of
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_assigned_values_are_text_as_they_stand() -> None:
    """Zeros of prices and numbers matter, and a name is not taken apart."""
    assigned = ["number=0042", "price=1.10", "formula=a=b", "empty=", "customer.name=Ada"]
    assert variables_of(None, assigned) == {
        "number": "0042",
        "price": "1.10",
        "formula": "a=b",
        "empty": "",
        "customer.name": "Ada",
    }


def test_a_file_gives_values_of_any_kind_and_assignments_win(tmp_path: Path) -> None:
    """So that one file serves many documents."""
    path = tmp_path / "invoice.json"
    path.write_text('{"rows": [{"price": 1.5}], "number": 1}')
    assert variables_of(str(path), ["number=2"]) == {"rows": [{"price": 1.5}], "number": "2"}


def test_a_dash_is_standard_input(type_in: Callable[[bytes], None]) -> None:
    """Another program may make them."""
    type_in('{"name": "Müller"}'.encode())
    assert variables_of("-", []) == {"name": "Müller"}


@pytest.mark.parametrize("assignment", ["number", "=1", ""])
def test_an_assignment_needs_a_name_and_a_value(assignment: str) -> None:
    """The message shows the form."""
    with pytest.raises(ConfigurationError, match="--variable: must be NAME=VALUE, not"):
        variables_of(None, [assignment])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"--variables: '.*a.json' is not JSON, Expecting property name .*: line 1 column 2"),
        ("[" * 100_000, r"--variables: '.*a.json' is not JSON"),
        ("[1]", r"--variables: '.*a.json' must hold a JSON object"),
        ("", r"--variables: '.*a.json' is empty"),
    ],
)
def test_a_file_must_hold_an_object(tmp_path: Path, content: str, message: str) -> None:
    """And is named where it does not."""
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=message):
        variables_of(str(path), [])
