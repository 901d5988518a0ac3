"""Where documents may be fetched from."""

from __future__ import annotations

import re
from typing import Final

import httpx

from pdfshift_async.errors import ConfigurationError, DownloadError

__all__ = ["Locations", "origin_of"]

_STORAGE: Final = re.compile(
    r"https://(?:[a-z0-9._-]+\.)?s3(?:\.[a-z]{2}(?:-[a-z]+)+-\d+)?\.amazonaws\.com"
)
"""Origins of S3, where the service and your own buckets keep documents.

Source: PDFShift API v3, `url` of the convert answers (read 2026-11):
`https://pdfshift.s3.amazonaws.com/…` in the guides, `https://s3.amazonaws.com/pdfshift/…` in the
reference. A bucket outside us-east-1 may be named with its region, as Amazon documents it.
"""

_ELSEWHERE: Final = "If that is where yours are kept, add its host to download_hosts (https)."

_HOST: Final = re.compile(r"[^\s/\\@?#*]+")


def origin_of(url: httpx.URL) -> str:
    """Give scheme, host and port: what a message may show of a URL."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


class Locations:
    """Tells the URLs that may be fetched from all others.

    The URL comes from outside and must not make this machine read from its own network. Every
    redirect has to pass here as well.

    Args:
        base_url: Its origin is allowed, with http too: an emulator hosts its own documents.
        download_hosts: Further hosts, each with its port unless that is 443; only https.
    """

    def __init__(self, base_url: str, download_hosts: frozenset[str]) -> None:
        self._origins = {origin_of(httpx.URL(base_url)), *map(_origin_of_host, download_hosts)}

    def checked(self, url: str | httpx.URL) -> httpx.URL:
        """Give the URL as it will be fetched.

        It is judged as parsed by what sends it, so no second parser can read another host in it.

        Raises:
            DownloadError: It lies elsewhere.
        """
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            # Its message quotes from the URL, which may hold a signature.
            msg = "the URL of the document is malformed"
            raise DownloadError(msg) from None
        origin = origin_of(parsed)
        if parsed.userinfo or not (origin in self._origins or _STORAGE.fullmatch(origin)):
            msg = f"documents are not fetched from {origin}"
            raise DownloadError(msg, hint=_ELSEWHERE)
        return parsed


def _origin_of_host(host: str) -> str:
    try:
        if _HOST.fullmatch(host):
            return origin_of(httpx.URL(f"https://{host}"))
    except httpx.InvalidURL:
        pass
    raise ConfigurationError(
        option="download_hosts",
        rule=f"{host!r} is no host name",
        hint="Write it like files.example.com.",
    )
