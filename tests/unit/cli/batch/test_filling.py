"""Templates filled with rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfshift_async.cli.batch.filling import fill_of
from pdfshift_async.errors import ConfigurationError


def template(tmp_path: Path, content: str) -> Path:
    """Write a template."""
    path = tmp_path / "invoice.html"
    path.write_text(content)
    return path


def test_values_are_escaped(tmp_path: Path) -> None:
    """A customer's name is no HTML; other templates beside it can be included."""
    (tmp_path / "head.html").write_text("<h1>Invoice</h1>")
    fill = fill_of(template(tmp_path, "{% include 'head.html' %}<p>{{ name }}</p>"))
    assert fill({"name": "<b> & Söhne"}) == "<h1>Invoice</h1><p>&lt;b&gt; &amp; Söhne</p>"


@pytest.mark.parametrize("content", ["{{ nmae }}", "{{ name / 2 }}"])
def test_a_value_that_is_not_there_is_no_empty_place(tmp_path: Path, content: str) -> None:
    """An invoice with a hole is worse than none."""
    fill = fill_of(template(tmp_path, content))
    with pytest.raises(ConfigurationError, match=r"--template: invoice\.html: \w+Error: "):
        fill({"name": "x"})


@pytest.mark.parametrize("content", ["{% if %}", None])
def test_a_template_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    """Before any document is made."""
    path = template(tmp_path, content) if content else tmp_path / "none.html"
    with pytest.raises(ConfigurationError, match=f"--template: {path}"):
        fill_of(path)
