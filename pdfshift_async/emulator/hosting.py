"""Documents the service keeps for download, and for how long."""

from __future__ import annotations

import tempfile
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pdfshift_async._clock import Clock

__all__ = ["LIFETIME", "HostedFile", "HostedFiles"]

LIFETIME = timedelta(days=2)
"""How long hosted documents stay; from when they are counted is not documented.

Source: PDFShift API v3, `filename` option (read 2026-11).
"""


@dataclass(frozen=True, slots=True)
class HostedFile:
    """A document on disk."""

    path: Path
    content_type: str


class HostedFiles:
    """Keeps documents in a temporary folder, so that memory stays flat however many there are.

    Args:
        clock: Where the time comes from.
        lifetime: How long a document stays.
    """

    def __init__(self, clock: Clock, lifetime: timedelta = LIFETIME) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._folder: Path | None = None
        self._files: dict[str, HostedFile] = {}
        self._expiries: deque[tuple[datetime, str]] = deque()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Have the folder; every document goes with it."""
        with tempfile.TemporaryDirectory(prefix="pdfshift-emulator-") as folder:
            self._folder = Path(folder)
            try:
                yield
            finally:
                self._folder = None
                self._files.clear()
                self._expiries.clear()

    def keep(self, content: bytes, *, name: str, content_type: str) -> str:
        """Store a document, and give the path of its URL: ``/d/2/YYYY-MM/<32 hex>/<name>``."""
        now = self._clock.now()
        self._sweep(now)
        url_path = f"/d/2/{now:%Y-%m}/{uuid4().hex}/{name}"
        self._write(url_path, content, content_type)
        self._expiries.append((now + self._lifetime, url_path))
        return url_path

    def keep_in_bucket(self, destination: str, content: bytes, *, content_type: str) -> str:
        """Store a document as if in the customer's bucket, where the service does not clean up.

        Args:
            destination: ``s3://bucket/key``; what is stored there is replaced.
            content: The document.
            content_type: Its media type.

        Returns:
            The path of its URL.
        """
        url_path = "/s3/" + destination.partition("://")[2]
        self._write(url_path, content, content_type)
        return url_path

    def find(self, url_path: str) -> HostedFile | None:
        """Give the document of a URL's path; None if there is none, or none any more."""
        self._sweep(self._clock.now())
        return self._files.get(url_path)

    def _write(self, url_path: str, content: bytes, content_type: str) -> None:
        if self._folder is None:
            msg = "the emulator is closed"
            raise RuntimeError(msg)
        self._drop(url_path)
        # Not in a thread: that costs more than the write, and could outlive the folder.
        path = self._folder / uuid4().hex
        path.write_bytes(content)
        self._files[url_path] = HostedFile(path, content_type)

    def _sweep(self, now: datetime) -> None:
        while self._expiries and self._expiries[0][0] <= now:
            self._drop(self._expiries.popleft()[1])

    def _drop(self, url_path: str) -> None:
        file = self._files.pop(url_path, None)
        if file is not None:
            file.path.unlink()
