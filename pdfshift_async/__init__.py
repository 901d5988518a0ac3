"""Await PDFShift conversions: an asyncio client with a built-in webhook receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._client import PDFShift
from ._conversion import Conversion
from ._core.interfaces import Observer, Store
from ._core.states import State
from ._settings import Retry
from ._version import __version__
from .errors import (
    AuthenticationFailed,
    Billed,
    CallbackLost,
    CallbackOverdue,
    ConfigurationError,
    ConversionFailed,
    CreditsExhausted,
    DocumentDamaged,
    DownloadError,
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
from .models.responses import Document, ResponseInfo
from .models.results import Result, Via
from .receiver import Receiver, Reply
from .stores import MemoryStore, open_store

if TYPE_CHECKING:
    from aiohttp import web

    from .receiver.aiohttp import Mountable

__all__ = [
    "AuthenticationFailed",
    "BasicAuth",
    "Billed",
    "CallbackLost",
    "CallbackOverdue",
    "Clip",
    "ConfigurationError",
    "Conversion",
    "ConversionFailed",
    "ConvertOptions",
    "Cookie",
    "CreditsExhausted",
    "Document",
    "DocumentDamaged",
    "DownloadError",
    "HeaderFooter",
    "InvalidOptions",
    "JPEGOptions",
    "Margin",
    "MemoryStore",
    "NotFound",
    "Observer",
    "PDFOptions",
    "PDFShift",
    "PDFShiftError",
    "PNGOptions",
    "PermissionDenied",
    "Phase",
    "Protection",
    "RateLimited",
    "Receiver",
    "Reply",
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
