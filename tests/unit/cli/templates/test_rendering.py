"""``pdfshift templates render``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from tests.unit.cli.conftest import Ended

_PDF = b"%PDF-1.7 fake %%EOF"
_PNG = b"\x89PNG\r\n\x1a\n fake"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, which is empty."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def template(api: respx.MockRouter) -> respx.MockRouter:
    """A template that has a document of each kind."""
    pdf, png = {"Content-Type": "application/pdf"}, {"Content-Type": "image/png"}
    api.post("/templates/invoice.pdf").respond(content=_PDF, headers=pdf)
    api.post("/templates/invoice.png").respond(content=_PNG, headers=png)
    api.post("/templates/invoice.html").respond(html="<h1>Nº 7</h1>")
    return api


def _sent(api: respx.MockRouter) -> object:
    return json.loads(api.calls.last.request.content)


def test_a_template_becomes_a_pdf_with_its_name(
    pdfshift: Callable[..., Ended], template: respx.MockRouter
) -> None:
    """Without any option."""
    ended = pdfshift("templates", "render", "invoice")
    assert ended == (0, "saved invoice.pdf (19 bytes)\n", "")
    assert Path("invoice.pdf").read_bytes() == _PDF


def test_the_suffix_of_the_file_tells_the_kind(
    pdfshift: Callable[..., Ended], template: respx.MockRouter
) -> None:
    """Missing folders are made; variables and options go side by side."""
    Path("all.json").write_text('{"rows": [1, 2]}')
    given = ["--variables", "all.json", "--variable", "number=7", "--option", "viewport=300x200"]
    ended = pdfshift("templates", "render", "invoice", "-o", "out/7.png", *given, "--json")
    assert json.loads(ended.out) == {"file": "out/7.png", "format": "png", "filesize": 13}
    assert Path("out/7.png").read_bytes() == _PNG
    assert _sent(template) == {"rows": [1, 2], "number": "7", "viewport": "300x200"}


def test_html_is_filled_and_saved(
    pdfshift: Callable[..., Ended], template: respx.MockRouter
) -> None:
    """In UTF-8, as whatever converts it expects."""
    ended = pdfshift("templates", "render", "invoice", "--format", "html", "--variable", "number=7")
    assert ended == (0, "saved invoice.html (14 bytes)\n", "")
    assert Path("invoice.html").read_text(encoding="utf-8") == "<h1>Nº 7</h1>"
    assert _sent(template) == {"number": "7"}


@pytest.mark.parametrize(("kind", "content"), [("html", "<h1>Nº 7</h1>"), ("pdf", _PDF.decode())])
def test_a_dash_writes_the_document_to_standard_output(
    pdfshift: Callable[..., Ended], template: respx.MockRouter, kind: str, content: str
) -> None:
    """And nothing else."""
    ended = pdfshift("templates", "render", "invoice", "-o", "-", "--format", kind)
    assert ended == (0, content, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "a.doc"], "--output: 'a.doc' does not tell the kind of document"),
        (["-o", "-", "--json"], "--json: cannot share standard output with the document"),
        (["-o", ".", "--format", "pdf"], "--output: . is a folder"),
        (["--option", "zoom=9"], "zoom: must be"),
        (["--format", "html", "--option", "zoom=1"], "--option: goes with a conversion, and html"),
        (["--variable", "number"], "--variable: must be NAME=VALUE"),
        (["--variable", "format=A5"], "variables.format: has the name of an option"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(
    pdfshift: Callable[..., Ended],
    template: respx.MockRouter,
    arguments: list[str],
    message: str,
) -> None:
    """Nor is anything written."""
    ended = pdfshift("templates", "render", "invoice", *arguments)
    assert ended.code == ExitCode.BAD_INPUT
    assert message in ended.out + ended.err
    assert (ended.out + ended.err).count("\n") == 1
    assert template.calls.call_count == 0
    assert list(Path().iterdir()) == []


def test_a_template_that_is_not_there_is_refused(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """The error names it, and an older document stays."""
    Path("nope.pdf").write_bytes(b"older")
    api.post("/templates/nope.pdf").respond(404, json={"error": "Template not found."})
    ended = pdfshift("templates", "render", "nope")
    assert ended.code == ExitCode.REFUSED
    assert "Template not found (template 'nope'" in ended.err
    assert Path("nope.pdf").read_bytes() == b"older"
