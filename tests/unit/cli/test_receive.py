"""``pdfshift receive``."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async import Receiver
from pdfshift_async.cli.access_log import LoggedReceiver
from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


@pytest.fixture
def listened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Who listened where: nobody really does, and each is asked to stop at once."""
    calls: list[tuple[Any, ...]] = []

    @asynccontextmanager
    async def listen(self: Receiver, *address: object) -> AsyncIterator[str]:
        await self._store.check()
        calls.append((type(self), *address))
        yield "http://127.0.0.1:4711"

    def stopped() -> asyncio.Event:
        stop = asyncio.Event()
        stop.set()
        return stop

    monkeypatch.setattr(Receiver, "listen", listen)
    monkeypatch.setattr("pdfshift_async.cli.receive.stop_event", stopped)
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_SECRET", "secret")
    return calls


def test_the_first_line_says_where_it_listens(
    pdfshift: Callable[..., Ended], listened: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    """Programs read that line; everything else goes to standard error. No API key is asked for."""
    ended = pdfshift("receive", "--store", f"sqlite:///{tmp_path}/a.db", "--listen", "[::1]:9000")
    assert ended == (0, "listening on http://127.0.0.1:4711\n", "Ctrl-C ends it\n")
    assert listened == [(LoggedReceiver, "::1", 9000)]
    assert (tmp_path / "a.db").exists()


def test_the_access_log_can_be_left_out(
    pdfshift: Callable[..., Ended],
    listened: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And the store may come from the environment."""
    monkeypatch.setenv("PDFSHIFT_STORE", f"sqlite:///{tmp_path}/a.db")
    assert pdfshift("receive", "--no-access-log").code == 0
    assert listened == [(Receiver, "127.0.0.1", 8080)]


@pytest.mark.parametrize("arguments", [[], ["--store", "memory://"]])
def test_a_store_that_forgets_is_refused(
    pdfshift: Callable[..., Ended], listened: list[tuple[Any, ...]], arguments: list[str]
) -> None:
    """Nobody else could see what it keeps; the message shows one that lasts."""
    ended = pdfshift("receive", *arguments)
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == (
        "error: --store: must outlive this process, and memory:// does not. "
        "Name the one that your programs use, such as sqlite:///pdfshift.db.\n"
    )
    assert listened == []


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("sqlite:///{folder}/none/a.db", "error: store: the folder {folder}/none does not exist"),
        ("sqlite:///{folder}/text.db", "error: --store: {folder}/text.db: it is not an SQLite"),
        ("redis://h", "error: store: must be memory://"),
    ],
)
def test_a_store_that_cannot_be_used_is_bad_input(
    pdfshift: Callable[..., Ended],
    listened: list[tuple[Any, ...]],
    tmp_path: Path,
    store: str,
    message: str,
) -> None:
    """One line, before anything listens."""
    (tmp_path / "text.db").write_text("no database" * 100)
    ended = pdfshift("receive", "--store", store.format(folder=tmp_path))
    assert (ended.code, ended.out) == (ExitCode.BAD_INPUT, "")
    assert ended.err.startswith(message.format(folder=tmp_path))
    assert ended.err.count("\n") == 1
    assert listened == []


def test_without_a_secret_it_says_where_one_may_come_from(
    pdfshift: Callable[..., Ended],
    listened: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is no API key here to derive one from."""
    monkeypatch.delenv("PDFSHIFT_WEBHOOK_SECRET")
    ended = pdfshift("receive", "--store", f"sqlite:///{tmp_path}/a.db")
    assert ended.code == ExitCode.BAD_INPUT
    assert "PDFSHIFT_WEBHOOK_SECRET" in ended.err
    assert listened == []


def test_an_address_must_be_one(
    pdfshift: Callable[..., Ended], listened: list[tuple[Any, ...]]
) -> None:
    """The message shows the form."""
    ended = pdfshift("receive", "--store", "sqlite:///a.db", "--listen", "8080")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err.startswith("error: --listen: must be HOST:PORT, for example")


def test_ctrl_c_is_the_ordinary_end(
    pdfshift: Callable[..., Ended],
    listened: list[tuple[Any, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where it arrives before it can be taken as a wish to stop."""

    def interrupt() -> asyncio.Event:
        raise KeyboardInterrupt

    monkeypatch.setattr("pdfshift_async.cli.receive.stop_event", interrupt)
    ended = pdfshift("receive", "--store", f"sqlite:///{tmp_path}/a.db")
    assert ended == (0, "", "")
