"""What the service says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pdfshift_async.emulator.bodies import (
    Refusal,
    callback_failure,
    executed,
    json_response,
    page_of,
    result,
)
from pdfshift_async.emulator.rendering import Rendered, RenderFailed

AT = datetime(2024, 3, 6, 10, 5, 51, 516413, tzinfo=UTC)


def test_a_result_is_described_as_by_the_service() -> None:
    """Hyphenated keys, whole milliseconds outside and fractions inside, a moment without zone."""
    rendered = Rendered(b"12345", 2, 203, 1085.6712, 7, 99, ())

    assert result(rendered, url="http://here/x", duration=1237, at=AT) == {
        "success": True,
        "url": "http://here/x",
        "filesize": 5,
        "duration": 1237,
        "response": {
            "status-code": 203,
            "content-length": 99,
            "requests": 7,
            "duration": 1085.67,
        },
        "executed": "2024-03-06T10:05:51.516413",
        "pdf_pages": 2,
    }


def test_an_image_of_html_text_has_neither_pages_nor_a_status() -> None:
    """What does not exist is left out, not null."""
    described = result(Rendered(b"", None, None, 0, 0, 0, ()), url="u", duration=0, at=AT)

    assert "pdf_pages" not in described
    assert "status-code" not in described["response"]


def test_whole_seconds_keep_their_microseconds() -> None:
    """The form of a moment never varies."""
    assert executed(AT.replace(microsecond=0)) == "2024-03-06T10:05:51.000000"


def test_a_failure_is_called_back_in_nested_form() -> None:
    """There is no success at the top, and no identifier where none is known."""
    assert callback_failure(RenderFailed(400, "Too long.", "A74")) == {
        "error": {"success": False, "error": "Too long.", "code": 400, "identifier": "A74"}
    }
    assert callback_failure(RenderFailed(400, "Too long.")) == {
        "error": {"success": False, "error": "Too long.", "code": 400}
    }


def test_refusals_carry_the_body_of_the_service() -> None:
    """One text, or one list of texts per parameter."""
    assert Refusal.because(403, "No.", reset=5).body == {
        "success": False,
        "error": "No.",
        "code": 403,
        "reset": 5,
    }
    assert Refusal.of_fields({"zoom": ["Wrong."]}).body == {
        "success": False,
        "errors": {"zoom": ["Wrong."]},
        "code": 400,
    }


def test_json_has_no_charset() -> None:
    """The vendor's client compares the content type as a whole."""
    assert json_response({}).headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("number", "items", "has_more"), [(0, 10, True), (1, 2, False), (2, 0, False)]
)
def test_a_list_is_cut_into_pages_of_ten(number: int, items: int, *, has_more: bool) -> None:
    """Every page knows the total, and whether another follows."""
    page = page_of([{"n": n} for n in range(12)], number=number)

    assert (len(page["data"]), page["has_more"]) == (items, has_more)
    assert (page["total"], page["limit"], page["page"]) == (12, 10, number)
