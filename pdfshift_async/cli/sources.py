"""What is to be converted: a file, a URL or standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote

from pdfshift_async.errors import ConfigurationError

__all__ = ["read_source", "read_text", "stem_of"]


def read_source(source: str) -> str:
    """Give the URL as it is, or the text of the file or of standard input.

    Raises:
        ConfigurationError: It cannot be read.
    """
    if _is_url(source):
        return source
    return read_text(
        source,
        "SOURCE",
        hint="For a page of the web, begin with https://; for HTML text, pipe it to '-'.",
    )


def read_text(path: str, argument: str, *, hint: str | None = None) -> str:
    """Give the text of a file, or of standard input for ``-``.

    Args:
        path: Of the file.
        argument: Where it was given; errors name it.
        hint: What to do where there is no such file.

    Raises:
        ConfigurationError: It cannot be read.
    """
    if not path:
        raise ConfigurationError(argument, "must not be empty")
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except FileNotFoundError as error:
        raise ConfigurationError(argument, f"there is no file {path!r}", hint=hint) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError(argument, f"cannot read {path!r}, {reason.lower()}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(argument, f"{path!r} is not UTF-8 text") from error
    if not text.strip():
        raise ConfigurationError(argument, f"{path!r} is empty")
    return text


def stem_of(source: str) -> str:
    """Give the name of its document, without a suffix."""
    if not _is_url(source):
        return ("" if source == "-" else Path(source).stem) or "document"
    host, *path = re.sub(r"^\w+://|[?#].*", "", source).rstrip("/").split("/")
    name = unquote(path[-1]).partition(".")[0] if path else host.rpartition("@")[2]
    # What is left is part of a file name on any system.
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[:100] or "document"


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))
