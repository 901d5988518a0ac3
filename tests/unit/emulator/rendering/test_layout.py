"""What the engine is given, and what it can reach."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import respx

from pdfshift_async.emulator.rendering import FetchPolicy
from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.layout import open_book

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="70"/>'
STYLE = "p{margin:0;height:70px}"


def height(html: str, fetcher: Fetcher | None = None) -> float:
    """Give the height of a document whose body has no margin."""
    return open_book(html, 500, 500, css="body{margin:0}", fetcher=fetcher).get_document_height()


@pytest.mark.parametrize(
    "html",
    [
        "<link rel='stylesheet' href='{url}'><p>",
        "<style>@import url('{url}');</style><p>",
        "<style>@import '{path}';</style><p>",
        "<link rel='stylesheet' href='{path}'><p>",
        "<img style='display:block' src='{svg}'>",
        "<svg width=10 height=10><image href='{svg}' height=70 width=10></svg>",
        "<object data='{svg}'></object>",
        "<iframe style='border:0' src='{svg}'></iframe>",
    ],
)
def test_no_document_reads_a_file(html: str, tmp_path: Path) -> None:
    """Whichever way it names it; a style or an image that was read would be 70 pixels high."""
    style, image = tmp_path / "a.css", tmp_path / "a.svg"
    style.write_text(STYLE)
    image.write_bytes(SVG)
    names = {"url": style.as_uri(), "path": style, "svg": image.as_uri()}
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert height(html.format(**names), fetcher) != 70


@respx.mock
def test_the_web_is_loaded_through_the_fetcher() -> None:
    """The positive case of the test above."""
    respx.get("http://shop.test/a.css").respond(
        200, text=STYLE, headers={"content-type": "text/css"}
    )
    html = "<link rel='stylesheet' href='http://shop.test/a.css'><p>"
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert height(html, fetcher) == 70
        assert fetcher.requests == 1


@respx.mock
def test_an_error_page_is_no_resource() -> None:
    """The document is laid out without it."""
    respx.get("http://shop.test/a.css").respond(
        404, text=STYLE, headers={"content-type": "text/css"}
    )
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert height("<link rel='stylesheet' href='http://shop.test/a.css'><p>", fetcher) != 70
        assert fetcher.requests == 1


def test_data_urls_need_no_fetcher() -> None:
    """They bring everything along."""
    image = base64.b64encode(SVG).decode()
    assert height(f"<img style='display:block' src='data:image/svg+xml;base64,{image}'>") == 70


@pytest.mark.parametrize("text", ["\0", "\ud800", "\0\udfff\0"])
def test_characters_that_are_none_are_replaced(text: str) -> None:
    """The engine refuses them."""
    assert open_book(f"<p>a{text}b", 500, 500).get_page_count() == 1
