"""A store in a file, and what is put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from pdfshift_async.stores import SQLiteStore

NOON: Final = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is, once it is there."""
    return tmp_path / "pdfshift.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SQLiteStore]:
    """An open and empty store."""
    store = SQLiteStore(path)
    await store.open()
    yield store
    await store.close()
