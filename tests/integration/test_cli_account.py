"""The commands about account, log and templates, against a real emulator."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.app import run
from pdfshift_async.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_COMMAND = (
    sys.executable,
    "-c",
    "import sys; from pdfshift_async.cli import main; sys.exit(main())",
)


@pytest.fixture
def pdfshift(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., str]]:
    """Run a command against an emulator of its own, and give what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PDFSHIFT_API_KEY", "sk_test")
    with subprocess.Popen(  # noqa: S603 -- our own command
        (*_COMMAND, "emulator", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().removeprefix("listening on ").strip()
            monkeypatch.setenv("PDFSHIFT_BASE_URL", f"{url}/v3")

            def run_command(*arguments: str) -> str:
                code = run(arguments)
                out, err = capsys.readouterr()
                assert (code, err) == (0, "")
                return out

            yield run_command
        finally:
            process.kill()


def test_a_template_lives_and_the_account_tells_of_it(
    pdfshift: Callable[..., str], tmp_path: Path
) -> None:
    """From the first file to its end, with the document that was made meanwhile."""
    page = tmp_path / "page.html"
    page.write_text("<h1>Nº {{ number }}</h1>", encoding="utf-8")
    assert pdfshift("templates", "create", "inv", "page.html", "--name", "A") == "created inv\n"
    assert pdfshift("templates", "show", "inv") == page.read_text(encoding="utf-8")

    page.write_text("<p>{{ number }}</p>")
    assert pdfshift("templates", "update", "inv", "page.html", "--name", "B") == "updated inv\n"
    (template,) = json.loads(pdfshift("templates", "list", "--json"))["templates"]
    assert (template["slug"], template["name"]) == ("inv", "B")

    render = ("templates", "render", "inv", "--variable", "number=007")
    assert pdfshift(*render, "--format", "html", "-o", "-") == "<p>007</p>"
    made = json.loads(pdfshift(*render, "-o", "7.pdf", "--option", "format=A5", "--json"))
    content = (tmp_path / "7.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) == made["filesize"]

    request_id = pdfshift("logs").split("\t")[4]
    entry = json.loads(pdfshift("logs", "show", request_id, "--json"))
    assert (entry["code"], entry["filesize"]) == (200, made["filesize"])
    assert json.loads(pdfshift("credits", "--json"))["used"] == 1
    assert pdfshift("account").startswith("Email\t")
    assert len(pdfshift("invoices").splitlines()) == 12
    assert pdfshift("templates", "delete", "inv", "--yes") == "deleted inv\n"


@pytest.fixture
def _heard_ctrl_c() -> Iterator[None]:
    """A job in the background of a shell ignores Ctrl-C, and so would the processes it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard_ctrl_c")
async def test_following_ends_quietly_with_ctrl_c() -> None:
    """What was converted before and while it ran is there, once and in order."""
    async with Emulator() as emulator:
        base_url, api_key = emulator.base_url, emulator.api_key
        settings = {"PDFSHIFT_BASE_URL": base_url, "PDFSHIFT_API_KEY": api_key}

        async def convert(text: str) -> None:
            process = await asyncio.create_subprocess_exec(
                *(*_COMMAND, "convert", "-", "-o", "-"),
                env=os.environ | settings,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )
            await process.communicate(text.encode())
            assert process.returncode == 0

        await convert("first")
        following = await asyncio.create_subprocess_exec(
            *(*_COMMAND, "logs", "--follow", "--pause", "1", "--json"),
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert following.stdout is not None
        first = json.loads(await following.stdout.readline())
        await convert("second")
        second = json.loads(await following.stdout.readline())
        following.send_signal(signal.SIGINT)
        rest, errors = await following.communicate()
    assert (following.returncode, rest, errors) == (0, b"", b"")
    assert [first["id"], second["id"]] == [1, 2]
