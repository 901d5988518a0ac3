"""Which kind of document some bytes are."""

from __future__ import annotations

from typing import Final

__all__ = ["HEAD", "MEDIA_TYPES", "kind_of"]

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
"""By endpoint."""

HEAD: Final = 12
"""Bytes that tell the kind."""


def kind_of(head: bytes) -> str | None:
    """Give the endpoint whose documents begin like this, or None."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return None
