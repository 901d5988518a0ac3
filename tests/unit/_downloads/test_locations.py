"""Which URLs are fetched."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given, strategies as st

from pdfshift_async._downloads.locations import Locations, origin_of
from pdfshift_async.errors import Billed, ConfigurationError, DownloadError, Phase

SERVICE = "https://api.pdfshift.io/v3"
EMULATOR = "http://127.0.0.1:8765/v3"


@pytest.mark.parametrize(
    "url",
    [
        "https://pdfshift.s3.amazonaws.com/d/2/2026-10/00/a.pdf",
        "https://s3.amazonaws.com/pdfshift/d/2/2026-10/00/a.pdf",
        "https://my.own-bucket.s3.amazonaws.com/a.pdf",
        "https://Old_Bucket.s3.amazonaws.com/a.pdf",
        "https://bucket.s3.eu-west-3.amazonaws.com/a.pdf",
        "https://s3.us-gov-west-1.amazonaws.com/bucket/a.pdf",
        "https://pdfshift.s3.amazonaws.com:443/a.pdf",
        "https://api.pdfshift.io/files/a.pdf",
    ],
)
def test_documents_are_fetched_from_where_the_service_keeps_them(url: str) -> None:
    """S3 in all its spellings, and the service itself."""
    assert Locations(SERVICE, frozenset()).checked(url) == httpx.URL(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://pdfshift.s3.amazonaws.com/a.pdf",
        "https://evils3.amazonaws.com/a.pdf",
        "https://s3.amazonaws.com.evil.example/a.pdf",
        "https://evil.example/s3.amazonaws.com",
        "https://s3.amazonaws.com@evil.example/a.pdf",
        "https://evil.example\\.s3.amazonaws.com/a.pdf",
        "https://evil.example#.s3.amazonaws.com/a.pdf",
        "https://evil.example%2f.s3.amazonaws.com/a.pdf",
        "https://bucket.s3.amazonaws.com:8443/a.pdf",
        "https://bucket.s3.amazonaws.com./a.pdf",
        "https://s3.us-east-1.elb.amazonaws.com/a.pdf",
        "https://s3.internal.amazonaws.com/a.pdf",
        "https://me:secret@pdfshift.s3.amazonaws.com/a.pdf",
        "https://api.pdfshift.io.evil.example/a.pdf",
        "http://api.pdfshift.io/a.pdf",
        "https://169.254.169.254/latest/meta-data",
        "http://localhost/a.pdf",
        "ftp://pdfshift.s3.amazonaws.com/a.pdf",
        "https:///a.pdf",
        "/a.pdf",
    ],
)
def test_documents_are_not_fetched_from_elsewhere(url: str) -> None:
    """No suffix, port, scheme, userinfo or parser trick leads to another machine."""
    with pytest.raises(DownloadError) as caught:
        Locations(SERVICE, frozenset()).checked(url)
    assert "download_hosts" in str(caught.value)
    assert (caught.value.phase, caught.value.billed) == (Phase.DOWNLOAD, Billed.YES)


def test_an_emulator_hosts_its_own_documents() -> None:
    """Plain http is allowed on the very origin of the base URL, and on no other port."""
    locations = Locations(EMULATOR, frozenset())
    assert locations.checked("http://127.0.0.1:8765/files/a.pdf").path == "/files/a.pdf"
    with pytest.raises(DownloadError, match=r"http://127\.0\.0\.1:22"):
        locations.checked("http://127.0.0.1:22/files/a.pdf")


def test_further_hosts_are_allowed_over_https_by_name_and_port() -> None:
    """They are compared as the URL spells them on the wire: lower case, IDNA, no default port."""
    locations = Locations(
        SERVICE, frozenset({"Files.Example.com", "bücher.example", "minio.example:9000"})
    )
    for url in (
        "https://files.example.com/a",
        "https://xn--bcher-kva.example/a",
        "https://minio.example:9000/a",
    ):
        assert locations.checked(url) == httpx.URL(url)
    for url in (
        "http://files.example.com/a",
        "https://sub.files.example.com/a",
        "https://files.example.com:9000/a",
        "https://minio.example/a",
    ):
        with pytest.raises(DownloadError):
            locations.checked(url)


@pytest.mark.parametrize(
    "host",
    ["", "https://files.example.com", "*.example.com", "me@example.com", "a b", "x/y", "x:port"],
)
def test_what_is_no_host_name_is_refused_at_once(host: str) -> None:
    """A setting that could never match is an error of the configuration."""
    with pytest.raises(ConfigurationError, match="download_hosts"):
        Locations(SERVICE, frozenset({host}))


def test_a_refused_url_shows_its_host_only() -> None:
    """Its path may hold a token and its query a signature."""
    with pytest.raises(DownloadError) as caught:
        Locations(SERVICE, frozenset()).checked(
            "https://user:hunter2@cdn.example.com/token?X-Amz-Signature=abc"
        )
    text = str(caught.value)
    assert "https://cdn.example.com" in text
    assert not [secret for secret in ("hunter2", "token", "abc") if secret in text]


def test_a_malformed_url_is_refused_without_being_quoted() -> None:
    """Parsers quote what they cannot read."""
    with pytest.raises(DownloadError, match="malformed") as caught:
        Locations(SERVICE, frozenset()).checked("https://host:secret/a.pdf")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("abs3.:@/\\#?%[]-_ 0", max_size=30).map("https://{}.s3.amazonaws.com/a".format),
        st.text("abs3.:@/\\#?%[]-_ 0", max_size=30).map("https://s3.amazonaws.com{}/a".format),
    )
)
def test_any_text_is_either_refused_or_a_url_on_storage(text: str) -> None:
    """Nothing foreign is raised, and what is allowed ends exactly in Amazon's domain."""
    try:
        url = Locations(SERVICE, frozenset()).checked(text)
    except DownloadError:
        return
    assert url.scheme == "https"
    assert url.host == "s3.amazonaws.com" or url.host.endswith(".s3.amazonaws.com")
    assert origin_of(url) == f"https://{url.host}"
