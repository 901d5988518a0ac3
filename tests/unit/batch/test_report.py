"""The report as a file."""

from __future__ import annotations

import asyncio
import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pdfshift_async import ConfigurationError, Item, PDFShift

if TYPE_CHECKING:
    from pdfshift_async import Report


async def reported(client: PDFShift, save_to: Path | None = None) -> Report:
    """Give the report of a small batch."""
    items = [Item("ä,1", "ok 1"), Item("2", "failed 2")]
    async with client.batch("b", items, save_to=save_to) as batch:
        return await batch.finish()


async def test_csv_has_a_line_for_each_item(client: PDFShift, tmp_path: Path) -> None:
    """Sorted by key, with what a spreadsheet needs."""
    report = await reported(client, tmp_path / "{key}.pdf")
    path = await report.save(tmp_path / "report.csv")
    with path.open(encoding="utf-8", newline="") as file:
        failed, converted = csv.DictReader(file)
    assert (failed["key"], failed["outcome"], failed["file"]) == ("2", "failed", "")
    assert failed["detail"] == "conversion failed with 400: No"
    assert (converted["key"], converted["outcome"], converted["credits"]) == (
        "ä,1",
        "converted",
        "1",
    )
    assert len(await asyncio.to_thread(Path(converted["file"]).read_bytes)) == int(
        converted["size"]
    )


async def test_json_has_an_object_in_each_line(client: PDFShift, tmp_path: Path) -> None:
    """As programs like it."""
    report = await reported(client)
    path = await report.save(tmp_path / "report.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["key"], row["outcome"], row["file"]) for row in rows] == [
        ("2", "failed", None),
        ("ä,1", "converted", None),
    ]


async def test_json_may_be_one_list(client: PDFShift, tmp_path: Path) -> None:
    """However many pages of the store it takes; of nothing it is empty."""
    report = await reported(client)
    store = client._shared.store
    (member, _) = await store.members("b")  # type: ignore[attr-defined]
    for number in range(600):
        await store.enrol(replace(member, key=f"x{number:03}"))  # type: ignore[attr-defined]
    rows = json.loads((await report.save(tmp_path / "report.json")).read_text())
    assert [row["key"] for row in rows] == ["2", *(f"x{number:03}" for number in range(600)), "ä,1"]
    await store.forget("b")  # type: ignore[attr-defined]
    assert json.loads((await report.save(tmp_path / "report.json")).read_text()) == []


@pytest.mark.parametrize("name", ["report.xlsx", "missing/report.csv"])
async def test_a_report_that_cannot_be_written_says_why(
    client: PDFShift, tmp_path: Path, name: str
) -> None:
    """The kind is unknown, or the folder missing."""
    report = await reported(client)
    with pytest.raises(ConfigurationError, match=r"must end in|cannot be written: No such file"):
        await report.save(tmp_path / name)


async def test_open_items_are_reported_as_open(client: PDFShift, tmp_path: Path) -> None:
    """Their outcome is not known yet."""
    report = await reported(client)
    (member, _) = await client._shared.store.members("b")  # type: ignore[attr-defined]
    await client._shared.store.rewrite(  # type: ignore[attr-defined]
        replace(member, ending=None), instead_of=member.conversion_id
    )
    path = await report.save(tmp_path / "report.jsonl")
    assert json.loads(path.read_text().splitlines()[0])["outcome"] == "open"
