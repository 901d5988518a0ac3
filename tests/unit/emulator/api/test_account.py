"""GET of credits, account and invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.emulator.conftest import Api


async def test_credits_show_what_was_used(api: Api) -> None:
    """Exactly the documented shape."""
    await api.convert()
    answer = await api.call("GET", "/v3/credits/usage")

    assert answer.json == {
        "credits": {"base": 100, "remaining": 99, "total": 100, "used": 1},
        "success": True,
    }
    assert answer.headers["X-RateLimit-Remaining"] == "249"


async def test_the_account_has_a_plan(api: Api) -> None:
    """Wrapped as documented."""
    answer = await api.call("GET", "/v3/account")

    assert answer.json["success"] is True
    assert answer.json["account"]["plan"]["credits"] == 100


async def test_invoices_come_in_pages_and_open_without_a_key(api: Api) -> None:
    """Ten and two, and a link that leads to a document."""
    first = await api.call("GET", "/v3/invoices")
    second = await api.call("GET", "/v3/invoices?page=1")
    link = second.json["invoices"]["data"][1]["download_url"]
    document = await api.call("GET", link.removeprefix("http://127.0.0.1:8765"), key=None)

    assert (len(first.json["invoices"]["data"]), first.json["invoices"]["has_more"]) == (10, True)
    assert (len(second.json["invoices"]["data"]), second.json["invoices"]["page"]) == (2, 1)
    assert document.body == b"%PDF-1.7 fake"
    assert "PS202511-00001" in api.renderer.requests[0].source


async def test_a_page_is_a_number(api: Api) -> None:
    """Everything else is refused by name."""
    answer = await api.call("GET", "/v3/invoices?page=-1")

    assert (answer.status, list(answer.json["errors"])) == (400, ["page"])
