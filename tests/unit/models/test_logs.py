"""Log entries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdfshift_async import LogEntry

ENTRY: dict[str, Any] = {
    "id": 12345500,
    "duration": 2191,
    "executed": 1764753251000,
    "credits": 1,
    "sandbox": False,
    "filesize": 305345,
    "error": None,
    "code": 200,
    "user_agent": "Python/3.9 aiohttp/3.10.5",
    "request_id": "40bad9f3-0eb8-4de3-82de-3886ff9522ed",
    "query": '{"source": "<h1>secret</h1>"}',
}


@pytest.mark.parametrize(
    "executed", [1764753251000, "2025-12-03T09:14:11Z", "2025-12-03T09:14:11.000000"], ids=str
)
@pytest.mark.parametrize("duration", [2191, 2191.0])
def test_an_entry_is_read_in_every_form(executed: object, duration: object) -> None:
    """Epoch milliseconds in the log, ISO text in callbacks; durations whole or not."""
    entry = LogEntry.model_validate({**ENTRY, "executed": executed, "duration": duration})
    assert entry.executed == datetime(2025, 12, 3, 9, 14, 11, tzinfo=UTC)
    assert (entry.duration, entry.filesize, entry.error) == (2191.0, 305345, None)


def test_the_request_is_not_shown() -> None:
    """With `log_request` it holds the document."""
    entry = LogEntry.model_validate(ENTRY)
    assert entry.query is not None
    assert "secret" not in repr(entry)


def test_only_the_number_is_needed() -> None:
    """The rest may be missing or senseless."""
    entry = LogEntry.model_validate({"id": 1, "executed": "soon", "code": [], "sandbox": "perhaps"})
    assert (entry.executed, entry.code, entry.sandbox, entry.request_id) == (None, None, None, None)
