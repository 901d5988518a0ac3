"""What the receiver does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Billed, PDFShiftError, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CallbackRejected"]


class CallbackRejected(PDFShiftError):
    """The receiver will not take this request; only its answer is ever seen outside."""

    phase = Phase.RECEIVE
    billed = Billed.UNKNOWN

    def __init__(
        self, status: int, reason: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})
