"""The tables, as the steps that lead from one version of them to the next."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from pdfshift_async.errors import ConfigurationError, StoreTooNew

from .connections import transaction

__all__ = ["APPLICATION_ID", "STEPS", "VERSION", "migrate"]

APPLICATION_ID: Final = 0x70646673
"""Marks the file as ours (``pdfs``), so that no other program's database is written into."""

# Requests have a table of their own: SQLite writes a whole row anew at each change, and the
# document in it may be large. Moments are microseconds since 1970, in UTC.
_TABLES: Final = (
    """
    CREATE TABLE conversions (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        key TEXT,
        created_at INTEGER NOT NULL,
        sandbox INTEGER NOT NULL,
        own_bucket INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        deadline INTEGER,
        outcome TEXT,
        settled_at INTEGER,
        settlement INTEGER
    )
    """,
    "CREATE INDEX deadlines ON conversions (deadline) WHERE deadline IS NOT NULL",
    "CREATE INDEX settlements ON conversions (settlement) WHERE settlement IS NOT NULL",
    "CREATE TABLE requests (number INTEGER PRIMARY KEY, content TEXT NOT NULL)",
    "CREATE TABLE orphans (id TEXT PRIMARY KEY, outcome TEXT NOT NULL, received_at INTEGER NOT NULL)",
    "CREATE TABLE counters (settlements INTEGER NOT NULL)",
    "INSERT INTO counters VALUES (0)",
)

_SENDERS: Final = (
    "ALTER TABLE conversions ADD COLUMN sender TEXT",
    # Whoever was sending did not say who it is, and has closed the file since.
    "UPDATE conversions SET sender = '' WHERE state = 'sending'",
    "CREATE INDEX senders ON conversions (sender) WHERE sender IS NOT NULL",
    "CREATE INDEX ages ON conversions (settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX orphan_ages ON orphans (received_at)",
)

_RESUBMITS: Final = (
    "ALTER TABLE conversions ADD COLUMN resubmits INTEGER NOT NULL DEFAULT 0",
    "UPDATE conversions SET sender = '' WHERE state = 'planned'",
)

_MEMBERS: Final = (
    """
    CREATE TABLE members (
        batch TEXT NOT NULL,
        key TEXT NOT NULL,
        content TEXT NOT NULL,
        conversion_id TEXT NOT NULL,
        run TEXT NOT NULL,
        number INTEGER NOT NULL,
        twin INTEGER NOT NULL,
        ending TEXT,
        detail TEXT,
        credits INTEGER NOT NULL,
        path TEXT,
        size INTEGER,
        digest TEXT,
        folded TEXT NOT NULL,
        PRIMARY KEY (batch, key)
    )
    """,
    "CREATE INDEX folded_keys ON members (batch, folded)",
    "CREATE INDEX awaited ON members (conversion_id) WHERE ending IS NULL",
)

_HOLDERS: Final = ("ALTER TABLE members ADD COLUMN holder TEXT",)

STEPS: Final = (_TABLES, _SENDERS, _RESUBMITS, _MEMBERS, _HOLDERS)
"""A new file takes all of them, an old one those that it lacks; none is ever edited."""

VERSION: Final = len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the version that this library knows.

    Raises:
        StoreTooNew: A newer library wrote it.
        ConfigurationError: It is the database of another program.
    """
    if _version_of(connection, path) == VERSION:
        return
    with transaction(connection):
        # Read again: another process may have done it before the lock was ours.
        for step in STEPS[_version_of(connection, path) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _version_of(connection: sqlite3.Connection, path: Path) -> int:
    ((marked, version, tables),) = connection.execute(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_application_id AS a, pragma_user_version AS v"
    ).fetchall()
    if tables and marked != APPLICATION_ID:
        raise ConfigurationError(
            "store",
            f"{path} is the database of another program",
            hint="Name a file of its own for the store.",
        )
    if version > VERSION:
        msg = f"{path} has schema version {version}, and this library knows up to {VERSION}"
        raise StoreTooNew(msg)
    return int(version)
