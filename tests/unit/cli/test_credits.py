"""``pdfshift credits``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from tests.unit.cli.conftest import Ended

_CREDITS = {"base": 500, "remaining": 480, "total": 600, "used": 120}


def test_the_credits_are_shown(pdfshift: Callable[..., Ended], api: respx.MockRouter) -> None:
    """What is left comes first."""
    api.get("/credits/usage").respond(json={"credits": _CREDITS, "success": True})
    assert pdfshift("credits") == (
        0,
        "Remaining\t480\nUsed\t120\nTotal\t600\nOf the plan\t500\n",
        "",
    )


def test_the_credits_as_json(pdfshift: Callable[..., Ended], api: respx.MockRouter) -> None:
    """Under the names that the service has for them."""
    api.get("/credits/usage").respond(json={"credits": _CREDITS, "success": True})
    assert json.loads(pdfshift("credits", "--json").out) == _CREDITS
