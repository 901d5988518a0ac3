"""The account, and the plan it has."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from pdfshift_async import Account

CREATED = 1526561399000
PLAN: dict[str, Any] = {
    "display": "Business",
    "name": "business",
    "credits": 50000,
    "filesize": 1250,
    "timeout": 100,
    "price": 99.5,
    "yearly": False,
    "overage": 20,
}
ACCOUNT: dict[str, Any] = {
    "name": "Erika Mustermann",
    "firstname": "Erika",
    "email": "erika@example.com",
    "created": CREATED,
    "company_name": "Example Ltd",
    "company_details": "1 Main Street",
    "company_vat": None,
    "country": "DE",
    "renew_date": 1763683200000,
    "avatar": "https://example.com/avatar.png",
    "billing_email": None,
    "plan": PLAN,
    "hard_limit": None,
    "subscription_ends_at": None,
}


def test_an_account_is_read_whole() -> None:
    """Moments are aware, money is exact, and what is null is None."""
    account = Account.model_validate(ACCOUNT)
    assert account.created == datetime(2018, 5, 17, 12, 49, 59, tzinfo=UTC)
    assert account.renew_date == datetime(2025, 11, 21, tzinfo=UTC)
    assert account.plan is not None
    assert (account.plan.price, account.plan.overage) == (Decimal("99.5"), Decimal(20))
    assert (account.hard_limit, account.subscription_ends_at) == (None, None)
    assert account.model_extra == {}


def test_only_the_address_is_needed() -> None:
    """No source says what is always there; without any known key it is no account."""
    account = Account.model_validate({"email": "erika@example.com", "newer": 1})
    assert account.plan is None
    assert account.model_extra == {"newer": 1}
    with pytest.raises(ValidationError):
        Account.model_validate({"newer": 1})


@pytest.mark.parametrize(
    "value", [CREATED, float(CREATED), "2018-05-17T12:49:59Z", "2018-05-17T12:49:59"], ids=str
)
def test_moments_are_read_in_every_form(value: object) -> None:
    """Epoch milliseconds here, ISO text elsewhere, which without a zone means UTC."""
    account = Account.model_validate({**ACCOUNT, "created": value})
    assert account.created == datetime(2018, 5, 17, 12, 49, 59, tzinfo=UTC)


def test_a_value_that_makes_no_sense_costs_no_account() -> None:
    """It counts as absent."""
    account = Account.model_validate(
        {"email": "erika@example.com", "created": "soon", "plan": [], "hard_limit": "none"}
    )
    assert (account.created, account.plan, account.hard_limit) == (None, None, None)


def test_the_repr_shows_nothing_personal() -> None:
    """It may end in a log."""
    shown = repr(Account.model_validate(ACCOUNT))
    assert "Business" in shown
    assert "erika" not in shown.lower()
    assert "Street" not in shown
