"""What the exit code of a command tells the script that ran it."""

from __future__ import annotations

from enum import IntEnum
from typing import Self

from pdfshift_async.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConversionFailed,
    DownloadError,
    InvalidOptions,
    NotFound,
    PDFShiftError,
    PermissionDenied,
    RateLimited,
    ServiceUnreachable,
    SubmitRejected,
)

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """Every exit code; they differ in whether running the command again may bill again."""

    meaning: str

    OK = 0, "done"
    FAILED = 1, "the service could not convert a document, or refused its options"
    BAD_INPUT = 2, "wrong arguments, options or files, or a missing extra; nothing was sent"
    UNREACHABLE = 3, "the service could not be reached; nothing was sent"
    REFUSED = 4, "the service refused the key, its credits or rate, or has no such address"
    UNKNOWN = 5, "sent, outcome unknown; running it again may bill again"
    NOT_SAVED = 6, "converted and billed, but the document could not be saved"
    INTERRUPTED = 130, "interrupted with Ctrl-C"

    def __new__(cls, value: int, meaning: str) -> Self:
        """Give each number its meaning."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    @classmethod
    def of(cls, error: PDFShiftError) -> ExitCode:
        """Give the exit code of an error."""
        match error:
            case ConfigurationError() | InvalidOptions():
                return cls.BAD_INPUT
            case ServiceUnreachable():
                return cls.UNREACHABLE
            case AuthenticationFailed() | PermissionDenied() | NotFound() | RateLimited():
                return cls.REFUSED
            case ConversionFailed() | SubmitRejected():
                return cls.FAILED
            case DownloadError():
                return cls.NOT_SAVED
            case _:
                return cls.UNKNOWN
