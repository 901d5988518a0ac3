"""Templates that the service keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from .answers import IfUsable, Moment
from .responses import Answered, ResponseInfo

__all__ = ["Markup", "Template"]


class Template(Answered):
    """A stored template, without its content.

    Source: PDFShift API v3, templates (read 2026-11).
    """

    slug: str
    """Names it in every call; it never changes."""
    name: IfUsable[str] = None
    """For people."""
    created: IfUsable[Moment] = None


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML of a template: as it is stored, or filled with variables."""

    html: str = field(repr=False)
    response: ResponseInfo = field(repr=False, compare=False)
    """What the headers said."""
