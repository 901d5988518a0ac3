"""``--option name=value`` to the options of a conversion."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pdfshift_async import (
    ConvertOptions,
    InvalidOptions,
    JPEGOptions,
    PDFOptions,
    PNGOptions,
    WebPOptions,
)
from pdfshift_async.cli.targets import Format
from pdfshift_async.errors import ConfigurationError

__all__ = ["options_of"]

_CLASSES: Mapping[Format, type[ConvertOptions]] = {
    Format.PDF: PDFOptions,
    Format.PNG: PNGOptions,
    Format.JPEG: JPEGOptions,
    Format.WEBP: WebPOptions,
}

_TEXT_RULE = "must be text"
"""What the models say of a value that only its type makes wrong."""


def options_of(kind: Format, assignments: Sequence[str]) -> ConvertOptions:
    """Build the options; a dot in a name leads into an option of several parts.

    A value is JSON where it can be read as JSON, text elsewhere, and the text of a file after an
    ``@``. Where an option takes only text, it is text after all: ``pages=3`` is no number.

    Raises:
        InvalidOptions: The options break a rule of the service.
        ConfigurationError: An assignment cannot be read.
    """
    texts = dict(_assignment(text) for text in assignments)
    values = {name: _value(name, text) for name, text in texts.items()}
    build = _CLASSES[kind]
    try:
        return build(**_nested(values))
    except InvalidOptions as error:
        want_text = {problem.option for problem in error.problems if problem.rule == _TEXT_RULE}
        as_text = {name: texts[name] for name in want_text & texts.keys()}
        if not as_text:
            raise
    return build(**_nested(values | as_text))


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not all(name.split(".")):
        raise ConfigurationError("--option", f"must be NAME=VALUE, not {text!r}")
    return name, value


def _value(name: str, text: str) -> Any:
    if text.startswith("@"):
        return _file(name, text[1:])
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            "--option",
            f"{name}: cannot read a file {path!r}",
            hint=f"For text that begins with @, write a JSON string: {name}='\"@…\"'.",
        ) from error


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
            if not isinstance(branch, dict):
                raise _twice(name)
        if last in branch:
            raise _twice(name)
        branch[last] = value
    return tree


def _twice(name: str) -> ConfigurationError:
    return ConfigurationError("--option", f"{name}: given both as a whole and in parts")
