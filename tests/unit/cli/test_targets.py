"""Where a document goes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pdfshift_async.cli.targets import Format, Target, check_folder
from pdfshift_async.cli.templates.rendering import Rendering
from pdfshift_async.errors import ConfigurationError


@pytest.mark.parametrize(
    ("output", "kind", "expected"),
    [
        (None, None, Target(Format.PDF, Path("page.pdf"))),
        (None, Format.WEBP, Target(Format.WEBP, Path("page.webp"))),
        ("a/b.PNG", None, Target(Format.PNG, Path("a/b.PNG"))),
        ("b.jpg", None, Target(Format.JPEG, Path("b.jpg"))),
        ("b.dat", Format.JPEG, Target(Format.JPEG, Path("b.dat"))),
        ("-", None, Target(Format.PDF, None)),
        ("-", Format.PNG, Target(Format.PNG, None)),
    ],
)
def test_what_is_not_said_follows_from_the_rest(
    output: str | None, kind: Format | None, expected: Target[Format]
) -> None:
    """The suffix tells the kind, the source tells the name."""
    assert Target.choose(Format, output, kind, "page") == expected


def test_a_name_that_tells_no_kind_is_refused() -> None:
    """Guessing PDF would bill the wrong document."""
    message = r"'b.doc' does not tell the kind of document. Add --format pdf, png, jpeg or webp."
    with pytest.raises(ConfigurationError, match=message):
        Target.choose(Format, "b.doc", None, "page")


def test_a_terminal_gets_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes would change the terminal's state."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(ConfigurationError, match="a document is not for a terminal"):
        Target.choose(Format, "-", None, "page")


def test_standard_output_gets_one_of_two_things() -> None:
    """JSON and a document in one stream could not be told apart."""
    with pytest.raises(ConfigurationError, match="--json: cannot share standard output"):
        Target.choose(Format, "-", None, "page", as_json=True)
    assert Target.choose(Format, "a.pdf", None, "page", as_json=True).path == Path("a.pdf")


def test_a_terminal_gets_html(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is text, and who asks for it there wants to read it."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    target = Target.choose(Rendering, "-", Rendering.HTML, "page")
    assert target == Target(Rendering.HTML, None)


@pytest.mark.parametrize("name", ["a.html", "a.HTM"])
def test_the_suffix_may_be_an_alias(name: str) -> None:
    """Both are usual."""
    assert Target.choose(Rendering, name, None, "page").format is Rendering.HTML


def test_a_target_that_can_be_written_passes(tmp_path: Path) -> None:
    """The check leaves nothing behind; missing folders are made when there is something to save."""
    Target(Format.PDF, tmp_path / "new" / "folder" / "a.pdf").check()
    Target(Format.PDF, None).check()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    """Nothing would be saved at the end."""
    with pytest.raises(ConfigurationError, match="is a folder"):
        Target(Format.PDF, tmp_path).check()


def test_a_name_that_no_file_can_have_is_found_out(tmp_path: Path) -> None:
    """Before a document is billed that could not be saved under it."""
    with pytest.raises(
        ConfigurationError, match=r"--output: cannot write to .*, file name too long"
    ):
        Target(Format.PDF, tmp_path / ("a" * 300 + ".pdf")).check()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """It is said with the option it was given to."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"--out: cannot write to .*file.in, not a dir"):
        check_folder(tmp_path / "file" / "in", "--out")


def test_a_folder_that_takes_no_files_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where its permissions look fine: the check writes."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pdfshift_async.cli.targets.TemporaryFile", full)
    with pytest.raises(ConfigurationError, match="no space left on device"):
        check_folder(tmp_path, "--out")
