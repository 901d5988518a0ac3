"""One document put together from one or more answers, and checked as it grows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from http import HTTPStatus
from typing import Final

from pdfshift_async._core.documents import HEAD, kind_of
from pdfshift_async.errors import DocumentDamaged, DownloadError

__all__ = ["Assembly"]

_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_CONTENT_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-.*")


class Assembly:
    """What has arrived of a document.

    An interrupted answer is followed by the rest of the document where the server can tell that
    it is still the same one. From any other server the document comes again from its start, and
    what had arrived is compared with its first bytes and left out. So nobody who already took a
    part of it has to give it back.

    Args:
        filesize: Bytes that the service announced, if it did.
        limit: Bytes at most.
    """

    def __init__(self, *, filesize: int | None, limit: int) -> None:
        self._size = filesize
        self._limit = limit
        self._etag: str | None = None
        self._received = 0
        self._digest = blake2b()
        self._head: bytes | None = b""
        self._repeats = 0
        self._repeated = blake2b()

    @property
    def complete(self) -> bool:
        """Whether every announced byte is there."""
        return self._head is None and self._received == self._size

    @property
    def headers(self) -> dict[str, str]:
        """What to ask the server for the rest; nothing where it cannot be asked."""
        if not self._received or self._etag is None:
            return {}
        return {"Range": f"bytes={self._received}-", "If-Range": self._etag}

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take the head of an answer, of status 200 or 206.

        Raises:
            DocumentDamaged: Another part is coming than was asked for.
            DownloadError: It is too large.
        """
        if status != HTTPStatus.PARTIAL_CONTENT:
            self._begin_at_start(headers)
            return
        self._repeats = 0
        part = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
        if part is None or not self._received or int(part[1]) != self._received:
            raise DocumentDamaged(reason="another part of it came than was asked for")

    def _begin_at_start(self, headers: Mapping[str, str]) -> None:
        encoded = headers.get("content-encoding", "identity") != "identity"
        etag = headers.get("etag", "")
        # Only a strong tag promises equal bytes; and a range counts encoded ones.
        self._etag = etag if etag.startswith('"') and not encoded else None
        self._repeats = self._received
        self._repeated = blake2b()
        if encoded:
            self._size = None
        elif _LENGTH.fullmatch(length := headers.get("content-length", "")):
            announced = int(length)
            self._size = announced if self._size is None else self._size
            self._check_limit(announced)

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes, and give those that may be handed on.

        Raises:
            DocumentDamaged: It is no document, too long, or changed between two answers.
            DownloadError: It is too large.
        """
        fresh = self._without_repeats(chunk)
        self._digest.update(fresh)
        self._received += len(fresh)
        released = self._behind_head(fresh)
        if self._size is not None and self._received > self._size:
            raise DocumentDamaged(reason=f"it is longer than the {self._size} bytes announced")
        self._check_limit(self._received)
        return released

    def _without_repeats(self, chunk: bytes) -> bytes:
        if not self._repeats:
            return chunk
        repeated, fresh = chunk[: self._repeats], chunk[self._repeats :]
        self._repeated.update(repeated)
        self._repeats -= len(repeated)
        if not self._repeats and self._repeated.digest() != self._digest.digest():
            raise DocumentDamaged(reason="it changed while it was fetched")
        return fresh

    def _behind_head(self, fresh: bytes) -> bytes:
        if self._head is None:
            return fresh
        self._head += fresh
        if len(self._head) < HEAD:
            return b""
        if kind_of(self._head) is None:
            raise DocumentDamaged(reason="it begins like no PDF, PNG, JPEG or WebP")
        released, self._head = self._head, None
        return released

    def _check_limit(self, size: int) -> None:
        if size > self._limit:
            msg = f"the document is larger than {self._limit} bytes"
            raise DownloadError(msg, hint="Fetch it from result.url by other means.")

    def end(self) -> None:
        """Check, after the last byte of an answer, that nothing is missing.

        Raises:
            DocumentDamaged: Something is.
        """
        if self._repeats:
            raise DocumentDamaged(reason="it became shorter while it was fetched")
        if self._head is not None:
            raise DocumentDamaged(reason=f"it has {self._received} bytes only")
        if self._size is not None and self._received < self._size:
            raise DocumentDamaged(reason=f"{self._received} of {self._size} bytes came")
