"""Stored templates and their variables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pdfshift_async.emulator.bodies import Refusal
from pdfshift_async.emulator.templates import Template, Templates, fill

VARIABLES: dict[str, Any] = {
    "name": "Ünal & Söhne",
    "customer": {"city": "Köln"},
    "rows": [{"total": 12.5}, "<b>"],
    "nothing": None,
    "paid": False,
}


@pytest.mark.parametrize(
    ("content", "filled"),
    [
        ("{{ name }} and {{name}}", "Ünal &amp; Söhne and Ünal &amp; Söhne"),
        ("{{{ name }}}", "Ünal & Söhne"),
        ("{{customer.city}}", "Köln"),
        ("{{ rows.0.total }} {{{rows.1}}}", "12.5 <b>"),
        ("[{{ rows.2 }}{{ rows.x }}{{ name.x }}{{ unknown }}{{ nothing }}]", "[]"),
        ("{{ paid }}", "False"),
        ("{{ 1 + 1 }} {{ __class__.x }} {", "{{ 1 + 1 }}  {"),
    ],
)
def test_variables_are_filled_in(content: str, filled: str) -> None:
    """Names become their values, unknown ones nothing, and everything else stays."""
    assert fill(content, VARIABLES) == filled


def test_a_filled_value_is_not_filled_again() -> None:
    """Braces in a value are content."""
    assert fill("{{{ a }}}", {"a": "{{ b }}", "b": "c"}) == "{{ b }}"


def test_templates_are_kept_by_slug() -> None:
    """A slug is taken once, can be replaced, and is free again after removal."""
    templates = Templates()
    template = Template("inv", "Invoice", "<p>", datetime(2026, 1, 1, tzinfo=UTC))
    templates.add(template)

    with pytest.raises(Refusal) as taken:
        templates.add(template)
    templates.replace(Template("inv", "Bill", "<b>", template.created_at))
    assert [kept.name for kept in templates] == ["Bill"]
    templates.remove("inv")
    with pytest.raises(Refusal) as missing:
        templates.get("inv")

    assert taken.value.status == 400
    assert list(taken.value.body["errors"]) == ["slug"]
    assert missing.value.status == 404
    assert len(templates) == 0
