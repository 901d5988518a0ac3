"""Await PDFShift conversions: an asyncio client with a built-in webhook receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._batch import Batch, BatchFailed, FinishedItem, Item, Progress, Report
from ._client import PDFShift
from ._conversion import Conversion
from ._core.interfaces import Observer, Store
from ._core.pacing import LaneStatistics, PacingStatistics
from ._core.states import State
from ._resources import Listing
from ._settings import Pacing, Retry
from ._version import __version__
from .counters import Counters
from .errors import (
    AuthenticationFailed,
    BatchError,
    BatchStopped,
    Billed,
    CallbackLost,
    CallbackOverdue,
    ConfigurationError,
    ContentChanged,
    ConversionFailed,
    CreditsExhausted,
    DocumentDamaged,
    DownloadError,
    DuplicateKey,
    InvalidOptions,
    NotFound,
    PDFShiftError,
    PermissionDenied,
    Phase,
    RateLimited,
    ResultExpired,
    ServiceError,
    ServiceUnreachable,
    StoreError,
    StoreTooNew,
    StoreUnavailable,
    SubmitError,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
    UnknownConversion,
    WaitError,
)
from .models import (
    BasicAuth,
    Clip,
    ConvertOptions,
    Cookie,
    HeaderFooter,
    JPEGOptions,
    Margin,
    PDFOptions,
    PNGOptions,
    Protection,
    Watermark,
    WebPOptions,
)
from .models.account import Account, Plan
from .models.credits import CreditUsage
from .models.invoices import Invoice
from .models.logs import LogEntry
from .models.pages import Page
from .models.responses import Document, ResponseInfo
from .models.results import Result, Via
from .models.templates import Markup, Template
from .receiver import Receiver, Reply
from .stores import MemoryStore, open_store

if TYPE_CHECKING:
    from aiohttp import web

    from .receiver.aiohttp import Mountable

__all__ = [
    "Account",
    "AuthenticationFailed",
    "BasicAuth",
    "Batch",
    "BatchError",
    "BatchFailed",
    "BatchStopped",
    "Billed",
    "CallbackLost",
    "CallbackOverdue",
    "Clip",
    "ConfigurationError",
    "ContentChanged",
    "Conversion",
    "ConversionFailed",
    "ConvertOptions",
    "Cookie",
    "Counters",
    "CreditUsage",
    "CreditsExhausted",
    "Document",
    "DocumentDamaged",
    "DownloadError",
    "DuplicateKey",
    "FinishedItem",
    "HeaderFooter",
    "InvalidOptions",
    "Invoice",
    "Item",
    "JPEGOptions",
    "LaneStatistics",
    "Listing",
    "LogEntry",
    "Margin",
    "Markup",
    "MemoryStore",
    "NotFound",
    "Observer",
    "PDFOptions",
    "PDFShift",
    "PDFShiftError",
    "PNGOptions",
    "Pacing",
    "PacingStatistics",
    "Page",
    "PermissionDenied",
    "Phase",
    "Plan",
    "Progress",
    "Protection",
    "RateLimited",
    "Receiver",
    "Reply",
    "Report",
    "ResponseInfo",
    "Result",
    "ResultExpired",
    "Retry",
    "ServiceError",
    "ServiceUnreachable",
    "State",
    "Store",
    "StoreError",
    "StoreTooNew",
    "StoreUnavailable",
    "SubmitError",
    "SubmitRejected",
    "SubmitUnconfirmed",
    "Template",
    "UnexpectedResponse",
    "UnknownConversion",
    "Via",
    "WaitError",
    "Watermark",
    "WebPOptions",
    "__version__",
    "open_store",
    "setup",
]


def setup(app: web.Application, client: Mountable) -> None:
    """Mount the client's receiver in an aiohttp application, at the path of its ``webhook_url``.

    The client is opened when the application starts and closed when it stops.

    Raises:
        ConfigurationError: The client has no ``webhook_url``.
    """
    from .receiver.aiohttp import setup as mount  # noqa: PLC0415 -- aiohttp.web only with a receiver

    mount(app, client)
