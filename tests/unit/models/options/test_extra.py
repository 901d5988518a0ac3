"""Options that are newer than the library."""

from __future__ import annotations

from typing import Any

import pytest

from pdfshift_async.models import PDFOptions, PNGOptions
from pdfshift_async.models.options import check_extra

ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.5, "ü", [1, {"a": None}], {"a": {"b": [""]}}], ids=repr
)
def test_any_json_may_be_sent_under_a_new_name(value: object) -> None:
    """The library cannot know what the service will take one day."""
    assert list(check_extra(PDFOptions(), {"brand_new": value})) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("landscape", "is no extra option (use PDFOptions(landscape=...))"),
        (
            "source",
            "cannot be sent as an extra option (the source is the first argument of the call)",
        ),
        ("webhook", "cannot be sent as an extra option (the client sets it from its webhook_url)"),
        (
            "encode",
            "cannot be sent as an extra option "
            "(the library delivers bytes; base64 would only be undone again)",
        ),
    ],
)
def test_known_and_reserved_names_are_refused(name: str, text: str) -> None:
    """Known ones would go around their check, reserved ones would break the submission."""
    found = check_extra(PDFOptions(), {name: True})
    assert [str(problem) for problem in found] == [f"{name}: {text}"]


def test_an_option_of_another_endpoint_may_be_extra() -> None:
    """The service may extend it to this one."""
    assert list(check_extra(PNGOptions(), {"landscape": True})) == []


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"x", {1, 2}, object(), "\ud800", 10**5000, ENDLESS],
    ids=["nan", "infinity", "bytes", "set", "object", "surrogate", "huge", "endless"],
)
def test_what_json_cannot_carry_is_refused(value: object) -> None:
    """Found before the request is built."""
    found = check_extra(PDFOptions(), {"brand_new": value})
    assert [str(problem) for problem in found] == ["brand_new: must be a JSON value"]


def test_every_problem_is_told() -> None:
    """Not just the first."""
    found = check_extra(PDFOptions(), {"format": "A4", "fine": 1, "bad\ud800": 1})
    assert [problem.option for problem in found] == ["format", "'bad\\ud800'"]
