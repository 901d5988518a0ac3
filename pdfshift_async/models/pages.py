"""One page of a list."""

from __future__ import annotations

from typing import Generic, TypeVar

from .answers import Count, IfUsable
from .responses import Answered

__all__ = ["Page"]

T = TypeVar("T", bound=Answered)


class Page(Answered, Generic[T]):
    """Some entries of a list, and how many there are.

    Source: PDFShift API v3, lists of templates, invoices and logs (read 2026-11).
    """

    data: tuple[T, ...]
    has_more: bool = False
    """Whether others follow."""
    limit: IfUsable[Count] = None
    """Entries of a full page."""
    page: IfUsable[Count] = None
    """Number of this page, from 0."""
    total: IfUsable[Count] = None
    """Entries of the whole list."""
