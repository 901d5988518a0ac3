"""Where conversions are kept."""

from __future__ import annotations

from pdfshift_async._core.interfaces import Store
from pdfshift_async.errors import ConfigurationError

from .memory import MemoryStore

__all__ = ["MemoryStore", "Store", "open_store"]


def open_store(url: str) -> Store:
    """Give the store that a URL names; it does no I/O before ``await store.open()``.

    Args:
        url: ``memory://`` keeps everything in this process.

    Raises:
        ConfigurationError: There is no such kind of store.
    """
    if url == "memory://":
        return MemoryStore()
    raise ConfigurationError("store", "must be memory:// or a Store of your own")
