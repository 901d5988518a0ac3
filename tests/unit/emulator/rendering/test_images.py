"""HTML to images."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from pdfshift_async.emulator.rendering import RenderFailed
from pdfshift_async.emulator.rendering.fetching import BASE_URL, Fetcher
from pdfshift_async.emulator.rendering.images import capture
from pdfshift_async.emulator.rendering.sources import Source

Captured = Callable[..., Image.Image]

BOX = "<body style='margin:0'><div id=box style='margin:20px 0 0 30px;width:50px;height:40px;background:red'></div>"
RED, WHITE = (255, 0, 0, 255), (255, 255, 255, 255)


@pytest.fixture
def captured(offline: Fetcher) -> Captured:
    """Take a picture of HTML with some parameters."""

    def capture_(
        html: str, kind: str = "png", *, sandbox: bool = False, css: str = "", **parameters: Any
    ) -> Image.Image:
        source = Source(html, BASE_URL, "", None, 0, len(html))
        content = capture(source, css, parameters, offline, kind=kind, sandbox=sandbox)
        return Image.open(io.BytesIO(content))

    return capture_


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_every_kind_is_what_it_says(kind: str, captured: Captured) -> None:
    """A window of the default size."""
    image = captured(BOX, kind)
    assert image.format == kind.upper()
    assert image.size == (1280, 1024)
    assert image.convert("RGBA").getpixel((50, 40)) == pytest.approx(RED, abs=3)


def test_the_window_is_of_the_size_asked_for(captured: Captured) -> None:
    """Its background goes all the way down."""
    image = captured("<body style='background:red'>x", viewport="200x300")
    assert image.size == (200, 300)
    assert image.getpixel((199, 299)) == RED


def test_a_full_page_is_as_high_as_its_content(captured: Captured) -> None:
    """But not lower than the window."""
    high = "<body style='margin:0'><div style='height:2000px'></div>"
    assert captured(high, viewport="200x300", fullpage=True).size == (200, 2000)
    assert captured("", viewport="200x300", fullpage=True).size == (200, 300)


def test_a_clip_is_a_part_of_the_window(captured: Captured) -> None:
    """From its top left corner."""
    image = captured(BOX, clip={"x": 30, "y": 20, "width": 60, "height": 45})
    assert image.size == (60, 45)
    assert [image.getpixel(point) for point in ((0, 0), (49, 39), (50, 0), (0, 40))] == [
        RED,
        RED,
        WHITE,
        WHITE,
    ]


def test_a_selector_takes_one_element(captured: Captured) -> None:
    """In its own colours."""
    image = captured(BOX, css_selector="#box")
    assert image.size == (50, 40)
    assert image.getpixel((25, 20)) == RED


def test_a_selector_finds_an_image(captured: Captured) -> None:
    """Whose background is not to be seen."""
    image = "<img width=40 height=30 src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC'>"
    assert captured(f"<p>{image}", css_selector="img").size == (40, 30)


def test_a_selector_without_match_fails(captured: Captured) -> None:
    """There is nothing to show."""
    with pytest.raises(RenderFailed, match="css_selector"):
        captured(BOX, css_selector="#none")


def test_resolution_multiplies_the_pixels(captured: Captured) -> None:
    """Not the window."""
    image = captured(BOX, viewport="100x100", dpi=2)
    assert image.size == (200, 200)
    assert image.getpixel((159, 119)) == RED
    assert image.getpixel((160, 120)) == WHITE


def test_transparency_is_for_png(captured: Captured) -> None:
    """Where nothing is drawn; a JPEG has white there."""
    assert captured("<p>x", transparent=True).getpixel((500, 500)) == (0, 0, 0, 0)
    assert captured("<p>x").getpixel((500, 500)) == WHITE
    assert captured("<p>x", "jpeg", transparent=True).getpixel((500, 500)) == WHITE[:3]


def test_quality_is_for_size(offline: Fetcher) -> None:
    """Less of it, fewer bytes."""
    source = Source("<h1>Quality</h1>" * 20, BASE_URL, "", None, 0, 0)
    low, high = (
        len(capture(source, "", {"quality": quality}, offline, kind="jpeg", sandbox=False))
        for quality in (10, 100)
    )
    assert low < high / 2


def test_style_of_the_request_is_applied(captured: Captured) -> None:
    """As in a PDF."""
    assert captured(BOX, css="#box{background:lime!important}").getpixel((50, 40)) == (
        0,
        255,
        0,
        255,
    )


def test_the_sandbox_leaves_its_mark(captured: Captured) -> None:
    """Over a page that would be white."""
    assert captured("").getcolors() == [(1280 * 1024, WHITE)]
    assert captured("", sandbox=True).getcolors() != [(1280 * 1024, WHITE)]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("png", {"fullpage": True}),
        ("webp", {"clip": {"x": 0, "y": 0, "width": 16_384, "height": 1}}),
        ("jpeg", {"viewport": "20000x10", "dpi": 2}),
        ("png", {"css_selector": "div"}),
    ],
)
def test_an_image_that_no_format_can_hold_fails(
    kind: str, parameters: dict[str, Any], captured: Captured
) -> None:
    """Before anything is drawn."""
    with pytest.raises(RenderFailed, match="a side of more than"):
        captured("<div style='height:40000px'></div>", kind, **parameters)
