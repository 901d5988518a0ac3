"""Downloads of what does not exist; the others need a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api


@pytest.mark.parametrize("path", ["/d/2/2026-10/00/result.pdf", "/s3/mine/key.pdf"])
async def test_a_stranger_learns_nothing_about_files(api: Api, path: str) -> None:
    """403 in the XML of the storage, without rate headers."""
    answer = await api.call("GET", path, key=None)

    assert answer.status == 403
    assert answer.headers["Content-Type"] == "application/xml"
    assert b"<Code>AccessDenied</Code>" in answer.body
    assert "X-RateLimit-Limit" not in answer.headers
