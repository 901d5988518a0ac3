"""Rules that fit many options, as annotations of a field's type."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from ._problems import refuse

# The service documents no upper limit for counts and pixels; its integers have 32 bits.
INT32_MAX: Final = 2**31 - 1


def between(
    low: float, high: float, unit: str = "", *, rule: str = "must be from {low} to {high} {unit}"
) -> AfterValidator:
    """Bound a number on both sides, which NaN never passes."""
    text = rule.format(low=low, high=high, unit=unit).rstrip()

    def check(value: float) -> float:
        if not low <= value <= high:
            refuse(text)
        return value

    return AfterValidator(check)


def matching(pattern: str, rule: str, hint: str | None = None) -> AfterValidator:
    """Ask the whole text to match."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            refuse(rule, hint)
        return text

    return AfterValidator(check)


Count = Annotated[int, between(1, INT32_MAX, rule="must be 1 or more, within 32 bits")]

Coordinate = Annotated[int, between(-INT32_MAX, INT32_MAX, rule="must be within 32 bits")]
