"""A store whose file, or folder, this user may not write."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import State, StoreUnavailable
from pdfshift_async.stores import SQLiteStore

if TYPE_CHECKING:
    from .conftest import OpenDesk

NOBODY = 65534


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be a user to whom permissions mean something; root may write everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def permit(path: Path, file: int, folder: int) -> None:
    """Say who may do what with the file and its folder."""
    path.parent.chmod(0o700)
    path.chmod(file)
    path.parent.chmod(folder)


@pytest.fixture
def path() -> Iterator[Path]:
    """A file in a folder that belongs to that user."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder, "pdfshift.db")
        Path(folder).chmod(0o700)


@pytest.mark.parametrize(("file", "folder"), [(0o400, 0o700), (0o400, 0o500), (0o600, 0o500)])
async def test_a_file_that_cannot_be_written_is_not_opened(
    open_desk: OpenDesk, path: Path, file: int, folder: int
) -> None:
    """The error says which, and where to look; with the permission, everything is there."""
    with without_privileges():
        async with open_desk(path) as desk:
            ids = await desk.planned(3)
        permit(path, file, folder)
        with pytest.raises(StoreUnavailable, match=str(path)) as caught:
            await SQLiteStore(path).open()
        assert "Check the permissions" in str(caught.value)
        permit(path, 0o600, 0o700)
        async with open_desk(path) as desk:
            assert await desk.called(ids) == {200}
            assert await desk.states(ids) == {State.CONVERTED}


async def test_a_file_cannot_be_made_in_such_a_folder(path: Path) -> None:
    """The same, before there is a file."""
    with without_privileges():
        path.parent.chmod(0o500)
        with pytest.raises(StoreUnavailable, match="cannot be made: Permission denied"):
            await SQLiteStore(path).open()
