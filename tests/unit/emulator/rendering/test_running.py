"""Headers and footers by themselves; the pages show them in place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import respx

from pdfshift_async.emulator.rendering import FetchPolicy, RenderFailed
from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.running import Running, prepare, today


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    """The web, as far as the test has scripted it."""
    with respx.mock as router:
        yield router


def prepared(parameter: dict[str, object], fetcher: Fetcher) -> Running:
    """Prepare a header that exists."""
    header = prepare(parameter, 500, fetcher)
    assert header is not None
    return header


def test_no_header_is_none(offline: Fetcher) -> None:
    """The page has nothing to draw."""
    assert prepare(None, 500, offline) is None


def test_the_height_is_that_of_the_content(offline: Fetcher) -> None:
    """Without the margin that a page has by default."""
    header = prepared({"source": "<div style='height:30px'></div>"}, offline)
    assert (header.height, header.start_at) == (30, 1)


def test_a_given_height_is_the_least(offline: Fetcher) -> None:
    """Content that needs more keeps what it needs."""
    source = "<div style='height:30px'></div>"
    assert prepared({"source": source, "height": "1in"}, offline).height == 96
    assert prepared({"source": source, "height": 10}, offline).height == 30


def test_a_source_may_be_an_address(web: respx.MockRouter) -> None:
    """It is fetched once."""
    web.get("http://shop.test/head").respond(200, html="<p>Head")
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert "<p>Head" in prepared({"source": "http://shop.test/head"}, fetcher).source


def test_a_source_that_cannot_be_loaded_fails(offline: Fetcher) -> None:
    """The failure says that it was the header."""
    with pytest.raises(RenderFailed, match="header"):
        prepare({"source": "http://shop.test/head"}, 500, offline)


def test_a_header_loads_nothing(web: respx.MockRouter) -> None:
    """As with the service."""
    with Fetcher(FetchPolicy(), {}) as fetcher:
        prepared({"source": "<img src='http://shop.test/logo.png'>"}, fetcher)
    assert not web.calls


def test_the_date_is_written_like_the_browsers() -> None:
    """Month, day, year."""
    month, day, year = today().split("/")
    assert (len(month), len(day), len(year)) == (2, 2, 4)
