"""What a document may load, and what it never may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async._clock import SystemClock
from pdfshift_async.emulator.rendering import FetchPolicy
from pdfshift_async.emulator.rendering.fetching import (
    BASE_URL,
    Fetcher,
    FetchFailed,
    FetchTooSlow,
    is_url,
)

PAGE = "http://shop.test/page"


@dataclass
class Ticking(SystemClock):
    """A clock that is a second further at each look."""

    seconds: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def monotonic(self) -> float:
        return next(self.seconds)


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    """The web, as far as the test has scripted it."""
    with respx.mock(assert_all_called=False) as router:
        yield router


def get(url: str, policy: FetchPolicy | None = None, **options: Any) -> Any:
    """Load one resource with a fetcher of its own."""
    parameters = options.pop("parameters", {})
    with Fetcher(policy or FetchPolicy(), parameters, **options) as fetcher:
        return fetcher.get(url)


@pytest.mark.parametrize("source", ["http://a", "HTTPS://a", "  https://a"])
def test_an_address_is_told_from_html(source: str) -> None:
    """Case and leading space do not matter."""
    assert is_url(source)


@pytest.mark.parametrize("source", ["", "<p>http://a", "file:///etc/passwd", "ftp://a", "www.a.de"])
def test_everything_else_is_html(source: str) -> None:
    """Local files above all."""
    assert not is_url(source)


def test_an_answer_is_given_whatever_its_status(web: respx.MockRouter) -> None:
    """Type and charset come from its header."""
    web.get(PAGE).respond(404, content=b"gone", headers={"Content-Type": "Text/HTML; charset=x"})
    resource = get(PAGE)
    assert (resource.status, resource.content) == (404, b"gone")
    assert (resource.mime, resource.charset) == ("text/html", "x")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://shop.test/",
        "data:text/html,x",
        "/etc/passwd",
        "http://",
        "http://[",
        "http://shop.test:99999/",
        BASE_URL + "logo.png",
    ],
)
def test_nothing_but_the_web_is_loaded(url: str, web: respx.MockRouter) -> None:
    """Neither files nor what a relative address in HTML text becomes."""
    with pytest.raises(FetchFailed):
        get(url)
    assert not web.calls


def test_a_redirect_to_a_file_is_refused(web: respx.MockRouter) -> None:
    """Each step is checked like the first."""
    web.get(PAGE).respond(302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchFailed, match="not an address on the web"):
        get(PAGE)


def test_redirects_are_followed_to_their_end(web: respx.MockRouter) -> None:
    """The resource carries the address it was found at."""
    web.get(PAGE).respond(301, headers={"Location": "/other"})
    web.get("http://shop.test/other").respond(200, content=b"here")
    assert get(PAGE).url == "http://shop.test/other"


def test_redirects_without_end_are_given_up(web: respx.MockRouter) -> None:
    """At the limit of the policy."""
    route = web.get(PAGE).respond(302, headers={"Location": PAGE})
    with pytest.raises(FetchFailed, match="too many redirects"):
        get(PAGE, FetchPolicy(max_redirects=3))
    assert route.call_count == 4


def test_hosts_are_limited_by_pattern(web: respx.MockRouter) -> None:
    """A redirect to another host is stopped too."""
    web.get(PAGE).respond(302, headers={"Location": "http://intranet.test/"})
    with pytest.raises(FetchFailed, match="not allowed"):
        get(PAGE, FetchPolicy(hosts=("*.example.com", "shop.test")))
    assert web.calls.call_count == 1


def test_a_large_answer_is_cut_off(web: respx.MockRouter) -> None:
    """It is not read to its end."""
    web.get(PAGE).respond(200, content=b"x" * 11)
    with pytest.raises(FetchFailed, match="larger than 10 bytes"):
        get(PAGE, FetchPolicy(max_bytes=10))


def test_a_document_loads_a_resource_once_and_not_too_many(web: respx.MockRouter) -> None:
    """The second look comes from memory; the second resource is one too many here."""
    route = web.get(url__startswith="http://shop.test/").respond(200, content=b"x")
    with Fetcher(FetchPolicy(max_requests=1), {}) as fetcher:
        assert fetcher.get(PAGE) is fetcher.get(PAGE)
        with pytest.raises(FetchFailed, match="more than 1 resources"):
            fetcher.get("http://shop.test/other")
        assert fetcher.requests == 2
    assert route.call_count == 1


def test_credentials_go_to_the_origin_of_the_source_alone(web: respx.MockRouter) -> None:
    """Another host, and another port of the same one, see none."""
    parameters = {
        "auth": {"username": "me", "password": None},
        "http_headers": {"X-Token": "t"},
        "cookies": [
            {"name": "a", "value": "1"},
            {"name": "b", "value": "2", "secure": True},
        ],
    }
    route = web.get(url__regex=".*").respond(200)
    with Fetcher(FetchPolicy(), parameters, source=f" {PAGE}") as fetcher:
        for url in (PAGE, "http://shop.test:80/x", "http://shop.test:81/", "http://cdn.test/"):
            fetcher.get(url)
    seen = [
        (call.request.headers.get("x-token"), call.request.headers.get("authorization"))
        for call in route.calls
    ]
    assert seen == [("t", "Basic bWU6")] * 2 + [(None, None)] * 2
    assert [call.request.headers.get("cookie") for call in route.calls] == ["a=1"] * 2 + [None] * 2


def test_secure_cookies_need_tls(web: respx.MockRouter) -> None:
    """Over https they are sent with the others."""
    parameters = {"cookies": [{"name": "b", "value": "2", "secure": True}]}
    route = web.get("https://shop.test/").respond(200)
    get("https://shop.test/", parameters=parameters, source="https://shop.test/")
    assert route.calls.last.request.headers["cookie"] == "b=2"


def test_no_credentials_means_no_headers(web: respx.MockRouter) -> None:
    """Empty forms count as absent."""
    route = web.get(PAGE).respond(200)
    get(PAGE, parameters={"auth": {"username": None}, "cookies": []}, source=PAGE)
    assert not {"authorization", "cookie"} & set(route.calls.last.request.headers)


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.ConnectTimeout("slow")])
def test_a_slow_server_is_told_apart(error: Exception, web: respx.MockRouter) -> None:
    """The service has a message of its own for it."""
    web.get(PAGE).mock(side_effect=error)
    with pytest.raises(FetchTooSlow):
        get(PAGE)


@pytest.mark.parametrize("error", [httpx.ConnectError(""), httpx.InvalidURL("odd")])
def test_an_unreachable_server_is_a_failure_with_a_reason(
    error: Exception, web: respx.MockRouter
) -> None:
    """Nothing of the HTTP client gets out."""
    web.get(PAGE).mock(side_effect=error)
    with pytest.raises(FetchFailed, match=str(error) or "ConnectError"):
        get(PAGE)


def test_a_header_that_cannot_be_sent_is_a_failure(web: respx.MockRouter) -> None:
    """Headers are latin-1 at most."""
    web.get(PAGE).respond(200)
    with pytest.raises(FetchFailed):
        get(PAGE, parameters={"http_headers": {"X-Name": "\u0142\ud800"}}, source=PAGE)


def test_a_dripping_server_is_given_up(web: respx.MockRouter) -> None:
    """Though each of its bytes is in time."""
    web.get(PAGE).respond(200, content=b"drip")
    with pytest.raises(FetchTooSlow):
        get(PAGE, FetchPolicy(timeout=1.5), clock=Ticking())


def test_timeout_ends_all_loading(web: respx.MockRouter) -> None:
    """What was not asked for by then is not asked for."""
    route = web.get(PAGE).respond(200)
    with pytest.raises(FetchTooSlow):
        get(PAGE, parameters={"timeout": 1}, clock=Ticking())
    assert not route.called
