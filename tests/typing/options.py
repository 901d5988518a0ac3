"""What a type checker sees of the options; every ignore is an error that it must find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, assert_type

from pdfshift_async.models import (
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


def names_and_types_are_known() -> None:
    """Reading gives plain types, None only where there may be no such thing."""
    pdf = PDFOptions(format="A4", landscape=True, margin="20mm", zoom=1)
    assert_type(pdf.format, str)
    assert_type(pdf.landscape, bool)
    assert_type(pdf.zoom, float)
    assert_type(pdf.delay, int)
    assert_type(pdf.timeout, int | None)
    assert_type(pdf.margin, Margin | str | int | None)
    assert_type(pdf.header, HeaderFooter | None)
    assert_type(pdf.metadata, Mapping[str, str] | None)
    assert_type(pdf.protection, Protection | None)
    assert_type(pdf.watermark, Watermark | None)
    assert_type(pdf.cookies, Sequence[Cookie])
    assert_type(pdf.auth, BasicAuth | None)
    png = PNGOptions(dpi=2, transparent=True, clip=Clip(width=1, height=1, x=0, y=0))
    assert_type(png.dpi, Literal[1, 2, 4])
    assert_type(png.clip, Clip | None)


def the_class_picks_the_endpoint(options: ConvertOptions) -> None:
    """Known exactly for each class, and as one of four for their base."""
    assert_type(options.endpoint, Literal["pdf", "png", "jpeg", "webp"])
    assert_type(PDFOptions.endpoint, Literal["pdf"])
    assert_type(WebPOptions().endpoint, Literal["webp"])


def copies_keep_their_class() -> None:
    """Also through the base."""
    assert_type(JPEGOptions(quality=50).replace(quality=60), JPEGOptions)


def wrong_options_are_errors() -> None:
    """Names, types, and None where it would mean "default"."""
    PDFOptions(landscap=True)  # type: ignore[call-arg]
    PDFOptions(quality=80)  # type: ignore[call-arg]
    PDFOptions(landscape="yes")  # type: ignore[arg-type]
    PDFOptions(landscape=None)  # type: ignore[arg-type]
    PDFOptions(header={"source": "x"})  # type: ignore[arg-type]
    PNGOptions(dpi=3)  # type: ignore[arg-type]
    HeaderFooter(height=1)  # type: ignore[call-arg]
    ConvertOptions()  # type: ignore[abstract]


def options_are_read_only() -> None:
    """Frozen, their mappings and lists as well."""
    options = PDFOptions(http_headers={"A": "b"}, metadata={})
    options.format = "A4"  # type: ignore[misc]
    if options.http_headers is not None:
        options.http_headers["A"] = "c"  # type: ignore[index]
