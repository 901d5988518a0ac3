"""``pdfshift credits``."""

from __future__ import annotations

from collections.abc import Sequence

from pdfshift_async import CreditUsage
from pdfshift_async.cli.answers import AsJSON, Field, show_entry
from pdfshift_async.cli.connections import APIKey, BaseURL, asked, client_of
from pdfshift_async.cli.failures import reported

__all__ = ["usage"]

_FIELDS: Sequence[Field[CreditUsage]] = (
    Field("Remaining", lambda usage: usage.remaining),
    Field("Used", lambda usage: usage.used),
    Field("Total", lambda usage: usage.total),
    Field("Of the plan", lambda usage: usage.base),
)


def usage(*, api_key: APIKey = None, base_url: BaseURL = None, as_json: AsJSON = False) -> None:
    """Show how many credits are left."""
    with reported(as_json=as_json):
        found = asked(client_of(api_key, base_url), lambda client: client.credits.usage())
        show_entry(found, _FIELDS, as_json=as_json)
