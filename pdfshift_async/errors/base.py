"""What every exception of the library carries."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

__all__ = ["Billed", "PDFShiftError", "Phase"]


class Phase(StrEnum):
    """Where on its way a conversion was when it failed, or that it was none."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    WAIT = "wait"
    CONVERT = "convert"
    DOWNLOAD = "download"
    RECEIVE = "receive"
    STORE = "store"
    CALL = "call"
    """A call that converts nothing, for example for the credits."""


class Billed(StrEnum):
    """Whether the service counted a credit for the conversion."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


_BILLING = {
    Billed.NO: "not billed",
    Billed.YES: "billed",
    Billed.UNKNOWN: "billing unknown",
}

_BILLABLE = frozenset({Phase.SUBMIT, Phase.WAIT, Phase.CONVERT, Phase.DOWNLOAD})
"""Where the reader asks whether the conversion was billed."""

_LONGEST = 1000
"""Characters of a message."""


class PDFShiftError(Exception):
    """Base of everything the library raises.

    ``str(error)`` is one line: the fact, the conversion it is about, the billing, and what to do.
    """

    phase: Phase = Phase.PREPARE
    billed: Billed = Billed.UNKNOWN
    hint: str | None = None
    """What to do next, in one sentence."""
    conversion_id: str | None = None
    key: str | None = None
    """The caller's own name for the conversion."""
    subject: str | None = None
    """What else it is about, for example ``template 'invoice'``."""

    default_hint: ClassVar[str | None] = None

    def __init__(
        self,
        message: str,
        *,
        conversion_id: str | None = None,
        key: str | None = None,
        hint: str | None = None,
        billed: Billed | None = None,
        phase: Phase | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.conversion_id = conversion_id
        self.key = key
        self.hint = hint if hint is not None else self.default_hint
        if billed is not None:
            self.billed = billed
        if phase is not None:
            self.phase = phase

    def __str__(self) -> str:
        about = [self.subject] if self.subject is not None else []
        if self.key is not None:
            about.append(f"key {self.key!r}")
        if self.conversion_id is not None:
            about.append(self.conversion_id)
        if self.phase in _BILLABLE:
            about.append(_BILLING[self.billed])
        fact = _one_line(self.message)
        text = f"{fact} ({', '.join(about)})." if about else f"{fact}."
        return f"{text} {self.hint}" if self.hint else text

    def about(self, conversion_id: str | None, key: str | None) -> Self:
        """Name the conversion the error is about, and return the error."""
        self.conversion_id = conversion_id
        self.key = key
        return self

    def during_call(self, subject: str, hint: str | None = None) -> Self:
        """Place the error in a call that converts nothing, and return it.

        Args:
            subject: What was called for.
            hint: Replaces the advice of the class, which is about conversions.
        """
        self.phase = Phase.CALL
        self.billed = Billed.NO
        self.subject = subject
        self.hint = hint or self.hint
        return self

    def __reduce__(self) -> tuple[Callable[..., PDFShiftError], tuple[Any, ...]]:
        """Rebuild from the attributes: leaves have keyword-only constructors of their own."""
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    cls: type[PDFShiftError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> PDFShiftError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


def _one_line(text: str) -> str:
    """Fit a message into one line of a log: it may quote the service, and that an error page."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(character if character.isprintable() else " " for character in cut)
