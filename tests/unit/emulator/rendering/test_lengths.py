"""Lengths, formats and margins as the service writes them."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.emulator.rendering import RenderFailed
from pdfshift_async.emulator.rendering.lengths import A4, Margins, margins, paper, pixels


@pytest.mark.parametrize(
    ("length", "expected"),
    [("10", 10), (12, 12), ("10px", 10), ("72pt", 96), ("1in", 96), ("2,54cm", 96), ("25.4MM", 96)],
)
def test_every_unit_becomes_pixels(length: str | int, expected: float) -> None:
    """Without a unit a length is in pixels; a comma is a decimal sign."""
    assert pixels(length) == pytest.approx(expected)


@pytest.mark.parametrize("length", ["", "wide", "10em", "1.2.3", "10 px px"])
def test_anything_else_is_no_length(length: str) -> None:
    """The failure names what was given."""
    with pytest.raises(RenderFailed, match="is not a length") as failure:
        pixels(length)
    assert failure.value.code == 400


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("A0", (2384, 3370)),
        ("a3", (842, 1191)),
        ("A5", (420, 595)),
        ("Letter", (612, 792)),
        ("Legal", (612, 1008)),
        ("Tabloid", (792, 1224)),
        ("Ledger", (1224, 792)),
        ("21cmx29,7cm", (595, 842)),
        ("100x200", (75, 150)),
        ("100pxx200px", (75, 150)),
        ("100pt x 200pt", (100, 200)),
        ("4inX6in", (288, 432)),
    ],
)
def test_formats_by_name_and_by_size(name: str, points: tuple[int, int]) -> None:
    """Each has the size that its name says, in points here."""
    width, height = paper(name)
    assert height is not None
    assert (round(width * 0.75), round(height * 0.75)) == points


def test_landscape_turns_the_sheet() -> None:
    """The two sides change places."""
    assert paper("A4", landscape=True) == (A4.height, A4.width)


def test_a_growing_height_stays_open_and_is_not_turned() -> None:
    """There is no height yet that could become the width."""
    assert paper("1024xauto", landscape=True) == (1024, None)


@pytest.mark.parametrize("name", ["", "A9", "x", "100x", "autox100", "0x100", "100x0", "99999x100"])
def test_an_impossible_format_fails(name: str) -> None:
    """Unknown names, and sizes no page can have."""
    with pytest.raises(RenderFailed):
        paper(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (20, (20, 20, 20, 20)),
        ("20", (20, 20, 20, 20)),
        ("1in 10px", (96, 10, 96, 10)),
        ("1 2 3", (1, 2, 3, 2)),
        ("1 2 3 4", (1, 2, 3, 4)),
        ({"top": "10", "right": 20, "bottom": None, "left": "1in"}, (10, 20, 0, 96)),
        ({"top": "0"}, (0, 48, 48, 48)),
        ("-5", (0, 0, 0, 0)),
    ],
)
def test_margins_in_every_form(value: Any, expected: tuple[float, ...]) -> None:
    """Sides by name, a number, or CSS shorthand."""
    assert margins(value) == Margins(*expected)


def test_no_margin_is_left_to_the_document() -> None:
    """None is something else than zero."""
    assert margins(None) is None


@pytest.mark.parametrize("value", ["", "1 2 3 4 5"])
def test_a_shorthand_has_one_to_four_lengths(value: str) -> None:
    """Anything else fails."""
    with pytest.raises(RenderFailed, match="one to four"):
        margins(value)
