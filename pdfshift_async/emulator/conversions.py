"""The service's own record of each conversion: the truth a test can compare a client with."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pdfshift_async.emulator.faults import Fault, FaultKind
    from pdfshift_async.emulator.rules import Kind

__all__ = ["Conversion", "Conversions", "Delivery", "Webhook"]

State = Literal["accepted", "converted", "failed"]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where and how a conversion is called back."""

    url: str = field(repr=False)
    method: str = "POST"
    auth: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, parameter: str | Mapping[str, Any] | None) -> Webhook | None:
        """Read the ``webhook`` parameter in either of its forms."""
        if not parameter:
            return None
        if isinstance(parameter, str):
            return cls(parameter)
        auth = parameter.get("auth")
        return cls(
            url=parameter["url"],
            method=(parameter.get("method") or "POST").upper(),
            auth=(auth.get("username") or "", auth.get("password") or "") if auth else None,
            headers=parameter.get("headers") or {},
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback on its way: what was sent and how it was answered."""

    at: datetime
    body: bytes = field(repr=False)
    status: int | None
    """Answer of the receiver; None if there was none."""
    error: str | None = None
    """Why there was no answer."""

    def values(self) -> dict[str, Any]:
        """Describe the delivery, ready for JSON."""
        return {
            "at": self.at.isoformat(),
            "body": self.body.decode(errors="replace"),
            "status": self.status,
            "error": self.error,
        }


@dataclass(slots=True)
class Conversion:
    """One document, from acceptance to its last delivery."""

    number: int
    """Counts up; the id of the log entry."""
    request_id: str
    kind: Kind
    source_sha256: str
    sandbox: bool
    accepted_at: datetime
    webhook: Webhook | None = None
    user_agent: str | None = None
    query: str | None = field(default=None, repr=False)
    """The request's body, kept only if it asked for it with ``log_request``."""
    faults: Mapping[FaultKind, Fault] = field(default_factory=dict)

    state: State = "accepted"
    duration: int = 0
    """Milliseconds until the document was made, or failed."""
    cost: int = 0
    """Credits the document is worth."""
    credits: int = 0
    """Credits taken for it: none in the sandbox."""
    filesize: int = 0
    pages: int | None = None
    code: int = 200
    error: str | None = None
    url: str | None = None
    callback: Mapping[str, Any] | None = field(default=None, repr=False)
    deliveries: list[Delivery] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """Describe the conversion, ready for JSON."""
        return {
            "id": self.number,
            "request_id": self.request_id,
            "kind": self.kind,
            "source_sha256": self.source_sha256,
            "sandbox": self.sandbox,
            "accepted_at": self.accepted_at.isoformat(),
            "webhook_url": self.webhook.url if self.webhook else None,
            "faults": sorted(self.faults),
            "state": self.state,
            "duration": self.duration,
            "credits": self.credits,
            "filesize": self.filesize,
            "pages": self.pages,
            "code": self.code,
            "error": self.error,
            "url": self.url,
            "deliveries": [delivery.values() for delivery in self.deliveries],
        }

    def log_entry(self) -> dict[str, Any]:
        """Describe the conversion as the service's log does.

        Source: PDFShift API v3, logs (read 2026-11).
        """
        return {
            "id": self.number,
            "duration": self.duration,
            "executed": int(self.accepted_at.timestamp() * 1000),
            "credits": self.credits,
            "sandbox": self.sandbox,
            "filesize": self.filesize,
            "error": self.error,
            "code": self.code,
            "user_agent": self.user_agent,
            "request_id": self.request_id,
            "query": self.query,
        }


class Conversions:
    """The newest conversions, oldest first.

    Args:
        kept: How many are remembered.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._by_id: OrderedDict[str, Conversion] = OrderedDict()
        self._numbers = 0

    def __iter__(self) -> Iterator[Conversion]:
        return iter(self._by_id.values())

    def __reversed__(self) -> Iterator[Conversion]:
        return reversed(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def next_number(self) -> int:
        """Give the number of the next conversion."""
        self._numbers += 1
        return self._numbers

    def add(self, conversion: Conversion) -> None:
        """Remember a conversion, and forget the oldest one if there are too many."""
        self._by_id[conversion.request_id] = conversion
        if len(self._by_id) > self._kept:
            self._by_id.popitem(last=False)

    def get(self, request_id: str) -> Conversion | None:
        """Give the conversion of that request id, if it is remembered."""
        return self._by_id.get(request_id)
