"""The options of PDF documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pdfshift_async.errors import Problem

from ._layout import Color, Length, OffsetX, OffsetY, Pages, Paper, is_length, is_shorthand
from ._model import OptionModel, Part, named
from ._problems import refuse
from ._rules import Count, between
from ._text import Filled, Metadata, Text
from .common import ConvertOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

_WATERMARKS = ("text", "image", "source")


class Margin(OptionModel):
    """The space around the content, side by side.

    Each is pixels, or text with px, cm, mm, in or pt. What the service does about a side that is
    left out is not documented alike everywhere: 48 pixels, or none.

    Source: PDFShift API v3, ``MarginForm`` (read 2026-11); whole numbers: its older reference.
    """

    top: Length | None = None
    right: Length | None = None
    bottom: Length | None = None
    left: Length | None = None


class HeaderFooter(OptionModel):
    """What is repeated above or below the content of each page.

    Source: PDFShift API v3, ``CustomHeaderFooter`` (read 2026-11).
    """

    _foreign_names: ClassVar = {
        "html": "did you mean source?",
        "spacing": "the service no longer has it; did you mean height?",
    }

    source: Text = Field(repr=False)
    """HTML, or the URL of it.

    ``{{date}}``, ``{{title}}``, ``{{url}}``, ``{{page}}`` and ``{{total}}`` are filled in. Styles
    of the document do not reach it, and it can load nothing from outside.
    """
    height: Length | None = None
    """Space it takes: pixels, or text with px, cm, mm, in or pt. Default: none."""
    start_at: Count = 1
    """First page that has it. Default: 1."""


class Protection(OptionModel):
    """Encryption with 128 bits, and what a reader may do.

    Some programs allow everything to those who know the user's password, and an empty one keeps
    nobody out.

    Source: PDFShift API v3, ``ProtectionForm`` (read 2026-11).
    """

    author: Text | None = None
    """Author in the document's properties. Default: none."""
    user_password: Text = Field(default="", repr=False)
    """Opens the document. Default: empty."""
    owner_password: Text = Field(default="", repr=False)
    """Lifts the restrictions. Default: empty."""
    no_print: bool = False
    """Default: false."""
    no_copy: bool = False
    """Default: false."""
    no_modify: bool = False
    """Default: false."""


class Watermark(OptionModel):
    """Exactly one of ``text``, ``image`` and ``source``, over each page.

    Source: PDFShift API v3, ``WatermarkForm`` (read 2026-11).
    """

    _foreign_names: ClassVar = {
        "offset_left": "did you mean offset_x?",
        "offset_top": "did you mean offset_y?",
    }

    text: Filled | None = Field(default=None, repr=False)
    image: Filled | None = Field(default=None, repr=False)
    """URL of an image, or the image in base64."""
    source: Filled | None = Field(default=None, repr=False)
    """URL of a PDF, or the PDF in base64."""
    font_size: Annotated[int, between(5, 300)] = 16
    """Of the text, 5 to 300. Default: 16."""
    font_family: Literal["Helvetica", "Times", "Courier"] = "Helvetica"
    """Of the text. Default: ``Helvetica``."""
    font_color: Color = "000000"
    """Of the text, ``rgb`` or ``rrggbb`` with or without ``#``. Default: ``000000``."""
    font_opacity: Annotated[int, between(0, 100, "percent")] = 100
    """Of the text, in percent. Default: 100."""
    font_bold: bool = False
    """Default: false."""
    font_italic: bool = False
    """Default: false."""
    offset_x: OffsetX = "center"
    """``left``, ``center``, ``right``, or a number with px, cm, mm, in or pt.

    Default: ``center``.
    """
    offset_y: OffsetY = "middle"
    """``top``, ``middle``, ``bottom``, or a number with px, cm, mm, in or pt.

    Default: ``middle``.
    """
    rotate: Annotated[int, between(-359, 359, "degrees")] = -45
    """Degrees, -359 to 359. Default: -45."""

    @classmethod
    def _conflicts(cls, given: Mapping[str, Any], /) -> Iterable[Problem]:
        chosen = [name for name in _WATERMARKS if given.get(name) is not None]
        if not chosen:
            yield Problem("text", "is required, unless image or source is given")
        for name in chosen[1:]:
            yield Problem(name, f"cannot be used with {chosen[0]}", "a watermark is one of them")


def _check_margin(value: object) -> object:
    if isinstance(value, Mapping):
        return Margin(**named(value))
    if not isinstance(value, Margin) and not is_length(value) and not is_shorthand(value):
        refuse(
            "must be a Margin, whole pixels, or one to four lengths in the order of CSS, "
            "such as '20mm 15mm'"
        )
    return value


class PDFOptions(ConvertOptions):
    """Make a PDF document."""

    endpoint: ClassVar[Literal["pdf"]] = "pdf"

    _foreign_names: ClassVar = {
        "full_height": "did you mean format='{width}xauto'?",
        "protect": "did you mean protection?",
    }

    landscape: bool = False
    """Turn the paper by 90 degrees. Default: false."""
    format: Paper = "A4"
    """``Letter``, ``Legal``, ``Tabloid``, ``Ledger``, ``A0`` to ``A5``, or ``{width}x{height}``.

    Width and height are pixels or have in, cm, mm or pt; the height may be ``auto``, which makes
    one page of it all: ``1024xauto``. A decimal comma is accepted. Default: ``A4``.
    Source: ``pt`` from a guide of the vendor, the comma from one of its examples (read 2026-11).
    """
    disable_backgrounds: bool = False
    """Leave background images out. Default: false."""
    remove_blank: bool = False
    """Drop the last page if it is empty. Default: false."""
    pages: Pages | None = None
    """Pages to keep: ``3``, ``1-5``, ``4,5,6``, ``1-3,6,7``; those past the end are ignored.

    Default: all.
    """
    zoom: Annotated[float, between(0.1, 2)] = 1.0
    """0.1 to 2; less is smaller. Default: 1."""
    margin: Annotated[Margin | str | int, BeforeValidator(_check_margin)] | None = None
    """A ``Margin``, pixels for all sides, or one to four lengths in the order of CSS.

    Default: that of the service.
    """
    header: Part[HeaderFooter] | None = None
    """At the top of the pages. Default: none."""
    footer: Part[HeaderFooter] | None = None
    """At the bottom of the pages. Default: none.

    If header and footer both start after page 1, they start on the same page.
    """
    metadata: Metadata | None = Field(default=None, repr=False)
    """Such as ``author``, ``title``, ``subject`` and ``keywords``.

    Refused: ``author_raw``, ``creator_raw``, ``producer``, ``producer_raw``, ``subject_raw``,
    ``title_raw``. Default: none.
    """
    protection: Part[Protection] | None = None
    """Passwords and restrictions. Default: none."""
    watermark: Part[Watermark] | None = None
    """On every page. Default: none."""

    @classmethod
    def _conflicts(cls, given: Mapping[str, Any], /) -> Iterable[Problem]:
        yield from super()._conflicts(given)
        header, footer = (_start_of(given.get(name)) for name in ("header", "footer"))
        if header > 1 and footer > 1 and header != footer:
            rule = "must equal header.start_at when both are above 1"
            yield Problem("footer.start_at", rule)


def _start_of(part: object) -> int:
    start = part.get("start_at") if isinstance(part, Mapping) else getattr(part, "start_at", None)
    return start if isinstance(start, int) else 1
