"""What the service answers to a request, or that it does not."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from .base import Billed, PDFShiftError, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "AuthenticationFailed",
    "CreditsExhausted",
    "NotFound",
    "PermissionDenied",
    "RateLimited",
    "ServiceError",
    "ServiceUnreachable",
    "SubmitError",
    "SubmitRejected",
    "SubmitUnconfirmed",
    "UnexpectedResponse",
]


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
