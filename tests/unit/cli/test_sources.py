"""What is to be converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.sources import read_source, read_text, stem_of
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("url", ["https://example.com/a", "HTTP://example.com"])
def test_a_url_is_for_the_service_to_fetch(url: str) -> None:
    """It goes out as it is."""
    assert read_source(url) == url


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    """The mark that some editors put in front is no part of the text."""
    path = tmp_path / "a.html"
    path.write_bytes(b"\xef\xbb\xbf<h1>5 \xe2\x82\xac</h1>")
    assert read_source(str(path)) == "<h1>5 €</h1>"


def test_a_dash_is_standard_input(type_in: Callable[[bytes], None]) -> None:
    """So that other programs can make the HTML."""
    type_in("<h1>ü</h1>".encode())
    assert read_source("-") == "<h1>ü</h1>"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "SOURCE: must not be empty"),
        ("nope.html", "SOURCE: there is no file 'nope.html'. For a page of the web, begin with"),
        (".", "SOURCE: cannot read '.', is a directory"),
        ("a\0b", r"SOURCE: cannot read 'a\\x00b', embedded null byte"),
        ("latin.html", "SOURCE: 'latin.html' is not UTF-8 text"),
        ("blank.html", "SOURCE: 'blank.html' is empty"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    """Nothing is sent to the service, which might bill it."""
    (tmp_path / "latin.html").write_bytes(b"f\xfcr")
    (tmp_path / "blank.html").write_bytes(b" \n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=message):
        read_source(name)


def test_where_only_a_file_can_be_a_url_is_none() -> None:
    """The error names the argument that it was given to."""
    with pytest.raises(ConfigurationError, match=r"^FILE: there is no file 'https://h/a'\.$"):
        read_text("https://h/a", "FILE")


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("reports/October 2026.html", "October 2026"),
        ("-", "document"),
        ("https://example.com", "example.com"),
        ("https://example.com/", "example.com"),
        ("https://user:secret@example.com:8080/?q=a/b", "example.com-8080"),
        ("https://example.com/a/invoice.php?id=3#top", "invoice"),
        ("https://example.com/a/Stra%C3%9Fe%2F..%2Fx/", "Straße"),
        ("https://example.com/%2e%2e", "document"),
        ("https://[::1", "1"),
        ("https://example.com/" + "a" * 300, "a" * 100),
    ],
)
def test_a_document_is_named_after_its_source(source: str, stem: str) -> None:
    """Whatever a URL holds, the name stays in the current folder and shows no password."""
    assert stem_of(source) == stem
