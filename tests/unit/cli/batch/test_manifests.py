"""Manifests, as people write them."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pdfshift_async import Item, PDFOptions, PNGOptions
from pdfshift_async.cli.batch import manifests
from pdfshift_async.cli.batch.manifests import Manifest
from pdfshift_async.cli.targets import Format
from pdfshift_async.errors import ConfigurationError


def written(tmp_path: Path, content: str | bytes, name: str = "m.csv") -> Manifest:
    """Give a manifest with that content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Manifest(str(path), Format.PDF, ["format=A5"])


def test_a_table_has_keys_sources_and_options(tmp_path: Path) -> None:
    """Sources are URLs, HTML, or files beside it; empty cells are no options."""
    (tmp_path / "b.html").write_text("<p>file</p>")
    rows = 'key,source,landscape,margin.top\na,https://a.example,true,2cm\nb,b.html,,\nc,"<p>1,\n2</p>",,'
    for content in (rows, rows.replace("\n", "\r\n"), "\ufeff" + rows + "\n\n"):
        found = list(written(tmp_path, content).items())
        assert [item.key for item in found] == ["a", "b", "c"]
        assert found[0].options == PDFOptions(
            format="A5",
            landscape=True,
            margin={"top": "2cm"},  # type: ignore[arg-type]
        )
        assert found[1] == Item("b", "<p>file</p>", PDFOptions(format="A5"))
        assert found[2].source.startswith("<p>1,")


def test_json_lines_have_options_of_any_kind(tmp_path: Path) -> None:
    """Numbers as keys are fine; empty lines are none."""
    content = '{"key": 7, "source": "<p>7</p>", "margin": {"top": 3}, "css": null}\n\n'
    (item,) = written(tmp_path, content, "m.jsonl").items()
    assert (item.key, item.source) == ("7", "<p>7</p>")
    assert item.options == PDFOptions(format="A5", margin={"top": 3})  # type: ignore[arg-type]


def test_a_template_is_filled_with_the_whole_row(tmp_path: Path) -> None:
    """Then columns are no options."""
    manifest = written(tmp_path, "key,name\na,Zoë\n")
    filled = Manifest(manifest.path, Format.PNG, [], fill=lambda row: json.dumps(dict(row)))
    (item,) = filled.items()
    assert json.loads(item.source) == {"key": "a", "name": "Zoë"}
    assert item.options == PNGOptions()


def test_a_folder_gives_its_html_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their path in it; a pattern gives them by name."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for name in ("b", "sub/a"):
        (tmp_path / "in" / f"{name}.html").write_text(f"<p>{name}</p>")
    monkeypatch.chdir(tmp_path)
    folder = Manifest("in", Format.PDF, [])
    assert [item.key for item in folder.items()] == ["b", "sub/a"]
    pattern = Manifest("in/*/*.html", Format.PDF, [])
    assert [(item.key, item.source) for item in pattern.items()] == [("a", "<p>sub/a</p>")]
    with pytest.raises(ConfigurationError, match="has no HTML files"):
        list(Manifest("out/*.html", Format.PDF, []).items())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("m.csv", "", "line 1: must name the columns, and one of them 'key'"),
        ("m.csv", "id,source\n", "line 1: must name the columns"),
        ("m.csv", "key,source,source\n", "line 1: names the column 'source' twice"),
        ("m.csv", "key,source\na,b,c\n", "line 2: has more cells than columns"),
        ("m.csv", 'key,source\na,"<p>\n</p>"\n,x\n', "line 4: has no key"),
        ("m.csv", "key,source\na\n", "line 2: source: is missing"),
        ("m.csv", "key,source\na,none.html\n", "line 2: SOURCE: there is no file"),
        ("m.csv", "key,source,zoom\na,<p>,9\n", "line 2: zoom: must be"),
        ("m.csv", 'key,source\n"a"b,c\n', "line 2: is no CSV"),
        ("m.csv", "key,source\na," + "x" * 200_000, "line 2: is no CSV: field larger than"),
        ("m.csv", b"key,source\na,<p>\nb,\xff\n", "is not UTF-8 text"),
        ("m.csv", "key,source\n" + "x" * 600_000, "line 2: is no CSV: a line is longer than 500000"),
        ("m.jsonl", "{}\n", "line 1: has no key"),
        ("m.jsonl", "\n[1]\n", "line 2: is no JSON object"),
        ("m.jsonl", "{\n", "line 1: is no JSON"),
        ("m.jsonl", b"\xff\n", "is not UTF-8 text"),
        ("m.jsonl", "\n" + "x" * 600_000, "line 2: a line is longer than 500000"),
        ("missing/m.csv", None, "No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: Any, said: str
) -> None:
    """And the name of the file."""
    monkeypatch.setattr(manifests, "_LONGEST_LINE", 500_000)
    if content is None:
        manifest = Manifest(str(tmp_path / name), Format.PDF, [])
    else:
        manifest = written(tmp_path, content, name)
    with pytest.raises(ConfigurationError) as caught:
        list(manifest.items())
    assert said in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("name", ["m.csv", "m.jsonl"])
def test_a_line_of_100_megabytes_is_never_held_whole(tmp_path: Path, name: str) -> None:
    """It is refused by its number, whatever is in it."""
    path = tmp_path / name
    with path.open("w") as file:
        file.write("key,source\n")
        for _ in range(100):
            file.write("<p>" + "x" * 999_997)
    manifest = Manifest(str(path), Format.PDF, [])
    tracemalloc.start()
    try:
        with pytest.raises(ConfigurationError, match=f"{name}, line [12]: "):
            list(manifest.items())
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text().map(str.encode)), st.sampled_from(["csv", "jsonl"]))
def test_any_file_gives_items_or_one_clear_error(tmp_path: Path, content: bytes, kind: str) -> None:
    """Nothing else ever comes out of a manifest."""
    head = b"key,source\n" if kind == "csv" else b""
    manifest = written(tmp_path, head + content, f"m.{kind}")
    items = []
    with suppress(ConfigurationError):
        items = list(manifest.items())
    assert all(item.key and item.source for item in items)
