"""The options of a conversion, one class per endpoint.

Three rules hold for all of them:

- Only what the caller set is sent; the service decides about the rest. Reading an option which was
  not set gives the service's documented default.
- ``None`` means "no such thing" (no header, no limit of its own) and is never sent. An option with
  a default of its own does not take ``None``.
- Everything wrong is said at once, before anything is sent, as
  :class:`~pdfshift_async.errors.InvalidOptions`.
"""

from __future__ import annotations

from .common import BasicAuth, ConvertOptions, Cookie, Delivery
from .extra import check_extra, is_json
from .images import Clip, ImageOptions, JPEGOptions, PNGOptions, WebPOptions
from .pdf import HeaderFooter, Margin, PDFOptions, Protection, Watermark
from .variables import check_variables

__all__ = [
    "BasicAuth",
    "Clip",
    "ConvertOptions",
    "Cookie",
    "Delivery",
    "HeaderFooter",
    "ImageOptions",
    "JPEGOptions",
    "Margin",
    "PDFOptions",
    "PNGOptions",
    "Protection",
    "Watermark",
    "WebPOptions",
    "check_extra",
    "check_variables",
    "is_json",
]
