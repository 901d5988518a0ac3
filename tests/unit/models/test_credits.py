"""Credits: whole numbers, however they are written."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pdfshift_async import CreditUsage

USAGE = {"base": 50000, "remaining": 49881, "total": 60000, "used": 119}


def test_usage_is_read_whole() -> None:
    """With overage, the total is above the plan's base."""
    usage = CreditUsage.model_validate(USAGE)
    assert (usage.base, usage.remaining, usage.total, usage.used) == (50000, 49881, 60000, 119)


def test_numbers_may_be_floats() -> None:
    """The service writes some numbers both ways."""
    usage = CreditUsage.model_validate({"remaining": 49881.0, "total": 60000.0, "used": 119.0})
    assert usage == CreditUsage.model_validate(
        {name: USAGE[name] for name in USAGE if name != "base"}
    )


@pytest.mark.parametrize("name", ["remaining", "total", "used"])
def test_usage_without_its_numbers_is_none(name: str) -> None:
    """Zero would be a lie."""
    with pytest.raises(ValidationError):
        CreditUsage.model_validate({**USAGE, name: None})
