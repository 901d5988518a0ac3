"""Names of files, and whether they are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pdfshift_async import DownloadError
from pdfshift_async._batch.files import Folder, is_there, name_of, saved_file
from pdfshift_async._core.members import Member, SavedFile

KEYS = st.one_of(st.text(min_size=1), st.from_regex(r"(?i)[a-c.~/\\-]{1,4}", fullmatch=True))


@pytest.mark.parametrize("key", ["inv-1", "INV_2026.10", "a", "x" * 100, "7"])
def test_an_ordinary_key_is_the_name(key: str) -> None:
    """So that everybody finds the file."""
    assert name_of(key) == key


@pytest.mark.parametrize(
    "key",
    [
        "..", "../../etc/passwd", "/etc", "a/b", "a\\b", "C:", ".hidden", "end.", "con", "NUL.txt",
        "lpt1", "ä", "a b", "x" * 101, "a~b", "-rf",
    ],
)  # fmt: skip
def test_any_other_key_is_made_safe(key: str) -> None:
    """Without separators, dots, and names that mean something to a system."""
    name = name_of(key)
    assert name != key
    assert len(name) <= 80
    assert not set(name) & set('/\\.:*?"<>| ')


@given(st.lists(KEYS, unique_by=lambda key: key.casefold(), min_size=2, max_size=8))
def test_two_keys_never_share_a_file(keys: list[str]) -> None:
    """Not even where the file system ignores capitals."""
    names = {name_of(key).lower() for key in keys}
    assert len(names) == len(keys)


def test_twins_do_not_share_a_file() -> None:
    """The second of two keys that differ in capitals has a digest."""
    member = Member("b", "INV-1", "", "cv_1", "r", 2, twin=True)
    path = Folder("out/{key}/{key}.pdf").path_of(member)
    assert path.parent.parent == Path("out").absolute()
    assert path.name.startswith("INV-1~")


async def test_a_file_is_recognized_by_its_content(tmp_path: Path) -> None:
    """And by its place."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    file = await saved_file(path)
    assert await is_there(file, path)
    assert not await is_there(file, tmp_path / "b.pdf")
    path.write_bytes(b"%PDX")
    assert not await is_there(file, path)
    path.unlink()
    assert not await is_there(file, path)
    assert isinstance(file, SavedFile)


async def test_a_file_that_has_gone_at_once_is_a_download_that_failed(tmp_path: Path) -> None:
    """Somebody else tidies up the folder."""
    with pytest.raises(DownloadError, match="cannot be read again"):
        await saved_file(tmp_path / "none.pdf")
