"""The source of a document, wherever it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async.emulator.rendering import FetchPolicy, RenderFailed
from pdfshift_async.emulator.rendering.fetching import BASE_URL, Fetcher
from pdfshift_async.emulator.rendering.sources import Source, fetch_text, load, stylesheet

PAGE = "http://shop.test/page"


@pytest.fixture
def page() -> Iterator[respx.Route]:
    """The answer for the page."""
    with respx.mock:
        yield respx.get(PAGE)


def loaded(source: str = PAGE, **parameters: Any) -> Source:
    """Load a source with a fetcher of its own."""
    with Fetcher(FetchPolicy(), parameters, source=source) as fetcher:
        return load(source, parameters, fetcher)


def test_html_text_is_its_own_source() -> None:
    """It has no status, and its length is in bytes."""
    source = loaded("<p>€")
    assert (source.html, source.base_url, source.url) == ("<p>€", BASE_URL, "")
    assert (source.status, source.duration, source.length) == (None, 0, 6)


def test_a_page_is_fetched(page: respx.Route) -> None:
    """Its final address is the base of what it refers to."""
    page.respond(200, html="<p>ü")
    source = loaded(f" {PAGE}\n")
    assert (source.html, source.base_url, source.url) == ("<p>ü", PAGE, PAGE)
    assert (source.status, source.length) == (200, 5)
    assert source.duration > 0


def test_an_error_page_is_converted_like_any_other(page: respx.Route) -> None:
    """That is the default of the service."""
    page.respond(404, html="gone")
    assert loaded().status == 404


def test_raise_for_status_refuses_an_error_page(page: respx.Route) -> None:
    """And names the status."""
    page.respond(404, html="gone")
    with pytest.raises(RenderFailed, match="404"):
        loaded(raise_for_status=True)


def test_raise_for_status_lets_a_good_page_pass(page: respx.Route) -> None:
    """2xx is good."""
    page.respond(203, html="here")
    assert loaded(raise_for_status=True).html == "here"


def test_an_unreachable_page_fails(page: respx.Route) -> None:
    """With the reason."""
    page.mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(RenderFailed, match=r"could not be loaded: refused\.") as failure:
        loaded()
    assert failure.value.code == 400


def test_a_page_that_does_not_arrive_in_time_fails_as_too_slow(page: respx.Route) -> None:
    """With the identifier of the service."""
    page.mock(side_effect=httpx.ReadTimeout("slow"))
    with pytest.raises(RenderFailed) as failure:
        loaded()
    assert failure.value.identifier == "A74"


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("ü".encode(), "text/html"),
        ("ü".encode("latin-1"), "text/html; charset=latin-1"),
        (b'<meta charset="latin-1">\xfc', "text/html"),
        (b"\xef\xbb\xbf\xc3\xbc", "text/html; charset=latin-1"),
        ("\ufeffü".encode("utf-16-le"), ""),
        ("ü".encode(), "application/xhtml+xml; charset=no-such"),
    ],
    ids=["default", "header", "meta", "mark", "mark16", "unknown"],
)
def test_the_characters_of_a_page_are_found(page: respx.Route, content: bytes, header: str) -> None:
    """Byte order mark before header before meta before UTF-8."""
    page.respond(200, content=content, headers={"Content-Type": header})
    assert loaded().html.endswith("ü")


def test_an_image_is_shown(page: respx.Route) -> None:
    """Inside a page of its own."""
    page.respond(200, content=b"abc", headers={"Content-Type": "image/png"})
    assert loaded().html == '<img src="data:image/png;base64,YWJj">'


def test_plain_text_is_shown_as_it_is(page: respx.Route) -> None:
    """Without being read as HTML."""
    page.respond(200, text="<b>")
    assert loaded().html == "<pre>&lt;b&gt;</pre>"


def test_anything_else_is_no_document(page: respx.Route) -> None:
    """A download, for example."""
    page.respond(200, content=b"PK", headers={"Content-Type": "application/zip"})
    with pytest.raises(RenderFailed, match="application/zip"):
        loaded()


def test_css_is_text_or_an_address(page: respx.Route, offline: Fetcher) -> None:
    """None is no style at all."""
    page.respond(200, text="p{}")
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert stylesheet(PAGE, fetcher) == "p{}"
    assert stylesheet("a{}", offline) == "a{}"
    assert stylesheet(None, offline) == ""


def test_an_error_page_is_no_css(page: respx.Route) -> None:
    """Its text would be read as rules."""
    page.respond(404, text="gone")
    with (
        Fetcher(FetchPolicy(), {}) as fetcher,
        pytest.raises(RenderFailed, match="css answered with the status 404"),
    ):
        stylesheet(PAGE, fetcher)


def test_a_text_that_is_needed_and_missing_fails(offline: Fetcher) -> None:
    """The failure says which."""
    with pytest.raises(RenderFailed, match="The requested css could not be loaded"):
        fetch_text(PAGE, offline, "css")
