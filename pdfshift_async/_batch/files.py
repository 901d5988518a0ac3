"""Where the documents of a batch are saved, and whether they still are there."""

from __future__ import annotations

import asyncio
import re
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Final

from pdfshift_async._core.members import Member, SavedFile
from pdfshift_async.errors import ConfigurationError, DownloadError

__all__ = ["Folder", "is_there", "name_of", "saved_file"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_KEPT: Final = 60
"""Characters of a key that its safe form keeps, to be recognized."""


class Folder:
    """Names the files of a batch.

    Args:
        pattern: Path with ``{key}`` in it.

    Raises:
        ConfigurationError: There is no ``{key}``, so all documents would share a file.
    """

    def __init__(self, pattern: str | Path) -> None:
        self._pattern = str(pattern)
        if "{key}" not in self._pattern:
            raise ConfigurationError(
                "save_to", "must have {key} in it", hint="For example invoices/{key}.pdf"
            )

    def path_of(self, member: Member) -> Path:
        """Give the file of an item, which no other item of the batch has."""
        name = name_of(member.key, twin=member.twin)
        return Path(self._pattern.replace("{key}", name)).absolute()


def name_of(key: str, *, twin: bool = False) -> str:
    """Give a key as a part of a path.

    Keys of up to 100 letters, digits, ``.``, ``_`` and ``-`` stay as they are. Others are cut down
    to what is safe, and a digest tells them apart; its ``~`` is in no key that stays as it is.

    Args:
        key: Of the item.
        twin: Whether another key differs from it only in capitals, which file systems may ignore.
    """
    if _PLAIN.fullmatch(key) and not _DEVICE.fullmatch(key) and not twin:
        return key
    safe = _UNSAFE.sub("-", key)[:_KEPT].strip("-")
    return f"{safe}~{blake2b(key.encode(), digest_size=8).hexdigest()}"


async def saved_file(path: Path) -> SavedFile:
    """Describe a file, to recognize it later.

    Raises:
        DownloadError: It has gone already.
    """
    try:
        return await asyncio.to_thread(_described, path)
    except OSError as error:
        msg = f"{path} cannot be read again: {error.strerror}"
        raise DownloadError(msg) from error


async def is_there(file: SavedFile, path: Path) -> bool:
    """Whether the file is still what was saved, and where it is wanted now."""
    return file.path == str(path) and await asyncio.to_thread(_matches, file, path)


def _described(path: Path) -> SavedFile:
    with path.open("rb") as content:
        digest = file_digest(content, blake2b).hexdigest()
    return SavedFile(str(path), path.stat().st_size, digest)


def _matches(file: SavedFile, path: Path) -> bool:
    try:
        # The size first: it costs nothing, and most damage shows in it.
        return path.stat().st_size == file.size and _described(path) == file
    except OSError:
        return False
