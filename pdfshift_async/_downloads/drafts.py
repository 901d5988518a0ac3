"""Files that appear under their name when they are whole, and not before."""

from __future__ import annotations

import asyncio
import os
import secrets
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from errno import EINVAL
from functools import partial
from io import BufferedWriter
from pathlib import Path

from pdfshift_async.errors import DownloadError

__all__ = ["Draft", "drafted"]


class Draft:
    """A file in the making, beside the one that it will replace.

    Its methods block, and are called one at a time. Two drafts for one path do not disturb each
    other: the one published last stays, whole. A symlink at the path is replaced, not followed.
    """

    _file: BufferedWriter

    def __init__(self, path: Path) -> None:
        self._path = path
        # Not made from the target's name, which may be as long as a name can be already.
        self._hidden = path.parent / f".pdfshift-{secrets.token_hex(8)}.part"
        self._closing = ExitStack()

    def open(self) -> None:
        """Create the file, and the folders above it.

        It gets the permissions of the file that it replaces, or those of any new file.

        Raises:
            OSError: It cannot be created, or what is at the path is no file.
        """
        mode = _mode_of(self._path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._closing.enter_context(self._hidden.open("xb"))
        if mode is not None:
            self._hidden.chmod(mode)

    def write(self, block: bytes | bytearray) -> None:
        """Append to the file."""
        self._file.write(block)

    def publish(self) -> None:
        """Flush the file to the disk and give it its name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._closing.close()
        self._hidden.replace(self._path)
        _flush_folder(self._path.parent)

    def discard(self) -> None:
        """Remove the file; what stopped it matters more than what this may meet."""
        with suppress(OSError):
            self._closing.close()
        with suppress(OSError):
            self._hidden.unlink(missing_ok=True)


def _mode_of(path: Path) -> int | None:
    """Give the permissions of a regular file, or None where nothing is."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(EINVAL, "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
    return stat.S_IMODE(mode)


def _flush_folder(folder: Path) -> None:
    # Some file systems cannot, Windows opens no folder, and the file is whole in either case.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@asynccontextmanager
async def drafted(path: Path) -> AsyncIterator[Callable[[bytes | bytearray], Awaitable[None]]]:
    """Give a function that writes; publish at the end, or discard on failure and cancellation.

    Raises:
        DownloadError: The file system refused; the message names the path and the reason.
    """
    draft = Draft(path)
    try:
        await _in_thread(path, draft.open)
        yield partial(_in_thread, path, draft.write)
        await _in_thread(path, draft.publish)
    except BaseException:
        await _in_thread(path, draft.discard)
        raise


async def _in_thread(path: Path, call: Callable[..., None], *arguments: bytes | bytearray) -> None:
    """Call off the loop, and do not come back before the call has.

    A thread cannot be cancelled: it would go on writing to a file that is being removed.
    """
    running = asyncio.get_running_loop().run_in_executor(None, call, *arguments)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        raise
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        msg = f"cannot write {path}: {reason}"
        raise DownloadError(msg, hint="Save it again elsewhere; that bills nothing.") from error
