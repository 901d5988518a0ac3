"""What becomes of an accepted conversion instead of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Billed, PDFShiftError, Phase

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["CallbackLost", "CallbackOverdue", "ConversionFailed", "WaitError"]


class WaitError(PDFShiftError):
    """The outcome of an accepted conversion is not known."""

    phase = Phase.WAIT
    billed = Billed.UNKNOWN


class CallbackOverdue(WaitError, TimeoutError):
    """The callback did not arrive within the time the caller gave; the conversion goes on."""

    default_hint = "Await the conversion again; the outcome is kept when it arrives."

    def __init__(self, timeout: float) -> None:
        super().__init__(f"no callback within {timeout:g} s")
        self.timeout = timeout


class CallbackLost(WaitError):
    """The stored deadline passed without a callback; a later one still settles the conversion.

    Where sending it again came to nothing, ``__cause__`` says why.
    """

    default_hint = (
        "Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again."
    )

    def __init__(
        self,
        deadline: datetime,
        *,
        confirmed: bool,
        resubmits: int = 0,
        reason: str | None = None,
    ) -> None:
        sent = "accepted" if confirmed else "sent, never confirmed"
        again = f", sent {resubmits + 1} times in all" if resubmits else ""
        because = f"; the last time, {reason}" if reason else ""
        super().__init__(
            f"{sent}{again}, and no callback by {deadline:%Y-%m-%d %H:%M:%S} UTC{because}"
        )
        self.deadline = deadline
        self.confirmed = confirmed
        """Whether the service answered a submission with 202."""
        self.resubmits = resubmits
        """How often it was sent again after a deadline."""
        self.reason = reason
        """Why sending it again came to nothing; None where it did not, or was not tried."""


class ConversionFailed(PDFShiftError):
    """The service reported that it could not convert the document."""

    phase = Phase.CONVERT
    billed = Billed.UNKNOWN
    default_hint = "Look at the source as the service sees it, then submit it again."

    def __init__(
        self,
        detail: str | None,
        *,
        code: int | None = None,
        identifier: str | None = None,
        billed: Billed | None = None,
    ) -> None:
        tag = " ".join(str(part) for part in (code, identifier) if part is not None)
        reason = detail.rstrip(".") if detail else "no reason given"
        super().__init__(
            f"conversion failed{f' with {tag}' if tag else ''}: {reason}", billed=billed
        )
        self.detail = detail
        """The service's own words; None when the callback had no body."""
        self.code = code
        self.identifier = identifier
