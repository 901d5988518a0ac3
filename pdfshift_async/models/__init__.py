"""What is sent to the service and what it answers, as typed and frozen models."""

from __future__ import annotations

from .options import (
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

__all__ = [
    "BasicAuth",
    "Clip",
    "ConvertOptions",
    "Cookie",
    "HeaderFooter",
    "JPEGOptions",
    "Margin",
    "PDFOptions",
    "PNGOptions",
    "Protection",
    "Watermark",
    "WebPOptions",
]
