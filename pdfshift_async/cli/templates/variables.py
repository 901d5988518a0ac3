"""``--variable`` and ``--variables`` to the variables of a template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pdfshift_async.cli.sources import read_text
from pdfshift_async.errors import ConfigurationError

__all__ = ["variables_of"]


def variables_of(file: str | None, assignments: Sequence[str]) -> dict[str, Any]:
    """Read the file, if there is one, and put the single assignments over it.

    An assigned value is always text: a price of 1.10 or a number of 0042 must not lose its zero.

    Args:
        file: Holds a JSON object; ``-`` is standard input.
        assignments: Each of the form NAME=VALUE.

    Raises:
        ConfigurationError: The file or an assignment cannot be read.
    """
    return _read(file) | dict(_assignment(text) for text in assignments)


def _read(file: str | None) -> dict[str, Any]:
    if file is None:
        return {}
    text = read_text(file, "--variables")
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("--variables", f"{file!r} is not JSON, {error}") from error
    if not isinstance(variables, dict):
        raise ConfigurationError("--variables", f"{file!r} must hold a JSON object")
    return variables


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ConfigurationError("--variable", f"must be NAME=VALUE, not {text!r}")
    return name, value
