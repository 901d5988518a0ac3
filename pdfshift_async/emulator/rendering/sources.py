"""The source of a document as HTML text, wherever it comes from."""

from __future__ import annotations

import base64
import codecs
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pdfshift_async._clock import SystemClock
from pdfshift_async.emulator.rendering.documents import RenderFailed
from pdfshift_async.emulator.rendering.fetching import (
    BASE_URL,
    OK,
    FetchFailed,
    FetchTooSlow,
    is_url,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.rendering.fetching import Fetcher, Resource

__all__ = ["Source", "fetch", "fetch_text", "load", "stylesheet"]

_META_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_HTML: Final = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, slots=True)
class Source:
    """HTML ready for layout."""

    html: str
    base_url: str
    url: str
    """Where it came from; empty for HTML text."""
    status: int | None
    duration: float
    """Milliseconds spent loading it."""
    length: int
    """Bytes as they came."""


def load(source: str, parameters: Mapping[str, Any], fetcher: Fetcher) -> Source:
    """Give the source as HTML, fetched if it is a URL.

    Raises:
        RenderFailed: It cannot be loaded, or is no document.

    Source: PDFShift API v3, `raise_for_status` (read 2026-11).
    """
    if not is_url(source):
        return Source(source, BASE_URL, "", None, 0.0, len(source.encode("utf-8", "replace")))
    clock = SystemClock()
    started = clock.monotonic()
    resource = fetch(source.strip(), fetcher, "page", any_status=True)
    if parameters.get("raise_for_status") and resource.status not in OK:
        raise RenderFailed(400, f"The source answered with the status {resource.status}.")
    duration = (clock.monotonic() - started) * 1000
    text = _as_html(resource)
    return Source(
        text, resource.url, resource.url, resource.status, duration, len(resource.content)
    )


def stylesheet(css: str | None, fetcher: Fetcher) -> str:
    """Give the ``css`` parameter as CSS, fetched if it is a URL."""
    if css and is_url(css):
        return fetch_text(css, fetcher, "css")
    return css or ""


def fetch_text(url: str, fetcher: Fetcher, what: str) -> str:
    """Fetch a text a conversion cannot do without."""
    return _decode(fetch(url.strip(), fetcher, what))


def fetch(url: str, fetcher: Fetcher, what: str, *, any_status: bool = False) -> Resource:
    """Fetch something a conversion cannot do without.

    Args:
        url: Where it is.
        fetcher: Loads it.
        what: Names it in the failure.
        any_status: Whether an error page will do.

    Raises:
        RenderFailed: It is not there.
    """
    try:
        resource = fetcher.get(url)
    except FetchTooSlow as error:
        raise RenderFailed.too_long() from error
    except FetchFailed as error:
        raise RenderFailed(400, f"The requested {what} could not be loaded: {error}.") from error
    if resource.status not in OK and not any_status:
        raise RenderFailed(400, f"The requested {what} answered with the status {resource.status}.")
    return resource


def _as_html(resource: Resource) -> str:
    if resource.mime in _HTML:
        return _decode(resource)
    if resource.mime.startswith("image/"):
        image = base64.b64encode(resource.content).decode()
        return f'<img src="data:{resource.mime};base64,{image}">'
    if resource.mime.startswith("text/") or resource.mime.endswith(("json", "xml")):
        return f"<pre>{html.escape(_decode(resource))}</pre>"
    raise RenderFailed(400, f"The requested page is no document but {resource.mime}.")


def _decode(resource: Resource) -> str:
    content = resource.content
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    declared = _META_CHARSET.search(content[:1024])
    charset = resource.charset or (declared[1].decode() if declared else "utf-8")
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
