"""Where conversions are kept, and what a store of your own is made of."""

from __future__ import annotations

from pdfshift_async._core.interfaces import Listener, Store
from pdfshift_async._core.members import BatchStore, Ending, Member, SavedFile, Tally
from pdfshift_async._core.records import (
    Change,
    Effect,
    Record,
    Request,
    abandoned,
    applied,
    called,
)
from pdfshift_async.errors import ConfigurationError

from .memory import MemoryStore
from .sqlite import SQLiteStore

__all__ = [
    "BatchStore",
    "Change",
    "Effect",
    "Ending",
    "Listener",
    "Member",
    "MemoryStore",
    "Record",
    "Request",
    "SQLiteStore",
    "SavedFile",
    "Store",
    "Tally",
    "abandoned",
    "applied",
    "called",
    "open_store",
]


def open_store(url: str) -> Store:
    """Give the store that a URL names; it does no I/O before ``await store.open()``.

    Args:
        url: ``memory://`` keeps everything in this process; ``sqlite:///pdfshift.db`` in a file,
            relative to the working directory, and ``sqlite:////var/lib/app/pdfshift.db`` in one
            with an absolute path; ``postgresql://user:password@host:5432/database`` in PostgreSQL,
            as `PostgresStore.from_url` has it.

    Raises:
        ConfigurationError: There is no such kind of store, or its extra is not installed.
    """
    if url == "memory://":
        return MemoryStore()
    if url.startswith("sqlite:///"):
        return SQLiteStore(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        return _postgres_store(url)
    raise ConfigurationError(
        "store", "must be memory://, sqlite:///path, postgresql://… or a Store of your own"
    )


def _postgres_store(url: str) -> Store:
    try:
        from .postgres import PostgresStore  # noqa: PLC0415 -- an extra, loaded when it is named
    except ImportError as error:
        raise ConfigurationError(
            "store",
            f"PostgreSQL needs psycopg, which cannot be loaded ({error})",
            hint="Install it with: pip install 'pdfshift-async[postgres]'",
        ) from error
    return PostgresStore.from_url(url)
