"""What a document loads over HTTP, under a policy; nothing else of this machine is readable."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from pdfshift_async._clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from pdfshift_async._clock import Clock
    from pdfshift_async.emulator.rendering.documents import FetchPolicy

__all__ = ["BASE_URL", "OK", "FetchFailed", "FetchTooSlow", "Fetcher", "Resource", "is_url"]

BASE_URL: Final = "http://document.invalid/"
"""Stands for the address of HTML text: links inside a document need one, and no host has this name.

Source: RFC 6761, section 6.4.
"""

OK: Final = range(200, 300)
"""Statuses of an answer that is what was asked for."""

_AGENT: Final = "Mozilla/5.0 (compatible; pdfshift_async emulator)"
_PORTS: Final = {"http": 80, "https": 443}


class FetchFailed(Exception):
    """A resource is not there, not allowed or too large; the text says which."""


class FetchTooSlow(FetchFailed):
    """A resource did not arrive in time."""

    def __init__(self) -> None:
        super().__init__("it took too long")


@dataclass(frozen=True, slots=True)
class Resource:
    """An answer, after redirects."""

    url: str
    status: int
    content: bytes
    mime: str
    charset: str | None


def is_url(source: str) -> bool:
    """Tell a URL from HTML text, as the service does for each ``source``."""
    return source.lstrip()[:8].lower().startswith(("http://", "https://"))


class Fetcher:
    """Loads for one document: the source, and whatever it refers to.

    Args:
        policy: What may be loaded.
        parameters: Of the request; ``auth``, ``http_headers`` and ``cookies`` go to the origin of
            the source alone, ``timeout`` ends all loading.
        source: URL of the source, if it has one.
        clock: Measures how long loading takes.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        parameters: Mapping[str, Any],
        *,
        source: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._policy = policy
        self._clock = clock or SystemClock()
        self._source = source.strip() if source else None
        self._headers = _headers(parameters)
        self._cookies = parameters.get("cookies") or []
        self._client: httpx.Client | None = None
        timeout = parameters.get("timeout")
        self._end = self._clock.monotonic() + timeout if timeout else math.inf
        self._loaded: dict[str, Resource] = {}
        self.requests = 0
        """How many resources were asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def get(self, url: str) -> Resource:
        """Load a resource, whatever its status; a document loads each only once.

        Raises:
            FetchFailed: There is no whole answer.
        """
        if url in self._loaded:
            return self._loaded[url]
        self.requests += 1
        if self.requests > self._policy.max_requests:
            raise FetchFailed(f"more than {self._policy.max_requests} resources")
        deadline = min(self._clock.monotonic() + self._policy.timeout, self._end)
        place = url
        for _ in range(self._policy.max_redirects + 1):
            found = self._follow(place, deadline)
            if isinstance(found, Resource):
                self._loaded[url] = found
                return found
            place = found
        raise FetchFailed("too many redirects")

    def _follow(self, url: str, deadline: float) -> Resource | str:
        """Take one step: the resource, or where it says to look; each step is checked anew."""
        self._check(url)
        remaining = deadline - self._clock.monotonic()
        if remaining <= 0:
            raise FetchTooSlow
        if self._client is None:
            self._client = httpx.Client(headers={"User-Agent": _AGENT})
        try:
            headers = self._credentials(url)
            with self._client.stream("GET", url, headers=headers, timeout=remaining) as response:
                if response.has_redirect_location:
                    return urljoin(url, response.headers["location"])
                content = self._read(response.iter_bytes(), deadline)
        except httpx.TimeoutException as error:
            raise FetchTooSlow from error
        # httpx.InvalidURL is no HTTPError, and a header outside latin-1 is a UnicodeError.
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise FetchFailed(str(error) or type(error).__name__) from error
        mime = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Resource(url, response.status_code, content, mime, response.charset_encoding)

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise FetchFailed("not a URL") from error
        if parts.scheme not in _PORTS or not host or url.startswith(BASE_URL):
            raise FetchFailed("not an address on the web")
        patterns = self._policy.hosts
        if patterns is not None and not any(fnmatchcase(host, pattern) for pattern in patterns):
            raise FetchFailed("the host is not allowed")

    def _read(self, chunks: Iterable[bytes], deadline: float) -> bytes:
        content = bytearray()
        for chunk in chunks:
            content += chunk
            if len(content) > self._policy.max_bytes:
                raise FetchFailed(f"larger than {self._policy.max_bytes} bytes")
            # The client's timeout is for each read; a server that drips is stopped here.
            if self._clock.monotonic() > deadline:
                raise FetchTooSlow
        return bytes(content)

    def _credentials(self, url: str) -> dict[str, str]:
        if self._source is None or _origin(url) != _origin(self._source):
            return {}
        secure = url.startswith("https:")
        cookies = [
            f"{cookie['name']}={cookie['value']}"
            for cookie in self._cookies
            if secure or not cookie.get("secure")
        ]
        return self._headers | ({"Cookie": "; ".join(cookies)} if cookies else {})


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _headers(parameters: Mapping[str, Any]) -> dict[str, str]:
    headers = dict(parameters.get("http_headers") or {})
    auth = parameters.get("auth") or {}
    if any(auth.values()):
        pair = f"{auth.get('username') or ''}:{auth.get('password') or ''}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return headers
