"""The log: filtered, followed by its cursor, looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import InvalidOptions, NotFound, PDFShift

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
PageOf = Callable[..., Any]


def entries(ids: Iterable[int]) -> list[dict[str, Any]]:
    """Build entries of a log."""
    return [{"id": number} for number in ids]


def serve(
    service: respx.MockRouter, page_of: PageOf, after: Callable[[int | None], Iterable[int]]
) -> respx.Route:
    """Script a log: which ids, at most five, come behind a cursor."""

    def answer(request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor")
        ids = list(after(None if cursor is None else int(cursor)))
        return httpx.Response(200, json=page_of("logs", entries(ids[:5]), more=len(ids) > 5))

    return service.get("/logs").mock(side_effect=answer)


async def ids_of(client: PDFShift) -> list[int]:
    """Read the whole log."""
    return [entry.id async for entry in client.logs.list(limit=5)]


async def test_the_cursor_is_the_last_entry(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """Page by page to the oldest, each entry once."""
    route = serve(
        service, page_of, lambda cursor: range(12 if cursor is None else cursor - 1, 0, -1)
    )
    assert await ids_of(client) == list(range(12, 0, -1))
    assert [call.request.url.params.get("cursor") for call in route.calls] == [None, "8", "3"]


async def test_a_cursor_that_includes_its_entry_repeats_none(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """The documented "after" may mean "from"."""
    serve(service, page_of, lambda cursor: range(12 if cursor is None else cursor, 0, -1))
    assert await ids_of(client) == list(range(12, 0, -1))


async def test_a_cursor_that_leads_to_newer_entries_ends(
    client: PDFShift,
    service: respx.MockRouter,
    page_of: PageOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The documented "after" may mean "later"; then the first page is all there is."""
    route = serve(
        service, page_of, lambda cursor: range(12, 0 if cursor is None else cursor - 6, -1)
    )
    assert await ids_of(client) == [12, 11, 10, 9, 8]
    assert route.call_count == 2
    assert "logs: behind entry 8 the service gives nothing new" in caplog.text


async def test_entries_may_be_numbered_backwards(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """As in the published sample, where newer entries have lower numbers."""
    serve(service, page_of, lambda cursor: range(1 if cursor is None else cursor + 1, 13))
    assert await ids_of(client) == list(range(1, 13))


async def test_a_circle_is_left(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """More is promised for ever, and nothing new comes."""
    circle = {None: 10, 6: 20, 16: 10}
    route = serve(service, page_of, lambda cursor: range(circle[cursor], circle[cursor] - 6, -1))
    assert await ids_of(client) == [*range(10, 5, -1), *range(20, 15, -1)]
    assert route.call_count == 3


async def test_an_empty_log_is_an_empty_page(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """It ends there, whatever it promises."""
    service.get("/logs").respond(json=page_of("logs", [], more=True))
    (page,) = [page async for page in client.logs.list().pages()]
    assert page.data == ()
    assert page.total == 28


async def test_filters_are_sent_as_documented(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """A moment as ISO text, in UTC as the service writes its own."""
    route = service.get("/logs").respond(json=page_of("logs", []))
    before = NOON.astimezone(timezone(timedelta(hours=2)))
    async for _ in client.logs.list(status="error", limit=5, before=before):
        pass
    assert dict(route.calls[0].request.url.params) == {
        "limit": "5",
        "status": "error",
        "before": "2026-10-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"limit": 4}, "limit: must be a whole number from 5 to 100"),
        ({"limit": 101}, "limit: must be a whole number from 5 to 100"),
        ({"limit": True}, "limit: must be a whole number from 5 to 100"),
        ({"limit": None}, "limit: must be a whole number from 5 to 100"),
        ({"status": "failed"}, "status: must be one of all, error, success"),
        ({"before": NOON.replace(tzinfo=None)}, "before: must be a datetime with a time zone"),
        ({"before": "2026-10-01"}, "before: must be a datetime with a time zone"),
    ],
    ids=str,
)
async def test_arguments_are_checked_before_iterating(
    client: PDFShift, arguments: Any, said: str
) -> None:
    """The mistake shows where it was made."""
    with pytest.raises(InvalidOptions) as caught:
        client.logs.list(**arguments)
    assert str(caught.value) == f"{said}."


async def test_entries_may_hold_whole_sources(
    client: PDFShift, service: respx.MockRouter, page_of: PageOf
) -> None:
    """With `log_request` they do, so a page is larger than other answers."""
    query = "x" * 2_000_000
    service.get("/logs").respond(json=page_of("logs", [{"id": 1, "query": query}]))
    service.get("/logs/r-1").respond(json={"success": True, "log": {"id": 1, "query": query}})
    assert [entry.query async for entry in client.logs.list()] == [query]
    assert (await client.logs.get("r-1")).query == query


async def test_one_entry_is_found_by_its_request_id(
    client: PDFShift, service: respx.MockRouter
) -> None:
    """One that does not exist is named."""
    route = service.get("/logs/40bad9f3").respond(json={"success": True, "log": {"id": 7}})
    assert (await client.logs.get("40bad9f3")).id == 7
    route.respond(404, json={"success": False, "error": "Log not found.", "code": 404})
    with pytest.raises(NotFound, match=r"Log not found \(log entry '40bad9f3'\)"):
        await client.logs.get("40bad9f3")
    with pytest.raises(InvalidOptions, match="request_id: must not be empty"):
        await client.logs.get("")
