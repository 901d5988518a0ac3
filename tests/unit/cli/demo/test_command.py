"""``pdfshift demo``, without an emulator."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async import PDFOptions
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.errors import ConversionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from tests.unit.cli.conftest import Ended, FakeService

_MISSING = "http://127.0.0.1:4711/invoices/no-such-page"


class FakeEmulator:
    """Listens nowhere."""

    url = "http://127.0.0.1:4711"
    base_url = "http://127.0.0.1:4711/v3"
    api_key = "sk_test"

    def __init__(self, **_: Any) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None: ...


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, and no emulator."""
    monkeypatch.setattr("pdfshift_async.cli.demo.command.Emulator", FakeEmulator)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_payment_becomes_a_file(
    pdfshift: Callable[..., Ended], service: FakeService, folder: Path
) -> None:
    """In the folder ``invoices``, named after its number."""
    ended = pdfshift("demo")
    assert ended.code == ExitCode.OK
    assert ended.out.startswith("converting 24 invoices\n2026-1001  2 pages, 13 bytes, ")
    assert ended.out.endswith("\n24 invoices saved in invoices\n")
    assert len(list((folder / "invoices").glob("2026-10*.pdf"))) == 24


def test_the_callbacks_go_to_a_free_port_of_this_machine(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """Which is open before the first submission, so that no other program takes it."""
    assert pdfshift("demo", "--count", "1").code == ExitCode.OK
    [sock] = service.listened
    assert isinstance(sock, socket.socket)
    assert service.arguments["webhook_url"].startswith("http://127.0.0.1:")
    assert service.arguments["api_key"] == "sk_test"
    assert service.arguments["base_url"] == FakeEmulator.base_url


def test_a_failure_on_purpose_is_told_and_changes_the_exit_code(
    pdfshift: Callable[..., Ended], service: FakeService, folder: Path
) -> None:
    """The other invoices are saved all the same."""
    service.failures[_MISSING] = ConversionFailed("The source answered with the status 404.")
    ended = pdfshift("demo", "--count", "2", "--with-failure", "--out", "out", "--json")
    assert ended.code == ExitCode.FAILED
    *saved, failed = json.loads(ended.out)["invoices"]
    assert [invoice["file"] for invoice in saved] == ["out/2026-1001.pdf", "out/2026-1002.pdf"]
    assert failed["number"] == "no-such-page"
    assert "404" in failed["error"]["message"]
    assert service.calls[-1] == ("no-such-page", _MISSING, PDFOptions(raise_for_status=True))


def test_the_emulator_can_be_left_up(
    pdfshift: Callable[..., Ended], service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until somebody ends it, which is no failure."""

    def stopped() -> asyncio.Event:
        stop = asyncio.Event()
        stop.set()
        return stop

    monkeypatch.setattr("pdfshift_async.cli.demo.command.stop_event", stopped)
    ended = pdfshift("demo", "--count", "1", "--keep-running")
    assert ended.code == ExitCode.OK
    assert ended.err == "emulator at http://127.0.0.1:4711/v3, Ctrl-C ends it\n"


def test_ctrl_c_says_where_to_look(pdfshift: Callable[..., Ended], service: FakeService) -> None:
    """What was saved before is whole."""
    service.failures[_MISSING] = KeyboardInterrupt()
    ended = pdfshift("demo", "--count", "1", "--with-failure", "--out", "out")
    assert ended.code == ExitCode.INTERRUPTED
    assert ended.err == "interrupted; what was saved is in out\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--payments", "no.csv"], "error: --payments: cannot read no.csv: No such file"),
        (["--out", "file"], "error: --out: cannot write to file, not a directory."),
        (["--count", "0"], "error: Invalid value for '--count': "),
    ],
)
def test_bad_input_is_said_before_anything_is_submitted(
    pdfshift: Callable[..., Ended],
    service: FakeService,
    folder: Path,
    arguments: list[str],
    message: str,
) -> None:
    """And nothing is written."""
    Path("file").touch()
    ended = pdfshift("demo", *arguments)
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err.startswith(message)
    assert ended.err.count("\n") == 1
    assert service.calls == []
    assert [path.name for path in folder.iterdir()] == ["file"]
