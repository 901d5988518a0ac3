"""The real command, in processes of its own, against a real emulator."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async import Retry
from pdfshift_async.cli import ExitCode
from pdfshift_async.cli.app import run
from pdfshift_async.emulator import Emulator, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMAND = (
    sys.executable,
    "-c",
    "import sys; from pdfshift_async.cli import main; sys.exit(main())",
)


@contextmanager
def _running_emulator() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``pdfshift emulator`` until it is ended, and give the address of its first line."""
    with subprocess.Popen(  # noqa: S603 -- our own command
        (*_COMMAND, "emulator", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of an emulator that all tests share."""
    with _running_emulator() as (_, url):
        yield url


def _pdfshift(folder: Path, url: str, *arguments: str, **options: Any) -> Any:
    return subprocess.run(  # noqa: S603 -- our own command
        (*_COMMAND, *arguments),
        cwd=folder,
        env=_environment(f"{url}/v3"),
        capture_output=True,
        timeout=20,
        check=False,
        **options,
    )


def _environment(base_url: str) -> dict[str, str]:
    return os.environ | {"PDFSHIFT_API_KEY": "sk_test", "PDFSHIFT_BASE_URL": base_url}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("invoices/*")]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_emulator_listens_where_it_says_and_ends_when_asked(number: signal.Signals) -> None:
    """The first line is exact, and the end is no failure."""
    with _running_emulator() as (process, url):
        host, port = url.removeprefix("http://").split(":")
        socket.create_connection((host, int(port)), timeout=5).close()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert host == "127.0.0.1"
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_a_page_is_queued_called_back_and_saved(url: str, tmp_path: Path) -> None:
    """From the file to the PDF, through webhook and receiver."""
    (tmp_path / "page.html").write_text("<h1>Größe: 5 €</h1>", encoding="utf-8")
    port = _free_port()
    webhook = ("--webhook-url", f"http://127.0.0.1:{port}", "--listen", f"127.0.0.1:{port}")
    ended = _pdfshift(tmp_path, url, "convert", "page.html", *webhook, "--json", encoding="utf-8")
    assert (ended.returncode, ended.stderr) == (ExitCode.OK, "")
    made = json.loads(ended.stdout)
    assert made["pages"] == 1
    assert made["conversion_id"].startswith("cv_")
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) == made["filesize"]


def test_html_goes_in_and_a_document_comes_out(url: str, tmp_path: Path) -> None:
    """As a filter between two programs."""
    ended = _pdfshift(
        tmp_path, url, "convert", "-", "-o", "-", "--format", "png", input=b"<h1>Hi</h1>"
    )
    assert (ended.returncode, ended.stderr) == (ExitCode.OK, b"")
    assert ended.stdout.startswith(b"\x89PNG")
    assert _names(tmp_path) == []


def test_the_demo_makes_every_invoice_but_the_one_that_cannot_be(tmp_path: Path) -> None:
    """It needs nothing but this machine, and says which failed and why."""
    ended = _pdfshift(tmp_path, "", "demo", "--with-failure", encoding="utf-8")
    assert (ended.returncode, ended.stderr) == (ExitCode.FAILED, "")
    assert "\nno-such-page  failed: conversion failed with 400: The source answered" in ended.stdout
    assert ended.stdout.endswith("\n24 invoices saved in invoices, 1 failed\n")
    invoices = tmp_path / "invoices"
    assert _names(invoices) == [f"2026-10{n:02}.pdf" for n in range(1, 25)]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in invoices.iterdir())


@pytest.fixture
def _heard_ctrl_c() -> Iterator[None]:
    """A job in the background of a shell ignores Ctrl-C, and so would the processes it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard_ctrl_c")
async def test_ctrl_c_while_waiting_is_no_traceback(tmp_path: Path) -> None:
    """Here the callback never comes."""
    (tmp_path / "page.html").write_text("<h1>Hi</h1>")
    port = _free_port()
    webhook = ("--webhook-url", f"http://127.0.0.1:{port}", "--listen", f"127.0.0.1:{port}")
    async with Emulator(faults=[Fault(kind="callback_lost")]) as emulator:
        process = await asyncio.create_subprocess_exec(
            *(*_COMMAND, "convert", "page.html", *webhook),
            cwd=tmp_path,
            env=_environment(emulator.base_url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while process.returncode is None and not list(emulator.conversions):  # noqa: ASYNC110 -- another process gives no event
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == ExitCode.INTERRUPTED
    assert out == b""
    assert err.startswith(b"interrupted. What was sent may still be converted and billed")
    assert err.count(b"\n") == 1
    assert _names(tmp_path) == ["page.html"]


@pytest.mark.usefixtures("_heard_ctrl_c")
async def test_ctrl_c_ends_the_demo_with_whole_files(tmp_path: Path) -> None:
    """What had been submitted is still saved, nothing more is, and a line says where to look."""
    process = await asyncio.create_subprocess_exec(
        *(*_COMMAND, "demo"),
        cwd=tmp_path,
        env=_environment(""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"converting 24 invoices\n"
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    assert process.returncode == ExitCode.INTERRUPTED
    assert (out, err) == (b"", b"interrupted; what was saved is in invoices\n")
    saved = _contents(tmp_path)
    assert len(saved) <= 5
    assert all(content.startswith(b"%PDF-") for content in saved)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a page and an empty one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text("<h1>Hi</h1>")
    (tmp_path / "empty.html").touch()
    return tmp_path


@pytest.fixture
def ports(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A port that is taken and one that is free, for a command that uses the emulator."""
    for name, value in _environment(f"{url}/v3").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("pdfshift_async.cli.convert.RETRY", Retry(max_elapsed=0))
    return {"taken": url.rpartition(":")[2], "free": str(_free_port())}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["empty.html"], (ExitCode.BAD_INPUT, "SOURCE: 'empty.html' is empty.")),
        (["page.html", "--api-key", "sk_wrong"], (ExitCode.REFUSED, "Invalid API Key provided")),
        (
            ["page.html", "--base-url", "http://127.0.0.1:{free}"],
            (ExitCode.UNREACHABLE, "nothing was sent: http://127.0.0.1:{free}"),
        ),
        (
            ["page.html", "--listen", "127.0.0.1:{free}", "--webhook-url", "ftp://h/x"],
            (ExitCode.BAD_INPUT, "webhook_url: must be an http or https URL"),
        ),
        (
            ["page.html", "--listen", "127.0.0.1:{free}", "--webhook-url", "https://h/x?a=1"],
            (ExitCode.BAD_INPUT, "webhook_url: must have neither a query nor a fragment"),
        ),
        (
            ["page.html", "--listen", "127.0.0.1:{taken}", "--webhook-url", "http://h"],
            (ExitCode.BAD_INPUT, "cannot serve on 127.0.0.1:{taken}"),
        ),
        (
            ["page.html", "-o", "page.html/a.pdf"],
            (ExitCode.BAD_INPUT, "--output: cannot write to page.html, not a directory."),
        ),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    folder: Path,
    ports: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    expected: tuple[ExitCode, str],
) -> None:
    """Whatever is wrong, it is said once, and no file is half-written."""
    code, words = expected
    ended = run(["convert", *(text.format_map(ports) for text in arguments)])
    out, err = capsys.readouterr()
    assert (ended, out) == (code, "")
    assert err.startswith("error: ")
    assert words.format_map(ports) in err
    assert err.count("\n") == 1
    assert _names(folder) == ["empty.html", "page.html"]
