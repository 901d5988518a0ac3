"""Credits, owner and invoices of the emulated account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdfshift_async.emulator.account import Account, cost_of
from pdfshift_async.emulator.bodies import Refusal

OPENED = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("megabytes", "credits"), [(0, 1), (4, 1), (5, 1), (9, 2), (14, 3), (23, 5)]
)
def test_a_credit_pays_for_five_megabytes(megabytes: int, credits: int) -> None:  # noqa: A002
    """The published examples, and at least one credit."""
    assert cost_of(megabytes * 1_000_000) == credits


def test_credits_go_down_until_none_is_left() -> None:
    """Then conversions are refused with the published text."""
    account = Account(3, OPENED)
    account.require_credits()
    account.charge(1)
    assert account.usage() == {"base": 3, "remaining": 2, "total": 3, "used": 1}
    account.charge(5)

    with pytest.raises(Refusal) as caught:
        account.require_credits()
    assert caught.value.status == 403
    assert caught.value.body["error"] == "No remaining credits left."
    assert account.remaining == 0


def test_details_are_complete() -> None:
    """Every documented field is there, and moments are epoch milliseconds."""
    details = Account(3, OPENED).details()

    assert set(details) == {
        *("name", "firstname", "email", "created", "company_name", "company_details"),
        *("company_vat", "country", "renew_date", "avatar", "billing_email", "plan"),
        *("hard_limit", "subscription_ends_at"),
    }
    assert details["created"] == OPENED.timestamp() * 1000
    assert details["renew_date"] == datetime(2026, 2, 1, 12, tzinfo=UTC).timestamp() * 1000
    assert details["plan"]["credits"] == 3


def test_invoices_go_back_a_year() -> None:
    """One per month, newest first, across the turn of the year."""
    invoices = Account(3, OPENED).invoices("http://here")

    assert [invoice["reference"] for invoice in invoices[:2]] == [
        "PS202601-00012",
        "PS202512-00011",
    ]
    assert len(invoices) == 12
    assert invoices[0]["download_url"] == "http://here/invoices/PS202601-00012.pdf"
