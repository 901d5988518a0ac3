"""Each rule of the service, broken once, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.errors import InvalidOptions
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

LENGTH = "must be pixels, or a number with px, cm, mm, in or pt, such as '20mm'"
MARGIN = (
    "must be a Margin, whole pixels, or one to four lengths in the order of CSS, "
    "such as '20mm 15mm'"
)
PAPER = (
    "must be one of Letter, Legal, Tabloid, Ledger, A0, A1, A2, A3, A4, A5, "
    "or {width}x{height} such as '210mmx297mm' or '1024xauto'"
)
PAGES = "must be pages and rising ranges without spaces, such as '3' or '1-3,6,7'"
OFFSET_X = "must be 'left', 'center', 'right', or a number with px, cm, mm, in or pt"
OFFSET_Y = "must be 'top', 'middle', 'bottom', or a number with px, cm, mm, in or pt"
VIEWPORT = "must be {width}x{height} in pixels, such as '1280x1024'"
COLOR = "must be rgb or rrggbb, such as '#cc0000'"
FUNCTION = (
    "must be the name of a global function of the document (a CSS selector or an expression does "
    "not work: define a function which returns true when the document is ready)"
)
FILENAME = "must have 7 or more characters out of A-Z, a-z, 0-9, '-', '_' and '.'"
BUCKET = (
    "must be s3://bucket/key, or the like for another storage "
    "(the key names the file, and it is no https URL)"
)
USER = "must have no colon and no control character"
COOKIE = "must have no semicolon and no control character"
COUNT = "must be 1 or more, within 32 bits"
ONE_CAPTURE = "(one option says what is captured)"
UNICODE = "must be valid Unicode (it holds a lone surrogate; decode the text correctly)"


def refused(rule: str, cls: Any, message: str, /, **options: Any) -> Any:
    """Build one row; the rule is its id."""
    return pytest.param(cls, options, message, id=rule)


ROWS = [
    # common
    refused("flag", PDFOptions, "sandbox: must be True or False", sandbox="yes"),
    refused("flag-number", PDFOptions, "landscape: must be True or False", landscape=1),
    refused("whole-number", PDFOptions, "delay: must be a whole number", delay=1.5),
    refused("whole-number-text", PDFOptions, "delay: must be a whole number", delay="1"),
    refused("number", PDFOptions, "zoom: must be a number", zoom="1"),
    refused("text", PDFOptions, "css: must be text", css=b"a{}"),
    refused("unicode", PDFOptions, f"css: {UNICODE}", css="\ud800"),
    refused("delay-low", PDFOptions, "delay: must be from 0 to 10000 ms", delay=-1),
    refused("delay-high", PDFOptions, "delay: must be from 0 to 10000 ms", delay=10_001),
    refused("timeout-low", PDFOptions, "timeout: must be from 0 to 900 s", timeout=-1),
    refused("timeout-high", PDFOptions, "timeout: must be from 0 to 900 s", timeout=901),
    refused("filename-short", PDFOptions, f"filename: {FILENAME}", filename="a.pdf"),
    refused("filename-characters", PDFOptions, f"filename: {FILENAME}", filename="rechnüng.pdf"),
    refused("bucket-key", PDFOptions, f"s3_destination: {BUCKET}", s3_destination="s3://bucket/"),
    refused(
        "bucket-scheme", PDFOptions, f"s3_destination: {BUCKET}", s3_destination="https://a/b.pdf"
    ),
    refused("wait-for-selector", PDFOptions, f"wait_for: {FUNCTION}", wait_for="#ready"),
    refused("wait-for-expression", PDFOptions, f"wait_for: {FUNCTION}", wait_for="ready()"),
    refused("wait-for-empty", PDFOptions, f"wait_for: {FUNCTION}", wait_for=""),
    refused(
        "long-polling",
        PDFOptions,
        "ignore_long_polling: needs wait_for_network",
        ignore_long_polling=True,
        wait_for_network=False,
    ),
    refused("auth-colon", PDFOptions, f"auth.username: {USER}", auth={"username": "a:b"}),
    refused(
        "auth-break",
        PDFOptions,
        "auth.password: must have no control character",
        auth={"password": "a\r\n"},
    ),
    refused(
        "header-mapping",
        PDFOptions,
        "http_headers: must be a mapping of names to text",
        http_headers=["A: b"],
    ),
    refused(
        "header-key",
        PDFOptions,
        "http_headers: must be a mapping of names to text",
        http_headers={1: "a"},
    ),
    refused("header-text", PDFOptions, "http_headers.A: must be text", http_headers={"A": 1}),
    refused(
        "header-unicode",
        PDFOptions,
        "http_headers.A: must be valid Unicode",
        http_headers={"A": "\udc80"},
    ),
    refused(
        "header-name",
        PDFOptions,
        "http_headers.'a b': is no name of an HTTP header",
        http_headers={"a b": "c"},
    ),
    refused(
        "header-break",
        PDFOptions,
        "http_headers.X-A: must be one line",
        http_headers={"X-A": "b\r\nX-B: c"},
    ),
    refused("cookies-list", PDFOptions, "cookies: must be a list", cookies={"a": "b"}),
    refused("cookies-text", PDFOptions, "cookies: must be a list", cookies="a=b"),
    refused(
        "cookie",
        PDFOptions,
        "cookies.0: must be a Cookie or a mapping of its options",
        cookies=["a"],
    ),
    refused("cookie-name", Cookie, "name: is no name of a cookie", name="a=b", value=""),
    refused("cookie-value", Cookie, f"value: {COOKIE}", name="a", value="b; c"),
    refused("cookie-value-missing", Cookie, "value: is required", name="a"),
    refused(
        "hipaa-filename",
        PDFOptions,
        "filename: cannot be used with is_hipaa without s3_destination "
        "(the service would keep the document)",
        is_hipaa=True,
        filename="invoice.pdf",
    ),
    refused(
        "gdpr-filename",
        PNGOptions,
        "filename: cannot be used with is_gdpr without s3_destination "
        "(the service would keep the document)",
        is_gdpr=True,
        filename="invoice.png",
    ),
    # pdf
    refused("format-case", PDFOptions, f"format: {PAPER} (did you mean 'A4'?)", format="a4"),
    refused("format-name", PDFOptions, f"format: {PAPER}", format="A6"),
    refused("format-unit", PDFOptions, f"format: {PAPER}", format="20emx10em"),
    refused("format-zero", PDFOptions, f"format: {PAPER}", format="0x10"),
    refused("format-width-auto", PDFOptions, f"format: {PAPER}", format="autox100"),
    refused("pages-text", PDFOptions, f"pages: {PAGES}", pages="all"),
    refused("pages-zero", PDFOptions, f"pages: {PAGES}", pages="0"),
    refused("pages-open", PDFOptions, f"pages: {PAGES}", pages="3-"),
    refused("pages-falling", PDFOptions, f"pages: {PAGES}", pages="5-1"),
    refused("pages-endless", PDFOptions, f"pages: {PAGES}", pages="1" * 5000),
    refused("pages-number", PDFOptions, "pages: must be text", pages=3),
    refused("zoom-low", PDFOptions, "zoom: must be from 0.1 to 2", zoom=0.05),
    refused("zoom-high", PDFOptions, "zoom: must be from 0.1 to 2", zoom=2.1),
    refused("zoom-nan", PDFOptions, "zoom: must be from 0.1 to 2", zoom=float("nan")),
    refused("margin-five", PDFOptions, f"margin: {MARGIN}", margin="1 2 3 4 5"),
    refused("margin-empty", PDFOptions, f"margin: {MARGIN}", margin=" "),
    refused("margin-unit", PDFOptions, f"margin: {MARGIN}", margin="2em"),
    refused("margin-negative", PDFOptions, f"margin: {MARGIN}", margin=-1),
    refused("margin-flag", PDFOptions, f"margin: {MARGIN}", margin=True),
    refused(
        "margin-model", PDFOptions, f"margin: {MARGIN}", margin=Clip(width=1, height=1, x=0, y=0)
    ),
    refused("margin-side", PDFOptions, f"margin.left: {LENGTH}", margin={"left": "3 mm"}),
    refused("side", Margin, f"top: {LENGTH}", top=1.5),
    refused("side-huge", Margin, f"top: {LENGTH}", top=10**5000),
    refused(
        "header",
        PDFOptions,
        "header: must be a HeaderFooter or a mapping of its options",
        header="x",
    ),
    refused("header-source", PDFOptions, "header.source: is required", header={}),
    refused("header-height", HeaderFooter, f"height: {LENGTH}", source="", height="1%"),
    refused("start-at-low", HeaderFooter, f"start_at: {COUNT}", source="", start_at=0),
    refused("start-at-huge", HeaderFooter, f"start_at: {COUNT}", source="", start_at=10**5000),
    refused(
        "start-at-differs",
        PDFOptions,
        "footer.start_at: must equal header.start_at when both are above 1",
        header=HeaderFooter(source="", start_at=2),
        footer={"source": "", "start_at": 3},
    ),
    refused(
        "start-at-differs-downwards",
        PDFOptions,
        "footer.start_at: must equal header.start_at when both are above 1",
        header={"source": "", "start_at": 3},
        footer={"source": "", "start_at": 2},
    ),
    *(
        refused(
            f"metadata-{name}",
            PDFOptions,
            f"metadata.{name}: is reserved by the service",
            metadata={name: "x"},
        )
        for name in (
            "author_raw",
            "creator_raw",
            "producer",
            "producer_raw",
            "subject_raw",
            "title_raw",
        )
    ),
    refused("metadata-text", PDFOptions, "metadata.title: must be text", metadata={"title": None}),
    refused("protection-text", Protection, "owner_password: must be text", owner_password=12345678),
    refused("watermark-none", Watermark, "text: is required, unless image or source is given"),
    refused(
        "watermark-two",
        Watermark,
        "image: cannot be used with text (a watermark is one of them)",
        text="a",
        image="b",
    ),
    refused("watermark-empty", Watermark, "text: must not be empty", text=""),
    refused("font-size-low", Watermark, "font_size: must be from 5 to 300", text="a", font_size=4),
    refused(
        "font-size-high", Watermark, "font_size: must be from 5 to 300", text="a", font_size=301
    ),
    refused(
        "font-family",
        Watermark,
        "font_family: must be 'Helvetica', 'Times' or 'Courier'",
        text="a",
        font_family="Arial",
    ),
    refused("font-color", Watermark, f"font_color: {COLOR}", text="a", font_color="red"),
    refused("font-color-four", Watermark, f"font_color: {COLOR}", text="a", font_color="#1234"),
    refused(
        "font-opacity",
        Watermark,
        "font_opacity: must be from 0 to 100 percent",
        text="a",
        font_opacity=101,
    ),
    refused("offset-x", Watermark, f"offset_x: {OFFSET_X}", text="a", offset_x="top"),
    refused("offset-y", Watermark, f"offset_y: {OFFSET_Y}", text="a", offset_y="12"),
    refused("rotate", Watermark, "rotate: must be from -359 to 359 degrees", text="a", rotate=360),
    # images
    refused("viewport", PNGOptions, f"viewport: {VIEWPORT}", viewport="1280pxx1024px"),
    refused("viewport-zero", PNGOptions, f"viewport: {VIEWPORT}", viewport="0x1024"),
    refused("dpi", PNGOptions, "dpi: must be 1, 2 or 4", dpi=3),
    refused("quality-low", JPEGOptions, "quality: must be from 10 to 100", quality=9),
    refused("quality-high", JPEGOptions, "quality: must be from 10 to 100", quality=101),
    refused("selector-empty", PNGOptions, "css_selector: must not be empty", css_selector=""),
    refused("clip-width", Clip, f"width: {COUNT}", width=0, height=1, x=0, y=0),
    refused("clip-x", Clip, "x: must be within 32 bits", width=1, height=1, x=2**40, y=0),
    refused(
        "clip-missing", PNGOptions, "clip.y: is required", clip={"width": 1, "height": 1, "x": 0}
    ),
    refused(
        "capture-selector",
        PNGOptions,
        f"css_selector: cannot be used with fullpage {ONE_CAPTURE}",
        fullpage=True,
        css_selector="#a",
    ),
    refused(
        "capture-clip",
        WebPOptions,
        f"clip: cannot be used with css_selector {ONE_CAPTURE}",
        css_selector="#a",
        clip={"width": 1, "height": 1, "x": 0, "y": 0},
    ),
]


@pytest.mark.parametrize(("cls", "options", "text"), ROWS)
def test_broken_rules_are_refused(cls: Any, options: dict[str, Any], text: str) -> None:
    """Nothing else is found wrong, and the sentence says what the option must be."""
    with pytest.raises(InvalidOptions) as caught:
        cls(**options)
    assert [str(problem) for problem in caught.value.problems] == [text]
    assert isinstance(caught.value, ValueError)


def unknown(cls: Any, name: str, hint: str) -> Any:
    """Build one row; class and name are its id."""
    return pytest.param(cls, name, hint, id=f"{cls.__name__}-{name}")


LIBRARY = "the library delivers bytes; base64 would only be undone again"


@pytest.mark.parametrize(
    ("cls", "name", "hint"),
    [
        unknown(PDFOptions, "landscap", "did you mean landscape?"),
        unknown(PNGOptions, "full_page", "did you mean fullpage?"),
        unknown(Margin, "topp", "did you mean top?"),
        unknown(PDFOptions, "source", "the source is the first argument of the call"),
        unknown(PDFOptions, "html", "the HTML is the first argument of the call"),
        unknown(PDFOptions, "url", "the URL is the first argument of the call"),
        unknown(PDFOptions, "webhook", "the client sets it from its webhook_url"),
        unknown(PNGOptions, "encode", LIBRARY),
        unknown(PDFOptions, "headers", "did you mean http_headers?"),
        unknown(PDFOptions, "s3", "did you mean s3_destination?"),
        unknown(PDFOptions, "time_limit", "did you mean timeout?"),
        unknown(PDFOptions, "protect", "did you mean protection?"),
        unknown(PDFOptions, "full_height", "did you mean format='{width}xauto'?"),
        unknown(PNGOptions, "full_height", "did you mean fullpage?"),
        unknown(PDFOptions, "avoid_conversion_on_error", "did you mean raise_for_status?"),
        unknown(PDFOptions, "disable_images", "the service no longer has it; hide images with css"),
        unknown(
            PDFOptions, "disable_links", "the service no longer has it; restyle links with css"
        ),
        unknown(Cookie, "httpOnly", "did you mean http_only?"),
        unknown(HeaderFooter, "html", "did you mean source?"),
        unknown(HeaderFooter, "spacing", "the service no longer has it; did you mean height?"),
        unknown(Watermark, "offset_top", "did you mean offset_y?"),
        unknown(Watermark, "offset_left", "did you mean offset_x?"),
        unknown(PNGOptions, "landscape", "it belongs to PDFOptions"),
        unknown(PNGOptions, "quality", "it belongs to JPEGOptions"),
        unknown(JPEGOptions, "transparent", "it belongs to PNGOptions"),
        unknown(PDFOptions, "viewport", "it belongs to PNGOptions, JPEGOptions, WebPOptions"),
    ],
)
def test_unknown_names_are_refused_with_the_right_one(cls: Any, name: str, hint: str) -> None:
    """Typing errors, names of guides, options of another endpoint: all have their own hint."""
    with pytest.raises(InvalidOptions) as caught:
        cls(**{name: "x"})
    problem = caught.value.problems[0]
    assert str(problem) == f"{name}: is not an option of {cls.__name__} ({hint})"


def test_unknown_names_unlike_any_option_have_no_hint() -> None:
    """No hint is better than a wrong one."""
    with pytest.raises(InvalidOptions) as caught:
        BasicAuth(zzz=1)  # type: ignore[call-arg]
    assert str(caught.value) == "zzz: is not an option of BasicAuth."


def test_options_without_an_endpoint_cannot_be_made() -> None:
    """The common options alone say nothing about what to make."""
    with pytest.raises(TypeError, match="abstract"):
        ConvertOptions()  # type: ignore[abstract]
