"""``pdfshift templates``: list, show, create, update and delete."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import respx

    from tests.unit.cli.conftest import Ended

_STORED = {"slug": "invoice", "created": 1_700_000_000_000, "name": "Invoice"}
_HTML = "<h1>Nº {{ number }}</h1>\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, which has a page."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "invoice.html").write_text(_HTML, encoding="utf-8")
    return tmp_path


@pytest.fixture
def answer(
    monkeypatch: pytest.MonkeyPatch, type_in: Callable[[bytes], None]
) -> Callable[[str], None]:
    """Type an answer in at a terminal."""

    def answer(text: str) -> None:
        type_in(text.encode())
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)

    return answer


def test_the_templates_are_listed(pdfshift: Callable[..., Ended], api: respx.MockRouter) -> None:
    """Without their content, which the service does not list."""
    api.get("/templates").respond(json={"templates": {"data": [_STORED], "has_more": False}})
    assert pdfshift("templates", "list") == (0, "invoice\t2023-11-14T22:13:20Z\tInvoice\n", "")
    shown = json.loads(pdfshift("templates", "list", "--json").out)
    assert shown == {"templates": [_STORED | {"created": "2023-11-14T22:13:20Z"}]}


def test_the_content_is_shown_as_it_is_stored(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """Byte for byte, so that it can be edited and stored again."""
    api.get("/templates/invoice.html").respond(html=_HTML)
    assert pdfshift("templates", "show", "invoice") == (0, _HTML, "")
    shown = json.loads(pdfshift("templates", "show", "invoice", "--json").out)
    assert shown == {"slug": "invoice", "html": _HTML}


def test_a_template_is_created_from_a_file(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """The slug names it."""
    route = api.post("/templates").respond(json={"success": True, "template": _STORED})
    ended = pdfshift("templates", "create", "invoice", "invoice.html", "--name", "Invoice")
    assert ended == (0, "created invoice\n", "")
    assert json.loads(route.calls.last.request.content) == {
        "slug": "invoice",
        "name": "Invoice",
        "content": _HTML,
    }


def test_a_template_is_created_from_standard_input(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, type_in: Callable[[bytes], None]
) -> None:
    """As JSON it is what the list shows."""
    api.post("/templates").respond(json={"success": True, "template": _STORED})
    type_in(b"<p>Hi</p>")
    ended = pdfshift("templates", "create", "invoice", "-", "--name", "Invoice", "--json")
    assert json.loads(ended.out) == _STORED | {"created": "2023-11-14T22:13:20Z"}


def test_a_slug_that_is_taken_is_told(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """In the words of the service."""
    refusal = {"success": False, "errors": {"slug": ["This slug is already used."]}, "code": 400}
    api.post("/templates").respond(400, json=refusal)
    ended = pdfshift("templates", "create", "invoice", "invoice.html", "--name", "Invoice")
    assert ended.code == ExitCode.FAILED
    assert "slug: This slug is already used (template 'invoice')" in ended.err


@pytest.mark.parametrize(("options", "sent"), [([], {}), (["--name", "Bill"], {"name": "Bill"})])
def test_a_template_is_updated(
    pdfshift: Callable[..., Ended],
    api: respx.MockRouter,
    options: list[str],
    sent: dict[str, str],
) -> None:
    """Its name stays, unless another one is given."""
    route = api.put("/templates/invoice").respond(json={"success": True, "template": _STORED})
    ended = pdfshift("templates", "update", "invoice", "invoice.html", *options)
    assert ended == (0, "updated invoice\n", "")
    assert json.loads(route.calls.last.request.content) == {"content": _HTML, **sent}


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "invoice", "nope.html", "--name", "Invoice"],
        ["create", "invoice", "invoice.html", "--name", " "],
        ["create", "invoice", "invoice.html"],
        ["update", "invoice", "nope.html"],
        ["update", "a/b", "invoice.html"],
        ["show", ".."],
        ["delete", "", "--yes"],
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, arguments: list[str]
) -> None:
    """Neither a slug that leads elsewhere nor a file that is not there."""
    ended = pdfshift("templates", *arguments)
    assert (ended.code, ended.out) == (ExitCode.BAD_INPUT, "")
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert api.calls.call_count == 0


def test_deleting_asks_first(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, answer: Callable[[str], None]
) -> None:
    """The question goes to standard error, as it is for the person alone."""
    api.delete("/templates/invoice").respond(json={"success": True})
    answer("y\n")
    ended = pdfshift("templates", "delete", "invoice")
    question = "Delete the template 'invoice' for good? [y/N] "
    assert ended == (0, "deleted invoice\n", question)


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_whoever_does_not_say_yes_keeps_the_template(
    pdfshift: Callable[..., Ended],
    api: respx.MockRouter,
    answer: Callable[[str], None],
    typed: str,
) -> None:
    """No is the default, and Ctrl-D is no answer."""
    answer(typed)
    ended = pdfshift("templates", "delete", "invoice")
    assert (ended.code, ended.out) == (ExitCode.INTERRUPTED, "")
    assert ended.err.endswith("nothing was deleted\n")
    assert api.calls.call_count == 0


def test_a_script_must_say_yes(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, type_in: Callable[[bytes], None]
) -> None:
    """What is piped in is no answer of a person."""
    type_in(b"y\n")
    ended = pdfshift("templates", "delete", "invoice")
    assert ended == (ExitCode.BAD_INPUT, "", "error: --yes: is needed where nobody can be asked.\n")
    assert api.calls.call_count == 0


def test_with_yes_nobody_is_asked(pdfshift: Callable[..., Ended], api: respx.MockRouter) -> None:
    """As JSON it says what was done."""
    api.delete("/templates/invoice").respond(json={"success": True})
    ended = pdfshift("templates", "delete", "invoice", "--yes", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == {"slug": "invoice", "deleted": True}
