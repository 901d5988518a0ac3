"""One document, start to end."""

from __future__ import annotations

import plutoprint as pp
import pytest
import respx

from pdfshift_async.emulator.rendering import FetchPolicy, RenderFailed, RenderRequest, conversion
from pdfshift_async.emulator.rendering.conversion import convert

PAGE = "http://shop.test/page"


def test_html_becomes_a_pdf() -> None:
    """Nothing was loaded, nothing went unheeded."""
    rendered = convert(RenderRequest("pdf", "<p>€", {}), FetchPolicy())
    assert rendered.content.startswith(b"%PDF-")
    assert (rendered.pages, rendered.source_status, rendered.source_length) == (1, None, 6)
    assert (rendered.requests, rendered.source_duration, rendered.unsupported) == (0, 0, ())


def test_html_becomes_an_image() -> None:
    """Which has no pages."""
    rendered = convert(RenderRequest("webp", "<p>x", {"viewport": "10x10"}, True), FetchPolicy())
    assert rendered.content[8:12] == b"WEBP"
    assert rendered.pages is None


@respx.mock
def test_an_address_is_loaded_with_all_it_refers_to() -> None:
    """The page itself is not counted."""
    respx.get(PAGE).respond(200, html="<link rel=stylesheet href='a.css'><img src='/b.png'>")
    respx.get("http://shop.test/a.css").respond(200, text="", headers={"content-type": "text/css"})
    respx.get("http://shop.test/b.png").respond(404)
    rendered = convert(RenderRequest("pdf", PAGE, {}), FetchPolicy())
    assert (rendered.source_status, rendered.requests) == (200, 2)
    assert rendered.source_duration > 0


def test_parameters_without_effect_are_named() -> None:
    """Those that were given, and only those."""
    parameters = {"javascript": "x()", "wait_for": "", "format": "A5"}
    rendered = convert(RenderRequest("pdf", "<p>x", parameters), FetchPolicy())
    assert rendered.unsupported == ("javascript",)


def test_a_failure_of_the_engine_is_one_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the engine's own words."""

    def fail(*_: object, **__: object) -> None:
        raise pp.Error("out of memory")

    monkeypatch.setattr(conversion, "compose", fail)
    with pytest.raises(RenderFailed, match="out of memory") as failure:
        convert(RenderRequest("pdf", "<p>x", {}), FetchPolicy())
    assert failure.value.code == 400
