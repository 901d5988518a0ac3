"""Where watermarks lie, and what they are made of."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import plutoprint as pp
import pytest
import respx
from PIL import Image

from pdfshift_async.emulator.rendering import FetchPolicy, RenderFailed
from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.watermarks import Placement, Stamp, binary, prepare, sandbox

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
URL = "http://shop.test/mark"


def square(side: int = 30, colour: str = "red") -> str:
    """Give a PNG in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.fixture
def answer() -> Iterator[respx.Route]:
    """The answer for the address."""
    with respx.mock:
        yield respx.get(URL)


def prepared(fetcher: Fetcher, **watermark: Any) -> Stamp:
    """Prepare a watermark that is drawn."""
    stamp = prepare(watermark, fetcher)
    assert stamp is not None
    return stamp


def painted(stamp: Stamp, width: int = 300, height: int = 200) -> tuple[int, int, int, int] | None:
    """Draw onto an empty page and give the box that is not empty."""
    with pp.ImageCanvas(width, height) as canvas:
        stamp.draw(canvas, width, height)
        canvas.flush()
        pixels = Image.frombytes("RGBA", (width, height), bytes(canvas.get_data()))
    return pixels.getchannel("A").getbbox()


@pytest.mark.parametrize(
    ("watermark", "box"),
    [
        ({}, (135, 85, 165, 115)),
        ({"offset_x": "left", "offset_y": "top"}, (0, 0, 30, 30)),
        ({"offset_x": "right", "offset_y": "bottom"}, (270, 170, 300, 200)),
        ({"offset_x": "10px", "offset_y": "15pt"}, (10, 20, 40, 50)),
        ({"offset_x": 0, "offset_y": None}, (0, 85, 30, 115)),
        ({"offset_x": "left", "offset_y": "top", "rotate": 90}, (0, 0, 30, 30)),
        ({"offset_x": "left", "offset_y": "top", "rotate": -45}, (0, 0, 43, 43)),
    ],
)
def test_offsets_place_the_turned_box(
    watermark: dict[str, Any], box: tuple[int, ...], offline: Fetcher
) -> None:
    """At an edge all of it stays on the page."""
    assert painted(prepared(offline, image=square(), **watermark)) == pytest.approx(box, abs=1)


def test_a_large_image_shrinks_to_fit(offline: Fetcher) -> None:
    """It keeps its shape."""
    assert painted(prepared(offline, image=square(900))) == pytest.approx((50, 0, 250, 200), abs=1)


def test_text_rises_unless_told_otherwise(offline: Fetcher) -> None:
    """By 45 degrees, like the service's."""
    assert prepared(offline, text="DRAFT").placement == Placement("center", "middle", -45)
    assert prepared(offline, text="DRAFT", rotate=0).placement.degrees == 0


def test_an_image_stays_upright(offline: Fetcher) -> None:
    """A logo is not turned unless one says so."""
    assert prepared(offline, image=square()).placement.degrees == 0


def test_text_is_as_large_as_its_font(offline: Fetcher) -> None:
    """Twice the size, twice the box; bold is wider."""
    small, large = (prepared(offline, text="DRAFT", font_size=size) for size in (20, 40))
    assert large.width == pytest.approx(2 * small.width, rel=0.02)
    assert large.height == pytest.approx(2 * small.height, abs=1)
    assert prepared(offline, text="DRAFT", font_size=20, font_bold=True).width > small.width


@pytest.mark.parametrize("colour", ["#f00", "ff0000", "#FF0000"])
def test_text_has_its_colour_and_opacity(colour: str, offline: Fetcher) -> None:
    """Three digits or six, with or without the sign."""
    stamp = prepared(
        offline, text="MM", font_size=60, font_color=colour, font_opacity=50, font_bold=True
    )
    with pp.ImageCanvas(300, 300) as canvas:
        canvas.clear_surface(1, 1, 1)
        stamp.draw(canvas, 300, 300)
        canvas.flush()
        pixels = Image.frombuffer(
            "RGBa", (300, 300), bytes(canvas.get_data()), "raw", "BGRa", 0, 1
        ).convert("RGB")
    colours = sorted(pixels.getcolors(maxcolors=300 * 300) or [])
    assert colours[-2][1] == pytest.approx((255, 127, 127), abs=1)


@pytest.mark.parametrize("family", ["Helvetica", "Times", "Courier"])
@pytest.mark.parametrize("italic", [False, True])
def test_every_family_shows_text(family: str, italic: bool, offline: Fetcher) -> None:
    """On any machine, if only in the font that is there."""
    stamp = prepared(offline, text="Entwurf ü <b>", font_family=family, font_italic=italic)
    assert painted(stamp) is not None


def test_a_watermark_from_a_pdf_is_not_drawn(offline: Fetcher) -> None:
    """It is laid over the finished document; none at all is none."""
    assert prepare({"source": "x"}, offline) is None
    assert prepare(None, offline) is None


@pytest.mark.parametrize(
    "image",
    [base64.b64encode(SVG).decode(), "data:image/svg+xml;base64," + base64.b64encode(SVG).decode()],
)
def test_an_image_may_be_a_drawing(image: str, offline: Fetcher) -> None:
    """SVG is no format of the image library, but of the engine."""
    assert prepared(offline, image=image).width == 30


def test_an_image_may_be_an_address(answer: respx.Route) -> None:
    """It is fetched."""
    answer.respond(200, content=base64.b64decode(square()))
    with Fetcher(FetchPolicy(), {}) as fetcher:
        assert prepared(fetcher, image=URL).width == 30


@pytest.mark.parametrize("image", ["", "%%%", "aGVsbG8=", "\u20ac"])
def test_anything_else_is_no_image(image: str, offline: Fetcher) -> None:
    """Whether it is base64 or not."""
    with pytest.raises(RenderFailed, match="no image"):
        prepare({"image": image or "!"}, offline)


def test_an_image_that_cannot_be_loaded_fails(offline: Fetcher) -> None:
    """The failure says which."""
    with pytest.raises(RenderFailed, match="watermark"):
        binary(URL, offline, "watermark")


@pytest.mark.parametrize(("width", "height"), [(800, 1100), (100, 50), (10, 10)])
def test_the_mark_of_the_sandbox_fits_any_page(width: int, height: int) -> None:
    """It is seen, and stays within."""
    assert painted(sandbox(width, height), width, height) is not None
