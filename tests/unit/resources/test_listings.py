"""Lists: lazy, and never endless."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest
import respx

from pdfshift_async import NotFound, PDFShift


def invoices(*numbers: int) -> list[dict[str, Any]]:
    """Build entries."""
    return [{"reference": f"PS{number}"} for number in numbers]


async def references(client: PDFShift) -> list[str]:
    """Read the whole list."""
    return [invoice.reference async for invoice in client.invoices.list()]


async def test_nothing_is_fetched_before_it_is_needed(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """Whoever stops early has paid for no further page."""
    route = service.get("/invoices").respond(
        json=page_of("invoices", invoices(1, 2), more=True, page=0)
    )
    listing = client.invoices.list()
    assert route.call_count == 0
    async for invoice in listing:
        assert invoice.reference == "PS1"
        break
    assert route.call_count == 1


async def test_iterating_again_begins_anew(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """A list shows what is there when it is read."""
    service.get("/invoices").mock(
        side_effect=[
            httpx.Response(200, json=page_of("invoices", invoices(1))),
            httpx.Response(200, json=page_of("invoices", invoices(1, 2))),
        ]
    )
    listing = client.invoices.list()
    assert [invoice.reference async for invoice in listing] == ["PS1"]
    assert [invoice.reference async for invoice in listing] == ["PS1", "PS2"]


async def test_pages_tell_how_much_there_is(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """Also of a list that is empty."""
    service.get("/invoices").respond(json=page_of("invoices", []))
    (page,) = [page async for page in client.invoices.list().pages()]
    assert (page.data, page.total, page.limit, page.page) == ((), 28, 10, 0)


async def test_a_service_that_knows_no_pages_gives_its_first_one(
    client: PDFShift,
    service: respx.MockRouter,
    page_of: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It ignores the undocumented parameter; the log tells that there would be more."""
    route = service.get("/invoices").respond(json=page_of("invoices", invoices(1, 2), more=True))
    assert await references(client) == ["PS1", "PS2"]
    assert route.call_count == 2
    assert "invoices: the service gives the first page of 28 only" in caplog.text


async def test_a_service_that_only_counts_its_pages_gives_its_first_one(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """It names the page that was asked for, and gives the same entries again."""
    numbers = count()
    route = service.get("/invoices").mock(
        side_effect=lambda request: httpx.Response(
            200, json=page_of("invoices", invoices(1), more=True, page=next(numbers))
        )
    )
    assert await references(client) == ["PS1"]
    assert route.call_count == 2


async def test_a_service_that_refuses_the_parameter_gives_what_it_gave(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """The guess was ours; what was there is not lost over it."""
    service.get("/invoices", params={"page": "1"}).respond(400, json={"error": "No page."})
    service.get("/invoices").respond(json=page_of("invoices", invoices(1), more=True))
    assert await references(client) == ["PS1"]


async def test_another_failure_of_a_further_page_is_one(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """It does not look like the end."""
    service.get("/invoices", params={"page": "1"}).respond(404, json={"error": "Gone."})
    service.get("/invoices").respond(json=page_of("invoices", invoices(1), more=True))
    with pytest.raises(NotFound, match=r"Gone \(invoices\)"):
        await references(client)


async def test_a_list_without_end_ends_at_an_empty_page(
    client: PDFShift, service: respx.MockRouter, page_of: Callable[..., Any]
) -> None:
    """More is promised each time; nothing comes of it."""
    numbers = count()

    def answer(request: httpx.Request) -> httpx.Response:
        number = next(numbers)
        entries = invoices(number) if number < 3 else []
        return httpx.Response(200, json=page_of("invoices", entries, more=True, page=number))

    route = service.get("/invoices").mock(side_effect=answer)
    assert await references(client) == ["PS0", "PS1", "PS2"]
    assert route.call_count == 4
