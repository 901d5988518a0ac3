"""Where a document goes, and what kind it is to be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Final, Generic, TypeVar

import typer

from pdfshift_async.errors import ConfigurationError

__all__ = ["Format", "MadeAsJSON", "Target", "check_folder"]

MadeAsJSON = Annotated[
    bool, typer.Option("--json", help="Print what was made, or the error, as JSON.")
]


class Format(StrEnum):
    """The kinds of documents that the service makes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


K = TypeVar("K", bound=StrEnum)

_ALIASES: Final = {"jpg": "jpeg", "htm": "html"}
"""Suffixes of files that are not the name of their kind."""

_TEXT: Final = "html"
"""The kind that a terminal can show."""


@dataclass(frozen=True)
class Target(Generic[K]):
    """The file to write, or standard output."""

    format: K
    path: Path | None
    """None for standard output."""

    @classmethod
    def choose(
        cls,
        kinds: type[K],
        output: str | None,
        kind: K | None,
        stem: str,
        *,
        as_json: bool = False,
    ) -> Target[K]:
        """Choose from ``--output`` and ``--format``; what is not given follows from the rest.

        Args:
            kinds: What can be made; the first is the usual one.
            output: A path, or ``-`` for standard output.
            kind: What to make.
            stem: Names the file where ``output`` does not.
            as_json: Whether standard output tells of the document, in JSON.

        Raises:
            ConfigurationError: They leave the kind open, or a terminal would get the document, or
                standard output both the document and what is told of it.
        """
        if as_json and output == "-":
            raise ConfigurationError("--json", "cannot share standard output with the document")
        usual = next(iter(kinds))
        if output is None:
            kind = kind or usual
            return cls(kind, Path(f"{stem}.{kind}"))
        if output == "-":
            kind = kind or usual
            if sys.stdout.isatty() and kind != _TEXT:
                raise ConfigurationError(
                    "--output", "a document is not for a terminal", hint="Name a file, or pipe it."
                )
            return cls(kind, None)
        path = Path(output)
        return cls(kind or _kind_of(path, kinds), path)

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


def _kind_of(path: Path, kinds: type[K]) -> K:
    suffix = path.suffix.lower().removeprefix(".")
    for kind in kinds:
        if kind == _ALIASES.get(suffix, suffix):
            return kind
    *others, last = kinds
    raise ConfigurationError(
        "--output",
        f"{str(path)!r} does not tell the kind of document",
        hint=f"Add --format {', '.join(others)} or {last}.",
    )


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
