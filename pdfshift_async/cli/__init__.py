"""The command ``pdfshift``."""

from __future__ import annotations

import sys

from pdfshift_async.cli.exit_codes import ExitCode

__all__ = ["ExitCode", "main"]


def main() -> int:
    """Run the command line and give its exit code."""
    try:
        from pdfshift_async.cli.app import run  # noqa: PLC0415 -- needs the extra
    except KeyboardInterrupt:
        # Importing takes long enough for a Ctrl-C; afterwards each command answers it.
        return ExitCode.INTERRUPTED
    except ModuleNotFoundError as error:
        if error.name not in {"rich", "typer"}:
            raise
        print(
            f"error: the command line needs the package {error.name}. "
            "Install it with: pip install 'pdfshift-async[cli]'",
            file=sys.stderr,
        )
        return ExitCode.BAD_INPUT
    return run()
