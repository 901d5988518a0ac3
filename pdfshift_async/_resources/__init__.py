"""The calls of the service beside its conversions."""

from __future__ import annotations

from .account import AccountCalls
from .callers import Caller
from .credits import CreditCalls
from .invoices import InvoiceCalls
from .listings import Listing
from .logs import LogCalls
from .templates import TemplateCalls

__all__ = [
    "AccountCalls",
    "Caller",
    "CreditCalls",
    "InvoiceCalls",
    "Listing",
    "LogCalls",
    "TemplateCalls",
]
