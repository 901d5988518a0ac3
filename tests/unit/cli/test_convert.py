"""``pdfshift convert``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import JPEGOptions, PDFOptions
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.errors import ConfigurationError, ServiceUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ended, FakeService

_QUEUED = ["--webhook-url", "https://app.example.com/pdfshift", "--listen", "127.0.0.1:9000"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, which has a page."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text("<h1>Hi</h1>")
    return tmp_path


def test_a_file_becomes_a_pdf_beside_it(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """Without any option: directly, under the name of the source."""
    assert pdfshift("convert", "page.html") == (ExitCode.OK, "saved page.pdf (13 bytes)\n", "")
    assert service.calls == [("direct", "<h1>Hi</h1>", PDFOptions())]
    assert Path("page.pdf").read_bytes() == b"%PDF-1.7 fake"


def test_with_a_webhook_it_is_queued_while_a_receiver_listens(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """The result of the callback is what is saved."""
    ended = pdfshift("convert", "page.html", "-o", "out/a.pdf", *_QUEUED)
    assert ended == (ExitCode.OK, "saved out/a.pdf (13 bytes, 2 pages)\n", "")
    assert service.listened == [("127.0.0.1", 9000)]
    assert service.calls == [("queued", "<h1>Hi</h1>", PDFOptions())]


def test_the_settings_reach_the_client(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """What is not given is left to the environment."""
    options = ["--option", "quality=50", "--base-url", "http://h/v3", "--api-key", "sk_a"]
    assert pdfshift("convert", "page.html", "-o", "a.jpg", *options).code == ExitCode.OK
    assert service.calls == [("direct", "<h1>Hi</h1>", JPEGOptions(quality=50))]
    del service.arguments["retry"]
    assert service.arguments == {
        "api_key": "sk_a",
        "base_url": "http://h/v3",
        "webhook_url": None,
    }


@pytest.mark.parametrize("arguments", [[], _QUEUED])
def test_a_dash_writes_the_document_to_standard_output(
    pdfshift: Callable[..., Ended], service: FakeService, arguments: list[str]
) -> None:
    """And nothing else."""
    ended = pdfshift("convert", "page.html", "-o", "-", *arguments)
    assert ended == (ExitCode.OK, "%PDF-1.7 fake", "")


@pytest.mark.parametrize(
    ("arguments", "known"),
    [([], (None, None)), (_QUEUED, (2, "cv_aaaaaaaaaaaaaaaaaaaaaaaaaa"))],
)
def test_json_tells_what_was_made(
    pdfshift: Callable[..., Ended],
    service: FakeService,
    arguments: list[str],
    known: tuple[int | None, str | None],
) -> None:
    """The same keys in both ways; what only a callback tells is null without one."""
    ended = pdfshift("convert", "page.html", "--json", *arguments)
    assert json.loads(ended.out) == {
        "file": "page.pdf",
        "format": "pdf",
        "filesize": 13,
        "pages": known[0],
        "conversion_id": known[1],
    }


def test_json_and_the_document_cannot_share_an_output(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """It is refused before anything is sent."""
    ended = pdfshift("convert", "page.html", "--json", "-o", "-")
    assert ended.code == ExitCode.BAD_INPUT
    assert json.loads(ended.out)["error"]["message"].startswith("--json: cannot share")
    assert service.calls == []


def test_a_receiver_needs_a_url_where_it_is_reached(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """It may come from the environment, so the client is asked."""
    ended = pdfshift("convert", "page.html", "--listen", "127.0.0.1:9000")
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err == "error: --listen: needs --webhook-url or PDFSHIFT_WEBHOOK_URL.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope.html"],
        ["page.html", "-o", "page.html/a.pdf"],
        ["page.html", "-o", "."],
        ["page.html", "-o", "a.doc"],
        ["page.html", "--option", "zoom=9"],
        ["page.html", "--listen", "9000"],
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(
    pdfshift: Callable[..., Ended], service: FakeService, folder: Path, arguments: list[str]
) -> None:
    """Nor is anything written."""
    ended = pdfshift("convert", *arguments)
    assert ended.code == ExitCode.BAD_INPUT
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert service.calls == []
    assert [path.name for path in folder.iterdir()] == ["page.html"]


def test_a_failure_leaves_an_older_document_alone(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """It is replaced by a whole one or not at all."""
    Path("page.pdf").write_bytes(b"older")
    service.failures["<h1>Hi</h1>"] = ServiceUnreachable("connection refused")
    ended = pdfshift("convert", "page.html")
    assert ended.code == ExitCode.UNREACHABLE
    assert ended.err.startswith("error: nothing was sent: connection refused (not billed). ")
    assert Path("page.pdf").read_bytes() == b"older"


def test_a_client_that_cannot_be_made_is_bad_input(
    pdfshift: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the key is missing."""

    def refuse(*_: object, **__: object) -> None:
        raise ConfigurationError("api_key", "is missing")

    monkeypatch.setattr("pdfshift_async.cli.convert.PDFShift", refuse)
    assert pdfshift("convert", "page.html").code == ExitCode.BAD_INPUT


def test_the_timeout_says_that_it_may_be_billed(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """Giving up waiting takes nothing back."""
    service.answers = asyncio.Event().wait
    ended = pdfshift("convert", "page.html", "--timeout", "0.1")
    assert ended == (
        ExitCode.UNKNOWN,
        "",
        "error: no document within 0.1 s (billing unknown). What was sent may still be converted "
        "and billed; look into the account's log.\n",
    )


def test_ctrl_c_says_that_it_may_be_billed(
    pdfshift: Callable[..., Ended], service: FakeService
) -> None:
    """It takes nothing back either."""
    service.failures["<h1>Hi</h1>"] = KeyboardInterrupt()
    ended = pdfshift("convert", "page.html")
    assert ended.code == ExitCode.INTERRUPTED
    assert ended.err.startswith("interrupted. What was sent may still be converted and billed")
