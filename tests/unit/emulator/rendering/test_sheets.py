"""The sheet: what the parameters make of it."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.sheets import Sheet

BAND = {"source": "<div style='height:30px'></div>"}


@pytest.mark.parametrize(
    ("parameters", "css"),
    [
        ({}, "@page{}"),
        ({"landscape": False, "zoom": 1}, "@page{}"),
        ({"format": "100x200"}, "@page{size:100.000px 200.000px!important;}"),
        (
            {"format": "100x200", "landscape": True},
            "@page{size:200.000px 100.000px!important;}",
        ),
        (
            {"format": "100x200", "zoom": 0.5, "margin": 10},
            "@page{size:200.000px 400.000px!important;"
            "margin:20.000px 20.000px 20.000px 20.000px!important;}",
        ),
        (
            {"margin": "1 2 3 4", "header": BAND, "footer": BAND},
            "@page{margin:31.000px 2.000px 33.000px 4.000px!important;"
            "margin-top:31.000px!important;margin-bottom:33.000px!important;}",
        ),
        ({"header": BAND}, "@page{margin-top:30.000px!important;}"),
        ({"footer": BAND}, "@page{margin-bottom:30.000px!important;}"),
    ],
)
def test_only_what_was_asked_for_beats_the_document(
    parameters: dict[str, Any], css: str, offline: Fetcher
) -> None:
    """Everything else stays with its own rules for the page."""
    assert Sheet.read(parameters, offline).css() == css


def test_zoom_alone_fixes_the_default_size(offline: Fetcher) -> None:
    """Otherwise the sheet would shrink along with its content."""
    sheet = Sheet.read({"zoom": 2}, offline)
    assert sheet.fixed
    assert sheet.layout_size == pytest.approx((sheet.width / 2, sheet.height / 2))


def test_a_growing_sheet_has_room_for_content_margins_and_bands(offline: Fetcher) -> None:
    """And one pixel more."""
    parameters = {"format": "100xauto", "margin": 10, "zoom": 0.5, "header": BAND}
    sheet = Sheet.read(parameters, offline)
    assert sheet.grows
    assert sheet.grown(1000).height == 500 + 20 + 30 + 1
    assert not sheet.grown(1000).grows


def test_a_growing_sheet_stops_at_what_readers_accept(offline: Fetcher) -> None:
    """What is left goes to further pages."""
    assert Sheet.read({"format": "100xauto"}, offline).grown(1e9).height == 19_200


def test_margins_wider_than_the_sheet_leave_a_band_of_some_width(offline: Fetcher) -> None:
    """Measuring it does not fail."""
    sheet = Sheet.read({"format": "100x100", "margin": 500, "header": BAND}, offline)
    assert sheet.header is not None
