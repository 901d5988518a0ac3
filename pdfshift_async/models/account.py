"""The account that the API key belongs to."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from .answers import Count, IfUsable, Moment, ServiceAnswer
from .responses import Answered

__all__ = ["Account", "Plan"]


class Plan(ServiceAnswer):
    """What the account pays for.

    Source: PDFShift API v3, ``GET /account`` (read 2026-11). The units of `filesize`, and of the
    money, are documented nowhere.
    """

    name: IfUsable[str] = None
    """For programs, for example ``business``."""
    display: IfUsable[str] = None
    """For people, for example ``Business``."""
    credits: IfUsable[Count] = None
    """Per period."""
    filesize: IfUsable[Count] = None
    timeout: IfUsable[Count] = None
    """Seconds a conversion may take."""
    price: IfUsable[Decimal] = None
    yearly: IfUsable[bool] = None
    """Whether it is paid by the year."""
    overage: IfUsable[Decimal] = None


class Account(Answered):
    """The owner of the API key; the repr shows nothing personal.

    Source: PDFShift API v3, ``GET /account`` (read 2026-11).
    """

    email: str = Field(repr=False)
    name: IfUsable[str] = Field(default=None, repr=False)
    firstname: IfUsable[str] = Field(default=None, repr=False)
    created: IfUsable[Moment] = None
    company_name: IfUsable[str] = None
    company_details: IfUsable[str] = Field(default=None, repr=False)
    company_vat: IfUsable[str] = Field(default=None, repr=False)
    country: IfUsable[str] = None
    renew_date: IfUsable[Moment] = None
    """When the next period begins."""
    avatar: IfUsable[str] = Field(default=None, repr=False)
    """URL of a picture."""
    billing_email: IfUsable[str] = Field(default=None, repr=False)
    plan: IfUsable[Plan] = None
    hard_limit: IfUsable[Count] = None
    """Credits at which overage ends, where it is on."""
    subscription_ends_at: IfUsable[Moment] = None
