"""The log of conversions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pdfshift_async.emulator.faults import Fault

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api


async def _ids(api: Api, query: str = "") -> list[int]:
    answer = await api.call("GET", f"/v3/logs{query}")
    return [entry["id"] for entry in answer.json["logs"]["data"]]


async def test_an_entry_has_every_field(api: Api) -> None:
    """Milliseconds since the epoch, and null for what is not known."""
    await api.call("POST", "/v3/convert/pdf", {"source": "<p>"}, headers={"User-Agent": "curl/8"})
    (conversion,) = api.service.conversions
    listed = await api.call("GET", "/v3/logs")
    one = await api.call("GET", f"/v3/logs/{conversion.request_id}")

    entry = {
        "id": 1,
        "duration": 0,
        "executed": 1_790_856_000_000,
        "credits": 1,
        "sandbox": False,
        "filesize": 13,
        "error": None,
        "code": 200,
        "user_agent": "curl/8",
        "request_id": conversion.request_id,
        "query": None,
    }
    assert listed.json == {
        "success": True,
        "logs": {"has_more": False, "data": [entry], "limit": 20, "page": 0, "total": 1},
    }
    assert one.json == {"success": True, "log": entry}


async def test_the_cursor_leads_through_the_log(api: Api) -> None:
    """Newest first, each entry once, until there is no more."""
    for _ in range(12):
        await api.convert()
    pages, cursor, more = [], "", True
    while more:
        answer = await api.call("GET", f"/v3/logs?limit=5{cursor}")
        pages.append([entry["id"] for entry in answer.json["logs"]["data"]])
        cursor, more = f"&cursor={pages[-1][-1]}", answer.json["logs"]["has_more"]

    assert pages == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]]


async def test_entries_are_filtered(api: Api) -> None:
    """By outcome, by key and by time."""
    await api.convert()
    await api.clock.advance(60)
    api.service.faults.add(Fault(kind="conversion_failed", times=1))
    await api.convert()

    assert await _ids(api) == await _ids(api, "?status=all") == [2, 1]
    assert await _ids(api, "?status=error") == [2]
    assert await _ids(api, "?status=success") == [1]
    assert await _ids(api, "?key=sk_test") == [2, 1]
    assert await _ids(api, "?key=sk_other") == []
    assert await _ids(api, "?before=2026-10-01T12:00:30") == [1]
    assert await _ids(api, "?before=2026-10-01T12:00:00Z") == []


async def test_unfinished_conversions_have_no_entry(api: Api) -> None:
    """Neither in the list nor alone; ids that nobody knows do not either."""
    api.renderer.may_finish.clear()
    await api.convert(webhook="https://a/cb")
    (conversion,) = api.service.conversions

    assert await _ids(api) == []
    for request_id in (conversion.request_id, "nobody"):
        answer = await api.call("GET", f"/v3/logs/{request_id}")
        assert (answer.status, answer.json["error"]) == (404, "Log not found.")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=4", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("cursor=last", "cursor"),
        ("status=lost", "status"),
        ("before=yesterday", "before"),
    ],
)
async def test_a_wrong_filter_is_named(api: Api, query: str, name: Any) -> None:
    """400 with the parameter's name."""
    answer = await api.call("GET", f"/v3/logs?{query}")

    assert (answer.status, list(answer.json["errors"])) == (400, [name])
