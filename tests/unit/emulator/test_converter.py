"""What happens to a conversion that was accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.emulator.rendering import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.emulator.conftest import Api


async def test_a_document_is_charged_by_its_size(api: Api) -> None:
    """Five megabytes are one credit; the record tells size, pages and cost."""
    api.renderer.rendered = replace(api.renderer.rendered, content=b"x" * 9_000_000)
    await api.convert()

    (conversion,) = api.service.conversions
    assert (conversion.state, conversion.filesize, conversion.pages) == ("converted", 9_000_000, 1)
    assert (conversion.cost, conversion.credits, api.service.account.used) == (2, 2, 2)


async def test_a_sandbox_document_costs_nothing(api: Api) -> None:
    """Its cost is told all the same, and the renderer marks it."""
    await api.convert(sandbox=True)

    (conversion,) = api.service.conversions
    assert (conversion.cost, conversion.credits, api.service.account.used) == (1, 0, 0)
    assert api.renderer.requests[0].sandbox


async def test_a_failed_document_costs_nothing(api: Api) -> None:
    """The record keeps the reason."""
    api.renderer.failure = RenderFailed(400, "No such page.", "A1")
    await api.convert()

    (conversion,) = api.service.conversions
    assert (conversion.state, conversion.code, conversion.error) == (
        "failed",
        400,
        "No such page.",
    )
    assert api.service.account.used == 0


async def test_a_broken_renderer_fails_its_document_only(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller is called back with a 500, and the log has the error."""
    api.renderer.failure = LookupError("broken")
    await api.queue()

    assert api.receiver.bodies == [
        b'{"error": {"success": false, "error": "Internal Server Error", "code": 500}}'
    ]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [LookupError]


async def test_ignored_parameters_are_told_once(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """One line per parameter, however many documents use it."""
    for names in (("wait_for", "javascript"), ("javascript",)):
        api.renderer.rendered = replace(api.renderer.rendered, unsupported=names)
        await api.convert()

    assert [record.args for record in caplog.records] == [("javascript",), ("wait_for",)]


async def test_free_documents_have_a_size_limit(start: Callable[..., Api]) -> None:
    """Without a key 2 MB is the most, in the published words, and the watermark is forced."""
    api = start(keyless=True)
    api.renderer.rendered = replace(api.renderer.rendered, content=b"x" * 2_740_000)
    answer = await api.call("POST", "/v3/convert/pdf", {"source": "<p>"}, key=None)

    assert answer.status == 400
    assert answer.json == {
        "success": False,
        "error": "Document size too big. Limit of 2Mb, document is 2.74Mb",
        "code": 400,
        "identifier": "A96",
    }
    assert api.renderer.requests[0].sandbox
    assert api.renderer.requests[0].parameters == {"timeout": 30}


async def test_durations_are_whole_milliseconds(api: Api) -> None:
    """From acceptance to the end of rendering."""
    api.renderer.may_finish.clear()
    await api.convert(webhook="https://app.example.com/cb")
    await api.clock.advance(1.2344)
    api.renderer.may_finish.set()
    await api.service.background.drained()

    (conversion,) = api.service.conversions
    assert conversion.duration == 1234
