"""Where a document goes, and what kind it is to be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile

from pdfshift_async.cli.sources import stem_of
from pdfshift_async.errors import ConfigurationError

__all__ = ["Format", "Target", "check_folder"]


class Format(StrEnum):
    """The kinds of documents that the service makes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


_SUFFIXES = {f".{kind}": kind for kind in Format} | {".jpg": Format.JPEG}


@dataclass(frozen=True, slots=True)
class Target:
    """The file to write, or standard output."""

    format: Format
    path: Path | None
    """None for standard output."""

    @classmethod
    def choose(cls, output: str | None, kind: Format | None, source: str) -> Target:
        """Choose from ``--output`` and ``--format``; what is not given follows from the rest.

        Raises:
            ConfigurationError: They leave the kind open, or a terminal would get the document.
        """
        if output is None:
            kind = kind or Format.PDF
            return cls(kind, Path(f"{stem_of(source)}.{kind}"))
        if output == "-":
            if sys.stdout.isatty():
                raise ConfigurationError(
                    "--output", "a document is not for a terminal", hint="Name a file, or pipe it."
                )
            return cls(kind or Format.PDF, None)
        path = Path(output)
        chosen = kind or _SUFFIXES.get(path.suffix.lower())
        if chosen is None:
            raise ConfigurationError(
                "--output",
                f"{output!r} does not tell the kind of document",
                hint="Add --format pdf, png, jpeg or webp.",
            )
        return cls(chosen, path)

    def check(self) -> None:
        """Check that the document can be written, before anything is sent.

        Raises:
            ConfigurationError: It cannot.
        """
        if self.path is None:
            return
        with _refusing("--output", self.path):
            if self.path.is_dir():
                raise ConfigurationError("--output", f"{self.path} is a folder")
        check_folder(self.path.parent, "--output")


def check_folder(folder: Path, option: str) -> None:
    """Check that files can be made in a folder, which may yet have to be made itself.

    Raises:
        ConfigurationError: They cannot.
    """
    with _refusing(option, folder):
        existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        # Permissions do not tell of read-only and full disks; a file without a name does.
        with TemporaryFile(dir=existing) as file:
            file.write(b"\0")


@contextmanager
def _refusing(option: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError(option, f"cannot write to {path}, {reason}") from error
