"""Which bytes are which document."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.documents import HEAD, MEDIA_TYPES, kind_of

BEGINNINGS = {
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_each_kind_is_known_by_its_first_bytes(kind: str) -> None:
    """`HEAD` of them are enough, and fewer are none."""
    head = BEGINNINGS[kind][:HEAD]
    assert kind_of(head) == kind
    assert kind_of(head[:2]) is None


@pytest.mark.parametrize("head", [b"", b"<html>", b"JVBERi0xLjc", b"RIFF\x24\x00\x00\x00WAVE"])
def test_other_bytes_are_no_document(head: bytes) -> None:
    """An error page, base64, or the sound in the same container."""
    assert kind_of(head) is None


@given(st.binary())
def test_any_bytes_can_be_asked(head: bytes) -> None:
    """They are a document of a known kind or none."""
    assert kind_of(head) in {*MEDIA_TYPES, None}
