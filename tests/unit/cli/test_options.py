"""Options on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async import InvalidOptions, JPEGOptions, PDFOptions, PNGOptions, WebPOptions
from pdfshift_async.cli.options import options_of
from pdfshift_async.cli.targets import Format
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "cls"),
    [
        (Format.PDF, PDFOptions),
        (Format.PNG, PNGOptions),
        (Format.JPEG, JPEGOptions),
        (Format.WEBP, WebPOptions),
    ],
)
def test_the_format_picks_the_class(kind: Format, cls: type) -> None:
    """And the class picks the endpoint."""
    assert type(options_of(kind, [])) is cls


@pytest.mark.parametrize(
    ("assignments", "sent"),
    [
        (["landscape=true", "zoom=0.5"], {"landscape": True, "zoom": 0.5}),
        (["format=A5"], {"format": "A5"}),
        (["pages=3"], {"pages": "3"}),
        (["metadata.title=2026"], {"metadata": {"title": "2026"}}),
        (["css=p{margin:0}"], {"css": "p{margin:0}"}),
        (['css="@page{margin:0}"'], {"css": "@page{margin:0}"}),
        (["css=a=b"], {"css": "a=b"}),
        (["css=" + "[" * 100_000], {"css": "[" * 100_000}),
        (["margin=20"], {"margin": 20}),
        (["margin.top=2cm", "margin.left=0"], {"margin": {"top": "2cm", "left": 0}}),
        (['margin={"top": 1}'], {"margin": {"top": 1}}),
        (["zoom=1", "zoom=2"], {"zoom": 2.0}),
    ],
)
def test_values_are_json_or_text(assignments: list[str], sent: dict[str, Any]) -> None:
    """What an option takes only as text is text, whatever it looks like."""
    assert options_of(Format.PDF, assignments).wire() == sent


def test_a_value_can_come_from_a_file(tmp_path: Path) -> None:
    """Headers and footers are HTML; nobody writes them on a command line."""
    path = tmp_path / "footer.html"
    path.write_text("\N{ZERO WIDTH NO-BREAK SPACE}<p>Seite {{page}} · 5 €", encoding="utf-8")
    options = options_of(Format.PDF, [f"footer.source=@{path}", "footer.height=40"])
    assert options.wire() == {"footer": {"source": "<p>Seite {{page}} · 5 €", "height": 40}}


def test_a_file_that_cannot_be_read_shows_how_to_write_text() -> None:
    """Rules of CSS may begin with an @ as well."""
    with pytest.raises(ConfigurationError) as refused:
        options_of(Format.PDF, ["css=@page{margin:0}"])
    assert str(refused.value) == (
        "--option: css: cannot read a file 'page{margin:0}'. "
        """For text that begins with @, write a JSON string: css='"@…"'."""
    )


@pytest.mark.parametrize("text", ["landscape", "=true", "margin.=1", ".top=1", ""])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    """A forgotten value is no true."""
    with pytest.raises(ConfigurationError, match="--option: must be NAME=VALUE, not"):
        options_of(Format.PDF, [text])


@pytest.mark.parametrize(
    "assignments",
    [["margin=1", "margin.top=2"], ["margin.top=2", "margin=1"], ["a.b=1", "a.b.c=1"]],
)
def test_an_option_is_given_whole_or_in_parts(assignments: list[str]) -> None:
    """In neither order one of both is dropped without a word."""
    with pytest.raises(ConfigurationError, match="both as a whole and in parts"):
        options_of(Format.PDF, assignments)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("landscap=true", r"landscap: is not an option .* \(did you mean landscape\?\)"),
        ("zoom=9", "zoom: must be from 0.1 to 2"),
        ("pages=0", "pages: must be pages and rising ranges"),
        ("landscape=1", "landscape: must be True or False"),
    ],
)
def test_problems_are_told_in_the_words_of_the_models(assignment: str, message: str) -> None:
    """Wrong options are wrong in the same way everywhere."""
    with pytest.raises(InvalidOptions, match=message):
        options_of(Format.PDF, [assignment])
