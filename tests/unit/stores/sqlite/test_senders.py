from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pdfshift_async.stores.sqlite.senders import Sender


@pytest.fixture
def sender(path: Path) -> Iterator[Sender]:
    """One that lives."""
    with closing(Sender(path)) as sender:
        yield sender


def files_beside(path: Path) -> list[str]:
    """Give their names."""
    return [found.name for found in path.parent.iterdir()]


def test_senders_know_each_other(path: Path, sender: Sender) -> None:
    """Two in one process too, for as long as they are open."""
    with closing(Sender(path)) as other:
        assert sender.living() == other.living() == {sender.name, other.name}
    assert sender.living() == {sender.name}


def test_a_sender_that_is_closed_leaves_nothing(path: Path, sender: Sender) -> None:
    """Neither a file nor an error when somebody else has cleared it away."""
    assert files_beside(path) == [f"pdfshift.db-sender-{sender.name}"]
    Path(path.parent, files_beside(path)[0]).unlink()
    sender.close()
    assert files_beside(path) == []


def test_the_files_of_the_dead_are_cleared_away(path: Path, sender: Sender) -> None:
    """A lock ends with its process; the file stays for the next one to find."""
    path.with_name("pdfshift.db-sender-dead").touch()
    path.with_name("other.db-sender-dead").touch()
    assert sender.living() == {sender.name}
    assert sorted(files_beside(path)) == [
        "other.db-sender-dead",
        f"pdfshift.db-sender-{sender.name}",
    ]


def test_whoever_may_live_is_left_alone(
    path: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that this user may not open says nothing about its process."""
    path.with_name("pdfshift.db-sender-foreign").touch()

    def refuse(*_: object, **__: object) -> None:
        msg = "unable to open database file"
        raise sqlite3.OperationalError(msg)

    monkeypatch.setattr(sqlite3, "connect", refuse)
    assert sender.living() == {sender.name, "foreign"}
