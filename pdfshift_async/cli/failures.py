"""Expected failures: one line, or one JSON object, and the exit code; never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.errors import PDFShiftError

__all__ = ["described", "one_line", "reported"]


@contextmanager
def reported(*, as_json: bool = False, interrupted: str = "interrupted") -> Iterator[None]:
    """Report an error of the library, or Ctrl-C, and end the command with its exit code.

    Args:
        as_json: Print errors to standard output as JSON, instead of to standard error as text.
        interrupted: What to say after Ctrl-C.
    """
    try:
        yield
        # A reader that has gone away ends the command here, quietly; at exit Python would complain.
        sys.stdout.flush()
    except PDFShiftError as error:
        if as_json:
            print(json.dumps({"error": described(error)}))
        else:
            print(f"error: {one_line(str(error))}", file=sys.stderr)
        raise typer.Exit(ExitCode.of(error)) from error
    except KeyboardInterrupt as error:
        print(interrupted, file=sys.stderr)
        raise typer.Exit(ExitCode.INTERRUPTED) from error


def described(error: PDFShiftError) -> dict[str, Any]:
    """Give an error as JSON values."""
    return {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "phase": error.phase,
        "billed": error.billed,
        "conversion_id": error.conversion_id,
        "key": error.key,
        "exit_code": ExitCode.of(error),
    }


def one_line(text: str) -> str:
    """Keep the words of others, such as the service, on one line and without control characters."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())
