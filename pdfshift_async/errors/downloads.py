"""What stands between a document and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Billed, PDFShiftError, Phase

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["DocumentDamaged", "DownloadError", "ResultExpired"]


class DownloadError(PDFShiftError):
    """The document exists and could not be fetched or written."""

    phase = Phase.DOWNLOAD
    billed = Billed.YES
    default_hint = "Save it again before it expires; that does not bill again."


class ResultExpired(DownloadError):
    """The service no longer has the file: hosted files are kept for two days."""

    default_hint = "Submitting the document again bills it again."

    def __init__(self, expired_at: datetime | None) -> None:
        when = f": it expired on {expired_at:%Y-%m-%d %H:%M} UTC" if expired_at else ""
        super().__init__(f"the hosted file is gone{when}")
        self.expired_at = expired_at


class DocumentDamaged(DownloadError):
    """What arrived is not the whole document, or not a document of that kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the document arrived damaged: {reason}")
        self.reason = reason
