"""What all conversions have in common."""

from __future__ import annotations

from typing import Any

import pytest

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
from pdfshift_async.models.options import Delivery

COMMON = {
    *("sandbox", "filename", "s3_destination", "use_print", "css", "javascript", "delay"),
    *("timeout", "wait_for", "wait_for_network", "ignore_long_polling", "disable_javascript"),
    *("lazy_load_images", "raise_for_status", "auth", "http_headers", "cookies", "is_hipaa"),
    *("is_gdpr", "log_request"),
}
PDF = {
    *("landscape", "format", "disable_backgrounds", "remove_blank", "pages", "zoom", "margin"),
    *("header", "footer", "metadata", "protection", "watermark"),
}
IMAGE = {"viewport", "fullpage", "css_selector", "clip", "dpi"}


@pytest.mark.parametrize(
    ("cls", "endpoint", "names"),
    [
        (PDFOptions, "pdf", COMMON | PDF),
        (PNGOptions, "png", COMMON | IMAGE | {"transparent"}),
        (JPEGOptions, "jpeg", COMMON | IMAGE | {"quality"}),
        (WebPOptions, "webp", COMMON | IMAGE),
    ],
)
def test_every_parameter_of_an_endpoint_is_an_option(
    cls: Any, endpoint: str, names: set[str]
) -> None:
    """Complete, and nothing else.

    Source: PDFShift API v3, ``POST /convert/*`` (read 2026-11), without ``source``, ``webhook``
    and ``encode``.
    """
    assert cls.endpoint == endpoint
    assert set(cls.model_fields) == names


FLAGS_THAT_ARE_ON = {"wait_for_network"}
DEFAULTS = {
    "delay": 0,
    "cookies": (),
    "format": "A4",
    "zoom": 1.0,
    "viewport": "1280x1024",
    "dpi": 1,
    "quality": 80,
    "start_at": 1,
    "user_password": "",
    "owner_password": "",
    "font_size": 16,
    "font_family": "Helvetica",
    "font_color": "000000",
    "font_opacity": 100,
    "offset_x": "center",
    "offset_y": "middle",
    "rotate": -45,
}


@pytest.mark.parametrize(
    "cls",
    [
        *(PDFOptions, PNGOptions, JPEGOptions, WebPOptions),
        *(BasicAuth, Clip, Cookie, HeaderFooter, Margin, Protection, Watermark),
    ],
)
def test_defaults_are_those_of_the_service(cls: Any) -> None:
    """Flags are off, but for one; the rest is in the table, or there is no such thing.

    Source: PDFShift API v3, ``POST /convert/*`` (read 2026-11).
    """
    for name, field in cls.model_fields.items():
        if not field.is_required():
            flag = name in FLAGS_THAT_ARE_ON if field.annotation is bool else None
            assert (name, field.default) == (name, DEFAULTS.get(name, flag))


@pytest.mark.parametrize(
    "options",
    [
        {"sandbox": True, "log_request": True},
        {"delay": 0, "timeout": 0},
        {"delay": 10_000, "timeout": 900},
        {"filename": "result.pdf"},
        {"filename": "A-b_c.1"},
        {"s3_destination": "s3://bucket/folder/käse 1.pdf"},
        {"s3_destination": "gs://bucket/key"},
        {"wait_for": "isReady"},
        {"wait_for": "app.$state._ready1"},
        {"ignore_long_polling": True},
        {"ignore_long_polling": False, "wait_for_network": False},
        {"http_headers": {"X-Trace": "", "Accept": "a, b; c=ü"}},
        {"http_headers": {}, "cookies": []},
        {"is_hipaa": True, "filename": "result.pdf", "s3_destination": "s3://bucket/key"},
        {"css": "", "javascript": "https://example.com/a.js"},
    ],
    ids=str,
)
def test_what_the_service_accepts_is_sent_unchanged(options: dict[str, Any]) -> None:
    """Checked, not normalized."""
    assert PDFOptions(**options).wire() == options


def test_credentials_and_cookies_take_models() -> None:
    """Typed code writes models, and they are sent as plain objects."""
    options = PNGOptions(
        auth=BasicAuth(username="u", password="p:w"),
        cookies=[Cookie(name="sid", value='"1"', secure=True)],
    )
    assert options.wire() == {
        "auth": {"username": "u", "password": "p:w"},
        "cookies": [{"name": "sid", "value": '"1"', "secure": True}],
    }


@pytest.mark.parametrize(
    ("options", "delivery", "expected"),
    [
        (PDFOptions(), "queued", []),
        (PDFOptions(), "direct", []),
        (
            PDFOptions(),
            "hosted",
            ["filename: is required, unless s3_destination is given"],
        ),
        (PDFOptions(filename="result.pdf"), "hosted", []),
        (PDFOptions(filename="result.pdf"), "queued", []),
        (
            PDFOptions(filename="result.pdf", s3_destination="s3://b/k"),
            "direct",
            [
                f"{name}: makes the service answer with a URL, not with the document "
                "(leave it out, or convert hosted or queued)"
                for name in ("filename", "s3_destination")
            ],
        ),
        (
            PDFOptions(is_hipaa=True, is_gdpr=True),
            "queued",
            [
                f"{name}: cannot be queued without s3_destination (the service would keep the "
                "document; name a bucket or convert directly)"
                for name in ("is_hipaa", "is_gdpr")
            ],
        ),
        (PDFOptions(is_hipaa=True, s3_destination="s3://b/k"), "queued", []),
        (PDFOptions(is_gdpr=True), "direct", []),
    ],
)
def test_the_way_of_delivery_forbids_some_options(
    options: ConvertOptions, delivery: Delivery, expected: list[str]
) -> None:
    """Told as problems, so that a submission reports them with its own."""
    assert [str(problem) for problem in options.problems_for(delivery)] == expected
