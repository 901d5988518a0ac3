"""How a conversion ended, as stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .results import HostedDocument

__all__ = ["Converted", "Failed", "Failure", "Lost", "Outcome", "TrueOutcome"]


class _Stored(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        ser_json_bytes="base64",
        ser_json_inf_nan="constants",
        val_json_bytes="base64",
    )


class Failure(_Stored):
    """Why the service did not convert, without the words of an exception around it."""

    kind: Literal["refused", "unsent", "unanswered", "reported", "unreadable"]
    """Refused by the answer to the request, never sent, sent without an answer, reported by a
    callback, or not understood."""
    status: int | None = None
    """HTTP status, or the ``code`` of the body."""
    detail: str | None = None
    """The service's own words."""
    fields: dict[str, tuple[str, ...]] = {}
    """Refused options and why."""
    identifier: str | None = None
    """The service's support code."""
    request_id: str | None = None
    raw: bytes = Field(default=b"", repr=False)
    """The body as it came, where it could not be understood; at most 64 KiB."""


class Converted(_Stored):
    """The document is there."""

    kind: Literal["converted"] = "converted"
    document: HostedDocument
    direct: bool = False
    """Whether it was in the answer to a direct conversion, and not in a callback."""


class Failed(_Stored):
    """There is no document, and there will be none."""

    kind: Literal["failed"] = "failed"
    failure: Failure


class Lost(_Stored):
    """No callback came in time; a later one still counts."""

    kind: Literal["lost"] = "lost"
    deadline: datetime
    confirmed: bool
    """Whether the service had answered 202."""
    resubmits: int = 0
    """How often it had been sent again."""
    failure: Failure | None = None
    """Why sending it again came to nothing; None where it did not, or was not tried."""


TrueOutcome = Converted | Failed
"""What the service says; `Lost` is only our own giving up."""

Outcome = Annotated[Converted | Failed | Lost, Field(discriminator="kind")]
"""By its ``kind``, as it comes out of a store."""
