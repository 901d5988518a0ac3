"""Every exception of the library, ordered by the phase in which a conversion fails.

::

    PDFShiftError
    ├── ConfigurationError                          prepare    not billed
    ├── InvalidOptions (ValueError)                 prepare    not billed
    ├── BatchError                                  prepare    not billed
    │   ├── BatchStopped
    │   ├── ContentChanged
    │   └── DuplicateKey
    ├── SubmitError                                 submit
    │   ├── SubmitRejected                                     not billed (inferred)
    │   │   ├── AuthenticationFailed
    │   │   ├── PermissionDenied
    │   │   │   └── CreditsExhausted
    │   │   └── NotFound
    │   ├── RateLimited                                        not billed
    │   ├── ServiceUnreachable                                 not billed
    │   ├── ServiceError                                       unknown
    │   └── SubmitUnconfirmed                                  unknown
    ├── WaitError                                   wait       unknown
    │   ├── CallbackOverdue (TimeoutError)
    │   └── CallbackLost
    ├── ConversionFailed                            convert    unknown
    ├── DownloadError                               download   billed
    │   ├── ResultExpired
    │   └── DocumentDamaged
    ├── UnexpectedResponse                          any        unknown
    ├── StoreError                                  store      unknown
    │   ├── StoreUnavailable
    │   ├── StoreTooNew
    │   └── UnknownConversion
    └── CallbackRejected                            receive    (only inside the receiver)

Calls that convert nothing (templates, credits, account, invoices, logs) end in the same classes,
with the phase ``call`` and not billed.

Each carries ``phase``, ``billed``, ``conversion_id``, ``key`` and ``hint``. ``billed`` is never
guessed: where no source says whether the service counts a credit, it is ``Billed.UNKNOWN``.
"""

from __future__ import annotations

from .base import Billed, PDFShiftError, Phase
from .batches import BatchError, BatchStopped, ContentChanged, DuplicateKey
from .configuration import ConfigurationError, InvalidOptions, Problem
from .conversion import CallbackLost, CallbackOverdue, ConversionFailed, WaitError
from .downloads import DocumentDamaged, DownloadError, ResultExpired
from .receiver import CallbackRejected
from .service import (
    AuthenticationFailed,
    CreditsExhausted,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceError,
    ServiceUnreachable,
    SubmitError,
    SubmitRejected,
    SubmitUnconfirmed,
    UnexpectedResponse,
)
from .stores import StoreError, StoreTooNew, StoreUnavailable, UnknownConversion

__all__ = [
    "AuthenticationFailed",
    "BatchError",
    "BatchStopped",
    "Billed",
    "CallbackLost",
    "CallbackOverdue",
    "CallbackRejected",
    "ConfigurationError",
    "ContentChanged",
    "ConversionFailed",
    "CreditsExhausted",
    "DocumentDamaged",
    "DownloadError",
    "DuplicateKey",
    "InvalidOptions",
    "NotFound",
    "PDFShiftError",
    "PermissionDenied",
    "Phase",
    "Problem",
    "RateLimited",
    "ResultExpired",
    "ServiceError",
    "ServiceUnreachable",
    "StoreError",
    "StoreTooNew",
    "StoreUnavailable",
    "SubmitError",
    "SubmitRejected",
    "SubmitUnconfirmed",
    "UnexpectedResponse",
    "UnknownConversion",
    "WaitError",
]
