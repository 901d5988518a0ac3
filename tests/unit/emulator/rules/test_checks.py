"""The pieces rules are made of."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.emulator.rules.checks import (
    Check,
    Shape,
    boolean,
    choice,
    each,
    either,
    integer,
    matching,
    number,
    text,
    texts,
    web_address,
)

ACCEPTED: dict[str, tuple[Check, Any]] = {
    "false": (boolean, False),
    "text": (text, "x"),
    "number, upper end": (number(0.1, 2), 2),
    "number, lower end": (number(0.1, 2), 0.1),
    "integer without range": (integer(), -3),
    "integer, lower end": (integer(1), 1),
    "integer, upper end": (integer(0, 10), 10),
    "choice": (choice(1, 2, 4), 4),
    "either case": (matching("a+", "rule"), "AA"),
    "second of either": (either(integer(), text, "rule"), "x"),
    "first of either": (either(integer(), text, "rule"), 1),
    "list": (each(text), ["a", "b"]),
    "texts": (texts, {"a": ""}),
    "web address": (web_address, "https://example.com/x?y=1"),
}

REFUSED: dict[str, tuple[Check, Any, str, str]] = {
    "boolean": (boolean, 1, "", "Must be a boolean."),
    "text of another type": (text, 1, "", "Must be a string."),
    "blank text": (text, " ", "", "Must not be empty."),
    "number that is a boolean": (number(0.1, 2), True, "", "Must be a number."),
    "number above": (number(0.1, 2), 2.1, "", "Must be between 0.1 and 2."),
    "not a number": (number(0.1, 2), float("nan"), "", "Must be between 0.1 and 2."),
    "fraction for an integer": (integer(), 1.5, "", "Must be an integer."),
    "integer that is a boolean": (integer(), True, "", "Must be an integer."),
    "integer below": (integer(1), 0, "", "Must be at least 1."),
    "integer above": (integer(0, 10), 11, "", "Must be between 0 and 10."),
    "choice that is a boolean": (choice(1, 2), True, "", "Must be one of 1, 2."),
    "choice of another type": (choice("a", "b"), ["a"], "", "Must be one of a, b."),
    "not the whole text matches": (matching("a+", "rule"), "aab", "", "rule"),
    "foreign digits": (matching(r"\d+", "rule"), "٣", "", "rule"),
    "null does not match": (matching("a+", "rule"), None, "", "rule"),
    "neither": (either(integer(), text, "rule"), [], "", "rule"),
    "no list": (each(text), "a", "", "Must be a list."),
    "wrong item": (each(text), ["a", 1], "1", "Must be a string."),
    "no object of texts": (texts, [], "", "Must be an object."),
    "wrong entry": (texts, {"a": 1}, "a", "Must be a string."),
    "other scheme": (web_address, "ftp://example.com", "", "Not a valid URL."),
    "no host": (web_address, "https://", "", "Not a valid URL."),
    "relative": (web_address, "/path", "", "Not a valid URL."),
    "no text": (web_address, 3, "", "Not a valid URL."),
    "unreadable": (web_address, "http://[", "", "Not a valid URL."),
}


@pytest.mark.parametrize(("check", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_right_values_yield_nothing(check: Check, value: Any) -> None:
    """A value inside the rule has no findings, at the edges of a range too."""
    assert list(check(value)) == []


@pytest.mark.parametrize(("check", "value", "path", "rule"), REFUSED.values(), ids=REFUSED)
def test_wrong_values_are_named_with_the_rule(
    check: Check, value: Any, path: str, rule: str
) -> None:
    """A value outside the rule has one finding, at its place and in the rule's words."""
    assert list(check(value)) == [(path, rule, False)]


def test_a_shape_names_what_is_missing_wrong_and_unknown() -> None:
    """Findings of fields carry dotted paths; unknown names are marked as such."""
    shape = Shape({"a": boolean, "b": Shape({"c": text}), "d": text}, required=("d",))

    findings = set(shape({"a": 1, "b": {"c": 2, "x": 3}, "y": 4}))

    assert findings == {
        ("d", "This field is required.", False),
        ("a", "Must be a boolean.", False),
        ("b.c", "Must be a string.", False),
        ("b.x", "Unknown field.", True),
        ("y", "Unknown field.", True),
    }


def test_a_shape_takes_null_for_not_given() -> None:
    """Null passes where the field may be missing, and counts as missing where it may not."""
    shape = Shape({"a": boolean, "b": text}, required=("b",))

    assert list(shape({"a": None, "b": None})) == [("b", "This field is required.", False)]


def test_a_shape_takes_nothing_but_objects() -> None:
    """A list is no object."""
    assert list(Shape({})([])) == [("", "Must be an object.", False)]
