"""What is found out before anything is sent: a setting, an option or a source is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import Billed, PDFShiftError, Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ConfigurationError", "InvalidOptions", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one option."""

    option: str
    """Dotted name, for example ``header.start_at``."""
    rule: str
    """What the option must be."""
    hint: str | None = None

    def __str__(self) -> str:
        text = f"{self.option}: {self.rule}"
        return f"{text} ({self.hint})" if self.hint else text


class ConfigurationError(PDFShiftError):
    """A setting of the client, receiver, store or emulator cannot work."""

    phase = Phase.PREPARE
    billed = Billed.NO

    def __init__(self, option: str, rule: str, *, hint: str | None = None) -> None:
        super().__init__(f"{option}: {rule}", hint=hint)
        self.option = option
        self.rule = rule


class InvalidOptions(PDFShiftError, ValueError):
    """Options or source break a rule of the service; nothing was sent."""

    phase = Phase.PREPARE
    billed = Billed.NO

    def __init__(self, problems: Sequence[Problem], *, key: str | None = None) -> None:
        super().__init__("; ".join(str(problem) for problem in problems), key=key)
        self.problems = tuple(problems)
        """Everything that is wrong, not just the first finding."""
