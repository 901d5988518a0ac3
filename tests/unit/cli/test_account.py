"""``pdfshift account``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from tests.unit.cli.conftest import Ended

_ACCOUNT = {
    "email": "ada@example.com",
    "firstname": "Ada",
    "name": "Lovelace",
    "company_name": "Engines Ltd",
    "company_vat": None,
    "country": "GB",
    "renew_date": 1_700_000_000_000,
    "plan": {"name": "boost", "display": None, "credits": 500, "price": 24, "yearly": True},
}


def test_the_account_is_shown_as_far_as_it_is_known(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """A plan without a name for people has one for programs."""
    api.get("/account").respond(json={"account": _ACCOUNT, "success": True})
    ended = pdfshift("account")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "Email\tada@example.com",
        "First name\tAda",
        "Name\tLovelace",
        "Company\tEngines Ltd",
        "Country\tGB",
        "Plan\tboost",
        "Credits\t500",
        "Price\t24",
        "Paid by the year\tyes",
        "Renewed\t2023-11-14T22:13:20Z",
    ]


def test_an_account_without_a_plan_is_shown_too(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """The email is all that must be there."""
    api.get("/account").respond(json={"account": {"email": "a@b.c", "plan": None}})
    assert pdfshift("account") == (0, "Email\ta@b.c\n", "")


def test_the_account_as_json(pdfshift: Callable[..., Ended], api: respx.MockRouter) -> None:
    """The plan is an object of its own."""
    api.get("/account").respond(json={"account": _ACCOUNT, "success": True})
    shown = json.loads(pdfshift("account", "--json").out)
    assert shown["email"] == "ada@example.com"
    assert shown["plan"]["credits"] == 500
