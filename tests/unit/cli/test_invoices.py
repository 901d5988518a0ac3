"""``pdfshift invoices``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from tests.unit.cli.conftest import Ended

_INVOICE = {
    "created": 1_700_000_000_000,
    "amount": 24.5,
    "reference": "PS1",
    "download_url": "https://pdfshift.test/PS1.pdf",
}


@pytest.fixture
def _two_pages(api: respx.MockRouter) -> None:
    def page(number: int, reference: str) -> dict[str, object]:
        data = [_INVOICE | {"reference": reference}]
        more = number == 0
        return {
            "invoices": {"data": data, "has_more": more, "limit": 1, "page": number, "total": 2}
        }

    api.get("/invoices", params={"page": "1"}).respond(json=page(1, "PS1"))
    api.get("/invoices").respond(json=page(0, "PS2"))


@pytest.mark.usefixtures("_two_pages")
def test_the_invoices_of_all_pages_are_listed(pdfshift: Callable[..., Ended]) -> None:
    """A line for each, which ends with where it is fetched."""
    rest = "\t2023-11-14T22:13:20Z\t24.5\thttps://pdfshift.test/PS1.pdf\n"
    assert pdfshift("invoices") == (0, f"PS2{rest}PS1{rest}", "")


@pytest.mark.usefixtures("_two_pages")
def test_the_invoices_as_json(pdfshift: Callable[..., Ended]) -> None:
    """One object, which can be told from an error."""
    shown = json.loads(pdfshift("invoices", "--json").out)
    assert [invoice["reference"] for invoice in shown["invoices"]] == ["PS2", "PS1"]
