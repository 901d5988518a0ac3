"""``pdfshift account``."""

from __future__ import annotations

from collections.abc import Sequence

from pdfshift_async import Account, Plan
from pdfshift_async.cli.answers import AsJSON, Field, show_entry
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.failures import reported

__all__ = ["account"]


def _plan(found: Account) -> Plan:
    return found.plan or Plan()


_FIELDS: Sequence[Field[Account]] = (
    Field("Email", lambda found: found.email),
    Field("First name", lambda found: found.firstname),
    Field("Name", lambda found: found.name),
    Field("Company", lambda found: found.company_name),
    Field("Country", lambda found: found.country),
    Field("Billing email", lambda found: found.billing_email),
    Field("Created", lambda found: found.created),
    Field("Plan", lambda found: _plan(found).display or _plan(found).name),
    Field("Credits", lambda found: _plan(found).credits),
    Field("Price", lambda found: _plan(found).price),
    Field("Paid by the year", lambda found: _plan(found).yearly),
    Field("Timeout in s", lambda found: _plan(found).timeout),
    Field("Limit of overage", lambda found: found.hard_limit),
    Field("Renewed", lambda found: found.renew_date),
    Field("Ends", lambda found: found.subscription_ends_at),
)


def account(*, api_key: APIKey = None, base_url: BaseURL = None, as_json: AsJSON = False) -> None:
    """Show whom the API key belongs to, and the plan."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), lambda client: client.account.get())
        show_entry(found, _FIELDS, as_json=as_json)
