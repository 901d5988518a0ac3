"""``pdfshift batch`` against the emulator, which runs in a thread of its own."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pdfshift_async import FinishedItem
from pdfshift_async.cli.app import run
from pdfshift_async.cli.batch import commands
from pdfshift_async.cli.batch.manifests import Manifest
from pdfshift_async.cli.batch.running import Run
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.emulator import Emulator
from pdfshift_async.emulator.rendering import Rendered, RenderFailed, RenderRequest

Command = Callable[..., tuple[int, str, str]]


class _Renderer:
    """Makes documents at once; a source that says so cannot be converted."""

    async def render(self, request: RenderRequest) -> Rendered:
        """Give the source behind the head of a PDF."""
        if request.source.startswith("http"):
            raise RenderFailed(400, "Not found.")
        return Rendered(
            content=b"%PDF-1.7\n" + request.source.encode(),
            pages=1,
            source_status=None,
            source_duration=0.5,
            requests=0,
            source_length=len(request.source),
            unsupported=(),
        )


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The service."""
    ready, done = threading.Event(), threading.Event()
    found: list[Emulator] = []

    async def serve() -> None:
        async with Emulator(renderer=_Renderer()) as emulator:
            found.append(emulator)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    yield found[0]
    done.set()
    thread.join()


@pytest.fixture
def pdfshift(
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run one command in an empty folder, with settings that point to the emulator."""
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PDFSHIFT_API_KEY", emulator.api_key)
    monkeypatch.setenv("PDFSHIFT_BASE_URL", emulator.base_url)
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_URL", f"http://127.0.0.1:{port}/pdfshift")

    def run_command(*arguments: str) -> tuple[int, str, str]:
        listen = ("--listen", f"127.0.0.1:{port}") if arguments[0] == "run" else ()
        monkeypatch.setattr(sys, "argv", ["pdfshift", "batch", *arguments])
        code = run(["batch", *arguments, *listen])
        out, err = capsys.readouterr()
        return code, out, err

    return run_command


def manifest(*rows: str) -> str:
    """Write a manifest and give its name."""
    Path("m.csv").write_text("\n".join(["key,source", *rows]))
    return "m.csv"


ROWS = ("inv-1,<p>1</p>", "inv-2,<p>2</p>", "inv-3,http://127.0.0.1:9/")


def test_a_month_of_invoices_is_one_command(pdfshift: Command) -> None:
    """A table and a template; a second run sends nothing, and the files are there."""
    Path("i.html").write_text("<h1>{{ key }}</h1> {{ name }}")
    Path("m.csv").write_text("key,name\ninv-1,Ada & Co\ninv-2,Bob\n")
    line = ("run", "october", "m.csv", "--template", "i.html", "--save-to", "out/{key}.pdf")
    code, out, err = pdfshift(*line)
    assert (code, err) == (0, "")
    assert out.startswith("2 done, ")
    assert b"<h1>inv-1</h1> Ada &amp; Co" in Path("out/inv-1.pdf").read_bytes()
    code, out, _ = pdfshift(*line, "--json")
    assert (code, json.loads(out)["resumed"], json.loads(out)["credits"]) == (0, 2, 2)


def test_a_batch_is_counted_reported_released_and_forgotten(pdfshift: Command) -> None:
    """Each command says what it did, as lines or as JSON."""
    Path("m.csv").write_text("key,source,raise_for_status\na,<p>1</p>,\nb,http://127.0.0.1:9/,true")
    code, _, err = pdfshift("run", "b", "m.csv")
    assert (code, err.startswith("b: conversion failed")) == (1, True)
    code, out, _ = pdfshift("status", "b", "--json")
    assert json.loads(out) == {
        "name": "b", "total": 2, "converted": 1, "failed": 1, "lost": 0, "unsent": 0, "open": 0,
        "credits": 1,
    }  # fmt: skip
    assert "failed\t1" in pdfshift("status", "b")[1]
    assert pdfshift("report", "b", "r.csv")[0] == 0
    with Path("r.csv").open(newline="") as file:
        assert [row["outcome"] for row in csv.DictReader(file)] == ["converted", "failed"]
    assert json.loads(pdfshift("retry", "b", "--json")[1]) == {"name": "b", "released": 1}
    assert json.loads(pdfshift("status", "b", "--json")[1])["unsent"] == 1
    assert json.loads(pdfshift("forget", "b", "--json")[1]) == {"name": "b", "forgotten": 2}
    code, _, err = pdfshift("status", "b")
    assert (code, "the store knows no batch 'b'" in err) == (2, True)


def test_without_a_named_store_a_file_in_the_folder_is_used(
    pdfshift: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the environment counts before it."""
    pdfshift("run", "b", manifest("a,<p>1</p>"))
    assert Path("pdfshift.db").is_file()
    monkeypatch.setenv("PDFSHIFT_STORE", "sqlite:///other.db")
    assert pdfshift("status", "b")[0] == 2
    assert Path("other.db").is_file()


def test_ctrl_c_says_how_to_go_on(pdfshift: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line to type, and an exit code of its own."""
    original = Manifest.items

    def items(self: Any) -> Any:
        for number, item in enumerate(original(self)):
            if number == 1:
                os.kill(os.getpid(), signal.SIGTERM)
            yield item

    monkeypatch.setattr(Manifest, "items", items)
    code, out, err = pdfshift("run", "b", manifest("a,<p>1</p>", "b,<p>2</p>"))
    assert code == 130
    assert "interrupted; to go on: pdfshift batch run b m.csv" in err
    monkeypatch.setattr(Manifest, "items", original)
    code, out, _ = pdfshift("run", "b", "m.csv", "--json")
    assert (code, json.loads(out)["converted"]) == (0, 2)


def test_a_batch_that_must_stop_says_why(pdfshift: Command) -> None:
    """The line of the manifest, or the setting."""
    code, _, err = pdfshift("run", "b", manifest("a,<p>1</p>", ",<p>2</p>"))
    assert (code, "m.csv, line 3: has no key" in err) == (2, True)


@pytest.mark.parametrize("command", ["run", "status"])
def test_a_store_that_does_not_last_is_refused(pdfshift: Command, command: str) -> None:
    """The next run would know nothing."""
    rest = ("m.csv",) if command == "run" else ()
    code, _, err = pdfshift(command, "b", *rest, "--store", "memory://")
    assert (code, "must outlive this process" in err) == (2, True)


def test_a_callback_needs_an_address(pdfshift: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one nothing would ever come back."""
    monkeypatch.delenv("PDFSHIFT_WEBHOOK_URL")
    code, _, err = pdfshift("run", "b", manifest("a,<p>1</p>"))
    assert (code, "--webhook-url: is needed" in err) == (2, True)


def test_a_missing_jinja_says_how_to_install_it(
    pdfshift: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is part of an extra."""
    monkeypatch.setitem(sys.modules, "pdfshift_async.cli.batch.filling", None)
    code, _, err = pdfshift("run", "b", manifest(), "--template", "t.html")
    assert (code, "pip install 'pdfshift-async[cli]'" in err) == (2, True)


def test_a_store_of_conversions_alone_is_refused(
    pdfshift: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot answer."""
    monkeypatch.setattr(commands, "open_store", lambda url: object())
    code, _, err = pdfshift("status", "b")
    assert (code, "--store: keeps no batches" in err) == (2, True)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (["failed", "lost"], ExitCode.UNKNOWN),
        (["failed", "unsaved"], ExitCode.FAILED),
        (["unsaved"], ExitCode.NOT_SAVED),
        ([], ExitCode.OK),
    ],
)
def test_the_exit_code_tells_the_worst(outcomes: list[Any], code: ExitCode) -> None:
    """What may bill again is worse than what is known to have failed."""
    report = SimpleNamespace(failed=[FinishedItem("a", outcome) for outcome in outcomes], lost=[])
    ran = SimpleNamespace(interrupted=False, report=report)
    assert commands._code_of(cast("Run", ran)) is code
