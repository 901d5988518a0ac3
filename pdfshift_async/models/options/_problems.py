"""From findings to problems, in words without pydantic's jargon.

A validator calls `refuse`, or raises `InvalidOptions` with several problems. Each names its option
relative to the place it was found at, and `problems_in` puts the path in front.
No problem repeats a value: values hold documents and passwords.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from pdfshift_async.errors import InvalidOptions, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_RULES = {
    "bool_type": "must be True or False",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "is_instance_of": "must be a list",
    "missing": "is required",
    "model_type": "must be a {class_name} or a mapping of its options",
    "sequence_str": "must be a list",
    "string_type": "must be text",
}
_LONGEST_NAME = 40
_PLAIN_NAME = re.compile(r"[\w-]+")


def refuse(rule: str, hint: str | None = None) -> NoReturn:
    """Raise the one problem of the value that is being validated."""
    raise InvalidOptions([Problem("", rule, hint)])


def problems_in(error: ValidationError) -> Iterator[Problem]:
    """Translate everything that pydantic found."""
    for finding in error.errors(include_url=False):
        path = [shown(part) for part in finding["loc"]]
        for problem in _problems(finding):
            option = ".".join(part for part in (*path, problem.option) if part)
            yield Problem(option, problem.rule, problem.hint)


def _problems(finding: ErrorDetails) -> tuple[Problem, ...]:
    context: dict[str, Any] = finding.get("ctx", {})
    if isinstance(own := context.get("error"), InvalidOptions):
        return own.problems
    rule = _RULES.get(finding["type"])
    if rule is None:
        rule = finding["msg"].replace("Input should be", "must be")
    hint = "leave it out for the service's default" if finding["input"] is None else None
    return (Problem("", rule.format_map(context), hint),)


def shown(name: str | int) -> str:
    """Write a name, or an index, so that a message stays short and on one line."""
    text = str(name)
    if len(text) > _LONGEST_NAME:
        text = f"{text[:_LONGEST_NAME]}..."
    return text if _PLAIN_NAME.fullmatch(text) else ascii(text)
