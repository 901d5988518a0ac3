"""Documents kept for download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.emulator.hosting import LIFETIME, HostedFiles

if TYPE_CHECKING:
    from pdfshift_async.testing import VirtualClock


async def test_a_document_is_kept_for_two_days(clock: VirtualClock) -> None:
    """It can be found until then, and is gone from the disk afterwards."""
    hosting = HostedFiles(clock)
    with hosting.open():
        path = hosting.keep(b"%PDF", name="result.pdf", content_type="application/pdf")
        await clock.advance(LIFETIME.total_seconds() - 1)
        found = hosting.find(path)
        await clock.advance(1)

        assert re.fullmatch(r"/d/2/2026-10/[0-9a-f]{32}/result\.pdf", path)
        assert found is not None
        assert found.content_type == "application/pdf"
        assert hosting.find(path) is None
        assert not found.path.exists()


async def test_a_new_document_makes_room_for_itself(clock: VirtualClock) -> None:
    """What expired leaves the disk even if nobody asks for it."""
    hosting = HostedFiles(clock)
    with hosting.open():
        first = hosting.keep(b"%PDF", name="first.pdf", content_type="application/pdf")
        found = hosting.find(first)
        await clock.advance(LIFETIME.total_seconds())
        hosting.keep(b"%PDF", name="second.pdf", content_type="application/pdf")

        assert found is not None
        assert not found.path.exists()


async def test_a_bucket_keeps_the_newest_document_of_a_key(clock: VirtualClock) -> None:
    """It does not expire, and what it replaces leaves the disk."""
    hosting = HostedFiles(clock)
    with hosting.open():
        path = hosting.keep_in_bucket("s3://mine/a/b.pdf", b"1", content_type="text/plain")
        first = hosting.find(path)
        hosting.keep_in_bucket("s3://mine/a/b.pdf", b"2", content_type="text/plain")
        await clock.advance(LIFETIME.total_seconds() * 10)
        second = hosting.find(path)

        assert path == "/s3/mine/a/b.pdf"
        assert first is not None
        assert second is not None
        assert not first.path.exists()
        assert second.path.read_bytes() == b"2"


async def test_nothing_stays_after_closing(clock: VirtualClock) -> None:
    """The folder is removed, and nothing more can be stored."""
    hosting = HostedFiles(clock)
    with hosting.open():
        path = hosting.keep(b"%PDF", name="result.pdf", content_type="application/pdf")
        found = hosting.find(path)
    with hosting.open():
        assert hosting.find(path) is None

    assert found is not None
    assert not found.path.parent.exists()
    with pytest.raises(RuntimeError, match="closed"):
        hosting.keep(b"%PDF", name="result.pdf", content_type="application/pdf")
