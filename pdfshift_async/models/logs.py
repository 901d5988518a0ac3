"""Entries of the account's log."""

from __future__ import annotations

from pydantic import Field, FiniteFloat

from .answers import Count, IfUsable, Moment
from .responses import Answered

__all__ = ["LogEntry"]


class LogEntry(Answered):
    """What the service remembers of one conversion.

    Source: PDFShift API v3, ``GET /logs`` (read 2026-11).
    """

    id: Count
    """Number of the entry."""
    request_id: IfUsable[str] = None
    """Finds the entry by itself; an answer of the service names it as ``response.request_id``."""
    executed: IfUsable[Moment] = None
    duration: IfUsable[FiniteFloat] = None
    """Milliseconds."""
    credits: IfUsable[Count] = None
    """What was charged."""
    sandbox: IfUsable[bool] = None
    filesize: IfUsable[Count] = None
    """Bytes."""
    code: IfUsable[Count] = None
    """HTTP status of the conversion."""
    error: IfUsable[str] = None
    """Why there is no document; None for a success."""
    user_agent: IfUsable[str] = None
    query: IfUsable[str] = Field(default=None, repr=False)
    """The request, where it was sent with ``log_request``; it may hold the document."""
