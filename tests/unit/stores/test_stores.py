"""Stores by their URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfshift_async import stores
from pdfshift_async.errors import ConfigurationError
from pdfshift_async.stores import MemoryStore, SQLiteStore, open_store


def test_memory_is_a_store_of_its_own_each_time() -> None:
    """Nothing is shared behind the scenes."""
    first, second = open_store("memory://"), open_store("memory://")
    assert isinstance(first, MemoryStore)
    assert first is not second


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///pdfshift.db", Path("pdfshift.db")),
        ("sqlite:///with/a%20name/and space.db", Path("with/a%20name/and space.db")),
        ("sqlite:////var/lib/pdfshift.db", Path("/var/lib/pdfshift.db")),
    ],
)
def test_a_file_is_named_by_the_path_after_three_slashes(url: str, path: Path) -> None:
    """A fourth one makes it absolute; nothing in it is decoded."""
    store = open_store(url)
    assert isinstance(store, SQLiteStore)
    assert store.path == path.absolute()


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///"])
def test_a_file_store_needs_a_file(url: str) -> None:
    """In memory, nothing would be durable or shared."""
    with pytest.raises(ConfigurationError, match="needs the path of a file") as caught:
        open_store(url)
    assert "memory://" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "memory", "sqlite://a.db", "sqlite:a.db", "memory://x", "file:///secret", "secret"]
)
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    """Without showing it: there may be a password in it."""
    with pytest.raises(ConfigurationError, match="store: must be memory://") as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_the_public_names_are_sorted_and_there() -> None:
    """What a store of your own needs is among them."""
    assert sorted(stores.__all__) == stores.__all__
    assert all(hasattr(stores, name) for name in stores.__all__)
