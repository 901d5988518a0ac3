"""One document, start to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plutoprint as pp

from pdfshift_async.emulator.rendering.documents import UNSUPPORTED, Rendered, RenderFailed
from pdfshift_async.emulator.rendering.fetching import Fetcher, is_url
from pdfshift_async.emulator.rendering.images import capture
from pdfshift_async.emulator.rendering.pages import compose
from pdfshift_async.emulator.rendering.sources import load, stylesheet

if TYPE_CHECKING:
    from pdfshift_async.emulator.rendering.documents import FetchPolicy, RenderRequest

__all__ = ["convert"]


def convert(request: RenderRequest, policy: FetchPolicy) -> Rendered:
    """Convert the document.

    Raises:
        RenderFailed: It cannot be converted.
    """
    parameters = request.parameters
    url = request.source if is_url(request.source) else None
    with Fetcher(policy, parameters, source=url) as fetcher:
        source = load(request.source, parameters, fetcher)
        own_requests = fetcher.requests
        css = stylesheet(parameters.get("css"), fetcher)
        pages: int | None = None
        try:
            if request.kind == "pdf":
                content, pages = compose(source, css, parameters, fetcher, sandbox=request.sandbox)
            else:
                content = capture(
                    source, css, parameters, fetcher, kind=request.kind, sandbox=request.sandbox
                )
        except pp.Error as error:
            raise RenderFailed(400, f"The document could not be converted: {error}.") from error
    return Rendered(
        content=content,
        pages=pages,
        source_status=source.status,
        source_duration=source.duration,
        requests=fetcher.requests - own_requests,
        source_length=source.length,
        unsupported=tuple(name for name in UNSUPPORTED if parameters.get(name)),
    )
