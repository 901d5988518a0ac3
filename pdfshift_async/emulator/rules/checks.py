"""The pieces rules are made of: each looks at one value and yields what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from yarl import URL

__all__ = [
    "Check",
    "Finding",
    "Shape",
    "boolean",
    "choice",
    "each",
    "either",
    "integer",
    "matching",
    "number",
    "text",
    "texts",
    "web_address",
]


class Finding(NamedTuple):
    """One thing that is wrong."""

    path: str
    """Dotted, below the value that was looked at; empty for the value itself."""
    text: str
    unknown: bool = False
    """A name nobody knows: an error only in strict mode."""


Check = Callable[[Any], Iterator[Finding]]


def boolean(value: Any) -> Iterator[Finding]:
    """Allow true and false."""
    if not isinstance(value, bool):
        yield Finding("", "Must be a boolean.")


def text(value: Any) -> Iterator[Finding]:
    """Allow every string that has content."""
    if not isinstance(value, str):
        yield Finding("", "Must be a string.")
    elif not value.strip():
        yield Finding("", "Must not be empty.")


def any_text(value: Any) -> Iterator[Finding]:
    """Allow every string."""
    if not isinstance(value, str):
        yield Finding("", "Must be a string.")


def number(low: float, high: float) -> Check:
    """Allow numbers of a range, both ends included."""

    def check(value: Any) -> Iterator[Finding]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Finding("", "Must be a number.")
        elif not low <= value <= high:
            yield Finding("", f"Must be between {low:g} and {high:g}.")

    return check


def integer(low: int | None = None, high: int | None = None) -> Check:
    """Allow whole numbers of a range, both ends included."""

    def check(value: Any) -> Iterator[Finding]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Finding("", "Must be an integer.")
        elif low is not None and value < low and high is None:
            yield Finding("", f"Must be at least {low}.")
        elif (
            not (-math.inf if low is None else low) <= value <= (math.inf if high is None else high)
        ):
            yield Finding("", f"Must be between {low} and {high}.")

    return check


def choice(*allowed: str | int) -> Check:
    """Allow the listed values."""

    def check(value: Any) -> Iterator[Finding]:
        if isinstance(value, bool) or value not in allowed:
            yield Finding("", f"Must be one of {', '.join(map(str, allowed))}.")

    return check


def matching(pattern: str, rule: str) -> Check:
    """Allow strings of a form; ``rule`` is what is said about every other value."""
    form = re.compile(pattern, re.IGNORECASE | re.ASCII)

    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, str) or not form.fullmatch(value):
            yield Finding("", rule)

    return check


def either(first: Check, second: Check, rule: str) -> Check:
    """Allow what one of two checks allows."""

    def check(value: Any) -> Iterator[Finding]:
        if any(first(value)) and any(second(value)):
            yield Finding("", rule)

    return check


def each(item: Check) -> Check:
    """Allow lists of what the check allows."""

    def check(value: Any) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield Finding("", "Must be a list.")
            return
        for index, entry in enumerate(value):
            yield from _below(str(index), item(entry))

    return check


def texts(value: Any) -> Iterator[Finding]:
    """Allow objects whose values are strings."""
    if not isinstance(value, dict):
        yield Finding("", "Must be an object.")
        return
    for name, entry in value.items():
        yield from _below(name, any_text(entry))


def web_address(value: Any) -> Iterator[Finding]:
    """Allow absolute http and https URLs."""
    try:
        address = URL(value)
        usable = address.scheme in {"http", "https"} and bool(address.host)
    except (TypeError, ValueError):
        usable = False
    if not usable:
        yield Finding("", "Not a valid URL.")


class Shape:
    """Allow objects with these fields.

    A null counts as not given: half of the programs written for the service send nulls for what
    they leave out.
    """

    def __init__(self, fields: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> None:
        self.fields = fields
        self._required = required

    def __call__(self, value: Any) -> Iterator[Finding]:
        """Yield what is wrong with the object."""
        if not isinstance(value, dict):
            yield Finding("", "Must be an object.")
            return
        for name in self._required:
            if value.get(name) is None:
                yield Finding(name, "This field is required.")
        for name, entry in value.items():
            if name not in self.fields:
                yield Finding(name, "Unknown field.", unknown=True)
            elif entry is not None:
                yield from _below(name, self.fields[name](entry))


def _below(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    for path, rule, unknown in findings:
        yield Finding(f"{name}.{path}" if path else name, rule, unknown)
