"""Files that appear when they are whole."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

import pytest

from pdfshift_async._downloads.drafts import Draft, drafted
from pdfshift_async.errors import Billed, DownloadError, Phase


async def write(path: Path, *blocks: bytes) -> None:
    """Write one file."""
    async with drafted(path) as append:
        for block in blocks:
            await append(block)


async def write_and_fail(path: Path) -> None:
    """Fail after the first block."""
    async with drafted(path) as append:
        await append(b"new")
        raise ZeroDivisionError


def mode_of(path: Path) -> int:
    """Give the permissions."""
    return path.stat().st_mode & 0o777


def files_in(folder: Path) -> list[Path]:
    """Give them all, hidden ones too."""
    return sorted(folder.iterdir())


async def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Until then only a hidden one is there; afterwards nothing else."""
    path = tmp_path / "a.pdf"
    async with drafted(path) as append:
        await append(b"one ")
        await append(b"two")
        assert not path.exists()
        (hidden,) = files_in(tmp_path)
        assert hidden.name.startswith(".")
    assert path.read_bytes() == b"one two"
    assert files_in(tmp_path) == [path]


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    """As many as there are."""
    path = tmp_path / "2026" / "10" / "a.pdf"
    await write(path, b"new")
    assert path.read_bytes() == b"new"


async def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    """The hidden file is not named after it."""
    path = tmp_path / ("a" * 251 + ".pdf")
    await write(path, b"new")
    assert path.read_bytes() == b"new"


async def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    """The umask decides, as for `open`."""
    (tmp_path / "b").touch()
    await write(tmp_path / "a", b"new")
    assert mode_of(tmp_path / "a") == mode_of(tmp_path / "b")


async def test_a_replaced_file_leaves_its_permissions_to_the_new_one(tmp_path: Path) -> None:
    """The draft has them before the first byte: a private document is never readable by others."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    path.chmod(0o600)
    async with drafted(path) as append:
        assert {mode_of(file) for file in files_in(tmp_path)} == {0o600}
        await append(b"new")
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o600)


async def test_a_symlink_is_replaced(tmp_path: Path) -> None:
    """What it pointed to stays as it was."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    await write(link, b"new")
    assert not link.is_symlink()
    assert (target.read_bytes(), link.read_bytes()) == (b"old", b"new")


@pytest.mark.parametrize("kind", ["folder", "pipe", "below a file", "long name", "null byte"])
async def test_a_path_that_cannot_be_written_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """Before anything is fetched; the message has the path and the reason."""
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    path, reason = {
        "folder": (tmp_path, "it is a folder"),
        "pipe": (tmp_path / "pipe", "it is no regular file"),
        "below a file": (tmp_path / "file" / "a.pdf", "Not a directory"),
        "long name": (tmp_path / ("a" * 256), "File name too long"),
        "null byte": (tmp_path / "a\0.pdf", "null byte"),
    }[kind]
    before = files_in(tmp_path)
    with pytest.raises(DownloadError) as caught:
        async with drafted(path):
            pytest.fail("nothing can be written there")
    assert caught.value.message.startswith(f"cannot write {path}: ")
    assert reason in caught.value.message
    assert (caught.value.phase, caught.value.billed) == (Phase.DOWNLOAD, Billed.YES)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("name", [".", "/", ""])
async def test_a_path_without_a_name_is_a_folder(name: str) -> None:
    """Nothing stumbles over the missing name."""
    with pytest.raises(DownloadError, match="it is a folder"):
        await write(Path(name), b"new")


async def test_a_failure_leaves_the_old_file_alone(tmp_path: Path) -> None:
    """Whatever raised, and it is raised on."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(path)
    assert files_in(tmp_path) == [path]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["write", "publish"])
async def test_a_full_disk_is_reported_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """It may show when writing or when flushing."""

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Draft, step, fail)
    path = tmp_path / "a.pdf"
    with pytest.raises(DownloadError, match="No space left on device") as caught:
        await write(path, b"new")
    assert str(path) in str(caught.value)
    assert files_in(tmp_path) == []


async def test_a_reason_without_words_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An `OSError` need not have an errno."""

    def fail(*_: object) -> None:
        raise OSError("the drive was removed")

    monkeypatch.setattr(Draft, "write", fail)
    with pytest.raises(DownloadError, match="the drive was removed"):
        await write(tmp_path / "a.pdf", b"new")


async def test_a_folder_that_cannot_be_flushed_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its name by then."""
    path = tmp_path / "a.pdf"
    flush = os.fsync

    def only_files(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - no path, a descriptor
            raise OSError(errno.EINVAL, "not here")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    await write(path, b"new")
    assert path.read_bytes() == b"new"


async def test_trouble_with_the_clean_up_does_not_hide_the_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that became read-only in between."""

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(ZeroDivisionError):
        await write_and_fail(tmp_path / "a.pdf")


@pytest.mark.parametrize("cancellations", [1, 2])
@pytest.mark.parametrize("step", ["open", "write", "publish"])
async def test_cancelling_waits_for_the_disk_and_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, cancellations: int
) -> None:
    """No thread writes to a file that is being removed, however often the task is cancelled."""
    reached, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    done = getattr(Draft, step)

    def slowly(*arguments: object) -> None:
        loop.call_soon_threadsafe(reached.set)
        go_on.wait(10)
        done(*arguments)

    monkeypatch.setattr(Draft, step, slowly)
    path = tmp_path / "a.pdf"
    saving = asyncio.ensure_future(write(path, b"new"))
    await reached.wait()
    for _ in range(cancellations):
        saving.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not saving.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await saving
    # A cancellation during the last step comes too late to undo it, and the file is whole.
    assert [file.read_bytes() for file in files_in(tmp_path)] == [b"new"] * (step == "publish")


async def test_the_disk_failing_during_a_cancellation_stays_a_cancellation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cancelled does not care any more."""
    reached, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def fail(*_: object) -> None:
        loop.call_soon_threadsafe(reached.set)
        go_on.wait(10)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Draft, "write", fail)
    saving = asyncio.ensure_future(write(tmp_path / "a.pdf", b"new"))
    await reached.wait()
    saving.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert files_in(tmp_path) == []
