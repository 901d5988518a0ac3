"""What goes into a conversion and what comes out: plain values, safe to send between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

__all__ = ["UNSUPPORTED", "FetchPolicy", "RenderFailed", "RenderRequest", "Rendered"]

UNSUPPORTED: Final[Mapping[str, str]] = {
    "javascript": "scripts never run",
    "wait_for": "scripts never run, so there is no function to wait for",
    "lazy_load_images": "images that a script loads while scrolling stay away; all others load",
}
"""Parameters that are accepted and have no effect, each with the reason."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What a document may load. Only ``http:``, ``https:`` and ``data:`` exist, whatever is set."""

    hosts: tuple[str, ...] | None = None
    """Host patterns such as ``"*.example.com"``; None allows every host, ``()`` none."""
    max_bytes: int = 50_000_000
    """Largest single answer."""
    max_requests: int = 1_000
    """Sub-resources per document; what comes after them is not loaded."""
    max_redirects: int = 10
    timeout: float = 30.0
    """Seconds for one answer, from its request to its last byte."""


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One document to convert."""

    kind: Literal["pdf", "png", "jpeg", "webp"]
    source: str
    """HTML text or an http(s) URL."""
    parameters: Mapping[str, Any]
    """The service's own parameters, validated; an absent one has the service's default."""
    sandbox: bool = False
    """Whether the sandbox watermark covers every page."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished document and how it came to be."""

    content: bytes
    pages: int | None
    """None for images."""
    source_status: int | None
    """HTTP status of the source; None for HTML text."""
    source_duration: float
    """Milliseconds spent loading the source."""
    requests: int
    """Sub-resources asked for."""
    source_length: int
    """Bytes of the source."""
    unsupported: tuple[str, ...]
    """Given parameters that had no effect; `UNSUPPORTED` has the reasons."""


class RenderFailed(Exception):
    """The document could not be converted.

    Args:
        code: What the service puts into ``code`` of the error body.
        message: What it says in ``error``.
        identifier: Its support code, for example ``A74``.
    """

    def __init__(self, code: int, message: str, identifier: str | None = None) -> None:
        super().__init__(code, message, identifier)
        self.code = code
        self.message = message
        self.identifier = identifier

    @classmethod
    def too_long(cls) -> Self:
        """The page did not load or convert in time.

        Source: PDFShift documentation, webhook failure sample (read 2026-11).
        """
        return cls(400, "The requested page took too long to load.", "A74")

    def __str__(self) -> str:
        return self.message
