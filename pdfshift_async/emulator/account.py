"""The emulated account: its credits, its details, its invoices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pdfshift_async.emulator.bodies import Refusal

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Account", "cost_of"]

_BYTES_PER_CREDIT = 5_000_000
"""Whether the service means MB or MiB is not documented."""

_INVOICES = 12
_PRICE = 99


def cost_of(size: int) -> int:
    """Tell how many credits a document of so many bytes costs: one per started 5 MB.

    Source: PDFShift FAQ, credits (read 2026-11).
    """
    return max(1, math.ceil(size / _BYTES_PER_CREDIT))


class Account:
    """One account and what it has used.

    Args:
        credits: How many the plan holds.
        opened_at: When the account was made.
    """

    def __init__(self, credits: int, opened_at: datetime) -> None:  # noqa: A002 - the service's word
        self._credits = credits
        self._opened_at = opened_at
        self.used = 0
        """Credits used so far."""

    @property
    def remaining(self) -> int:
        """Credits left; conversions that ran at the same moment may have taken it below zero."""
        return max(0, self._credits - self.used)

    def require_credits(self) -> None:
        """Let a conversion begin.

        Raises:
            Refusal: 403, nothing is left.
        """
        if not self.remaining:
            raise Refusal.because(403, "No remaining credits left.")

    def charge(self, cost: int) -> None:
        """Take credits for a finished document."""
        self.used += cost

    def usage(self) -> dict[str, int]:
        """Give the credits as the service lists them; there is no overage, so total is base."""
        return {
            "base": self._credits,
            "remaining": self.remaining,
            "total": self._credits,
            "used": self.used,
        }

    def details(self) -> dict[str, Any]:
        """Describe the account's owner and plan."""
        return {
            "name": "Emma Emulator",
            "firstname": "Emma",
            "email": "emma@example.com",
            "created": _milliseconds(self._opened_at),
            "company_name": "Example Ltd",
            "company_details": "1 Loopback Lane\n127001 Localhost",
            "company_vat": None,
            "country": "US",
            "renew_date": _milliseconds(_months_before(self._opened_at, -1)),
            "avatar": "https://example.com/avatar.png",
            "billing_email": None,
            "plan": {
                "display": "Emulator",
                "name": "emulator",
                "credits": self._credits,
                "filesize": 1250,
                "timeout": 100,
                "price": _PRICE,
                "yearly": False,
                "overage": 20,
            },
            "hard_limit": None,
            "subscription_ends_at": None,
        }

    def invoices(self, origin: str) -> list[dict[str, Any]]:
        """List a year of invoices, newest first.

        Args:
            origin: Where the links point to, scheme and host.
        """
        months = [_months_before(self._opened_at, back) for back in range(_INVOICES)]
        references = [f"PS{month:%Y%m}-{_INVOICES - back:05}" for back, month in enumerate(months)]
        return [
            {
                "created": _milliseconds(month),
                "amount": _PRICE,
                "reference": reference,
                "download_url": f"{origin}/invoices/{reference}.pdf",
            }
            for month, reference in zip(months, references, strict=True)
        ]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _months_before(moment: datetime, back: int) -> datetime:
    """Go back by whole months, to the first day, which every month has."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - back, 12)
    return moment.replace(year=years, month=month + 1, day=1)
