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

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any, Self


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


class Phase(StrEnum):
    """Where on its way a conversion was when it failed, or that it was none."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    WAIT = "wait"
    CONVERT = "convert"
    DOWNLOAD = "download"
    RECEIVE = "receive"
    STORE = "store"
    CALL = "call"
    """A call that converts nothing, for example for the credits."""


class Billed(StrEnum):
    """Whether the service counted a credit for the conversion."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


_BILLING = {
    Billed.NO: "not billed",
    Billed.YES: "billed",
    Billed.UNKNOWN: "billing unknown",
}


_BILLABLE = frozenset({Phase.SUBMIT, Phase.WAIT, Phase.CONVERT, Phase.DOWNLOAD})
"""Where the reader asks whether the conversion was billed."""

_LONGEST = 1000
"""Characters of a message."""


def _one_line(text: str) -> str:
    """Fit a message into one line of a log: it may quote the service, and that an error page."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(character if character.isprintable() else " " for character in cut)


class PDFShiftError(Exception):
    """Base of everything the library raises.

    ``str(error)`` is one line: the fact, the conversion it is about, the billing, and what to do.
    """

    phase: Phase = Phase.PREPARE
    billed: Billed = Billed.UNKNOWN
    hint: str | None = None
    """What to do next, in one sentence."""
    conversion_id: str | None = None
    key: str | None = None
    """The caller's own name for the conversion."""
    subject: str | None = None
    """What else it is about, for example ``template 'invoice'``."""

    default_hint: ClassVar[str | None] = None

    def __init__(
        self,
        message: str,
        *,
        conversion_id: str | None = None,
        key: str | None = None,
        hint: str | None = None,
        billed: Billed | None = None,
        phase: Phase | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.conversion_id = conversion_id
        self.key = key
        self.hint = hint if hint is not None else self.default_hint
        if billed is not None:
            self.billed = billed
        if phase is not None:
            self.phase = phase

    def __str__(self) -> str:
        about = [self.subject] if self.subject is not None else []
        if self.key is not None:
            about.append(f"key {self.key!r}")
        if self.conversion_id is not None:
            about.append(self.conversion_id)
        if self.phase in _BILLABLE:
            about.append(_BILLING[self.billed])
        fact = _one_line(self.message)
        text = f"{fact} ({', '.join(about)})." if about else f"{fact}."
        return f"{text} {self.hint}" if self.hint else text

    def about(self, conversion_id: str | None, key: str | None) -> Self:
        """Name the conversion the error is about, and return the error."""
        self.conversion_id = conversion_id
        self.key = key
        return self

    def during_call(self, subject: str, hint: str | None = None) -> Self:
        """Place the error in a call that converts nothing, and return it.

        Args:
            subject: What was called for.
            hint: Replaces the advice of the class, which is about conversions.
        """
        self.phase = Phase.CALL
        self.billed = Billed.NO
        self.subject = subject
        self.hint = hint or self.hint
        return self

    def __reduce__(self) -> tuple[Callable[..., PDFShiftError], tuple[Any, ...]]:
        """Rebuild from the attributes: leaves have keyword-only constructors of their own."""
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    cls: type[PDFShiftError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> PDFShiftError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


# --- prepare: nothing was sent -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one option."""

    option: str
    """Dotted name, for example ``header.start_at``."""
    rule: str
    """What the option must be."""
    hint: str | None = None

    def __str__(self) -> str:
        text = f"{self.option}: {self.rule}"
        return f"{text} ({self.hint})" if self.hint else text


class ConfigurationError(PDFShiftError):
    """A setting of the client, receiver, store or emulator cannot work."""

    phase = Phase.PREPARE
    billed = Billed.NO

    def __init__(self, option: str, rule: str, *, hint: str | None = None) -> None:
        super().__init__(f"{option}: {rule}", hint=hint)
        self.option = option
        self.rule = rule


class InvalidOptions(PDFShiftError, ValueError):
    """Options or source break a rule of the service; nothing was sent."""

    phase = Phase.PREPARE
    billed = Billed.NO

    def __init__(self, problems: Sequence[Problem], *, key: str | None = None) -> None:
        super().__init__("; ".join(str(problem) for problem in problems), key=key)
        self.problems = tuple(problems)
        """Everything that is wrong, not just the first finding."""


class BatchError(PDFShiftError):
    """A batch does not send something."""

    phase = Phase.PREPARE
    billed = Billed.NO


class BatchStopped(BatchError):
    """A batch sends nothing more; what it had sent before may still be converted and billed."""

    default_hint = "Run the batch again under the same name: it goes on where it stopped."

    def __init__(self, reason: str, *, hint: str | None = None) -> None:
        super().__init__(f"the batch has stopped: {reason}", hint=hint)
        self.reason = reason


class ContentChanged(BatchError):
    """The key of an item belongs to another document that the batch has converted before."""

    default_hint = (
        'Give the new document a key of its own, or pass on_changed="resubmit", which bills again.'
    )

    def __init__(self, key: str) -> None:
        super().__init__("source or options differ from what the batch has under this key", key=key)


class DuplicateKey(BatchError):
    """Two items of a batch have the same key."""

    default_hint = "Keys name documents: give each its own."

    def __init__(self, key: str, first: int, second: int) -> None:
        super().__init__(f"items {first} and {second} have the same key", key=key)
        self.first = first
        """Place of the one among the items, from 1."""
        self.second = second


# --- submit: the answer to the POST --------------------------------------------------------------


class SubmitError(PDFShiftError):
    """The request did not lead to an accepted conversion."""

    phase = Phase.SUBMIT


class _Answered(SubmitError):
    """The service answered, and its answer is the error."""

    def __init__(
        self,
        detail: str | None,
        *,
        status: int,
        fields: Mapping[str, Sequence[str]] | None = None,
        identifier: str | None = None,
        request_id: str | None = None,
        hint: str | None = None,
    ) -> None:
        tag = f" {identifier}" if identifier else ""
        reason = detail.rstrip(".") if detail else _phrase(status)
        super().__init__(f"the service answered {status}{tag}: {reason}", hint=hint)
        self.status = status
        """HTTP status."""
        self.detail = detail
        """The service's own words; None where its answer held none."""
        self.fields = {name: tuple(messages) for name, messages in (fields or {}).items()}
        """Refused options and why, from the ``errors`` of the body."""
        self.identifier = identifier
        """The service's support code, for example ``A96``."""
        self.request_id = request_id
        """``X-Request-Id``, to find the call in the account's log."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


class SubmitRejected(_Answered):
    """The service refused the request: 400, every other 4xx, or a redirect."""

    billed = Billed.NO
    default_hint = "Correct the request before sending it again."


class AuthenticationFailed(SubmitRejected):
    """401: the API key is missing, wrong or disabled."""

    default_hint = "Check api_key or PDFSHIFT_API_KEY."


class PermissionDenied(SubmitRejected):
    """403: the account may not do this."""

    default_hint = "Check the account's plan and its API key."


class CreditsExhausted(PermissionDenied):
    """403: no credits are left."""

    default_hint = "Wait for the renewal date, raise the plan, or allow overage in the account."


class NotFound(SubmitRejected):
    """404: the service has no such route or object."""

    default_hint = "Check the name; if every call fails like this, check base_url."


class RateLimited(_Answered):
    """429, and the allowed retries are used up."""

    billed = Billed.NO
    default_hint = "Send slower, or raise retry.max_elapsed."

    def __init__(
        self,
        detail: str | None,
        *,
        status: int = 429,
        retry_after: float | None = None,
        identifier: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(detail, status=status, identifier=identifier, request_id=request_id)
        self.retry_after = retry_after
        """Seconds until the service allows requests again, if it said so."""


class ServiceUnreachable(SubmitError):
    """No connection could be made, or the caller gave up before one was: nothing was sent."""

    billed = Billed.NO
    default_hint = "Check the network and base_url; nothing was accepted, so it is safe to retry."

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing was sent: {reason}")
        self.reason = reason


class ServiceError(_Answered):
    """5xx: the service failed, and may have accepted the conversion before it did."""

    billed = Billed.UNKNOWN
    default_hint = "Look into the account's log before sending it again."


class SubmitUnconfirmed(SubmitError):
    """The request was sent and no answer came back: it may have been accepted."""

    billed = Billed.UNKNOWN
    default_hint = "Do not send it again before looking into the account's log."

    def __init__(self, reason: str) -> None:
        super().__init__(f"sent, but no answer came back: {reason}")
        self.reason = reason


# --- wait: the callback ---------------------------------------------------------------------------


class WaitError(PDFShiftError):
    """The outcome of an accepted conversion is not known."""

    phase = Phase.WAIT
    billed = Billed.UNKNOWN


class CallbackOverdue(WaitError, TimeoutError):
    """The callback did not arrive within the time the caller gave; the conversion goes on."""

    default_hint = "Await the conversion again; the outcome is kept when it arrives."

    def __init__(self, timeout: float) -> None:
        super().__init__(f"no callback within {timeout:g} s")
        self.timeout = timeout


class CallbackLost(WaitError):
    """The stored deadline passed without a callback; a later one still settles the conversion.

    Where sending it again came to nothing, ``__cause__`` says why.
    """

    default_hint = (
        "Check that webhook_url reaches the receiver from the internet; "
        "submitting the document again may bill it again."
    )

    def __init__(
        self,
        deadline: datetime,
        *,
        confirmed: bool,
        resubmits: int = 0,
        reason: str | None = None,
    ) -> None:
        sent = "accepted" if confirmed else "sent, never confirmed"
        again = f", sent {resubmits + 1} times in all" if resubmits else ""
        because = f"; the last time, {reason}" if reason else ""
        super().__init__(
            f"{sent}{again}, and no callback by {deadline:%Y-%m-%d %H:%M:%S} UTC{because}"
        )
        self.deadline = deadline
        self.confirmed = confirmed
        """Whether the service answered a submission with 202."""
        self.resubmits = resubmits
        """How often it was sent again after a deadline."""
        self.reason = reason
        """Why sending it again came to nothing; None where it did not, or was not tried."""


# --- convert: the service's verdict ---------------------------------------------------------------


class ConversionFailed(PDFShiftError):
    """The service reported that it could not convert the document."""

    phase = Phase.CONVERT
    billed = Billed.UNKNOWN
    default_hint = "Look at the source as the service sees it, then submit it again."

    def __init__(
        self,
        detail: str | None,
        *,
        code: int | None = None,
        identifier: str | None = None,
        billed: Billed | None = None,
    ) -> None:
        tag = " ".join(str(part) for part in (code, identifier) if part is not None)
        reason = detail.rstrip(".") if detail else "no reason given"
        super().__init__(
            f"conversion failed{f' with {tag}' if tag else ''}: {reason}", billed=billed
        )
        self.detail = detail
        """The service's own words; None when the callback had no body."""
        self.code = code
        self.identifier = identifier


# --- download: the document -----------------------------------------------------------------------


class DownloadError(PDFShiftError):
    """The document exists and could not be fetched or written."""

    phase = Phase.DOWNLOAD
    billed = Billed.YES
    default_hint = "Save it again before it expires; that does not bill again."


class ResultExpired(DownloadError):
    """The service no longer has the file: hosted files are kept for two days."""

    default_hint = "Submitting the document again bills it again."

    def __init__(self, expired_at: datetime | None) -> None:
        when = f": it expired on {expired_at:%Y-%m-%d %H:%M} UTC" if expired_at else ""
        super().__init__(f"the hosted file is gone{when}")
        self.expired_at = expired_at


class DocumentDamaged(DownloadError):
    """What arrived is not the whole document, or not a document of that kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the document arrived damaged: {reason}")
        self.reason = reason


# --- any phase -------------------------------------------------------------------------------------


class UnexpectedResponse(PDFShiftError):
    """The service said something that no source documents."""

    billed = Billed.UNKNOWN
    default_hint = "Look at error.raw; if the service changed, a newer library may understand it."

    def __init__(
        self, reason: str, *, phase: Phase, status: int | None = None, raw: bytes = b""
    ) -> None:
        super().__init__(f"unexpected response: {reason}", phase=phase)
        self.reason = reason
        self.status = status
        self.raw = raw
        """The body as it came, at most 64 KiB; it may hold document content."""


class StoreError(PDFShiftError):
    """The store cannot do what was asked."""

    phase = Phase.STORE
    billed = Billed.UNKNOWN


class StoreUnavailable(StoreError):
    """The store cannot be read or written right now."""

    default_hint = "Try again when the store answers; what it holds is not lost."


class StoreTooNew(StoreError):
    """The stored data was written by a newer version of the library."""

    default_hint = "Upgrade pdfshift-async, or name another store."


class UnknownConversion(StoreError):
    """The store holds no conversion of that id."""

    default_hint = "Use the store the conversion was submitted with; settled records age out."

    def __init__(self, conversion_id: str) -> None:
        super().__init__("the store has no such conversion", conversion_id=conversion_id)


class CallbackRejected(PDFShiftError):
    """The receiver will not take this request; only its answer is ever seen outside."""

    phase = Phase.RECEIVE
    billed = Billed.UNKNOWN

    def __init__(
        self, status: int, reason: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})
