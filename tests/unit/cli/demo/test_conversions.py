"""Submit, await, save."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pdfshift_async import PDFOptions, PDFShift
from pdfshift_async.cli.demo.conversions import Failed, Line, Saved, convert_all
from pdfshift_async.cli.demo.invoices import Invoice
from pdfshift_async.errors import ConversionFailed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import FakeService


async def test_each_invoice_is_saved_or_told_why_not(service: FakeService, tmp_path: Path) -> None:
    """One that fails does not keep the others from being saved."""
    failure = service.failures["<p>b"] = ConversionFailed("no")
    invoices = [Invoice(name, f"<p>{name}", PDFOptions()) for name in "abc"]
    lines: dict[str, Line] = {}

    def done(line: Line) -> None:
        lines[line.number] = line

    await convert_all(cast("PDFShift", service), invoices, tmp_path, done)
    assert sorted(lines) == ["a", "b", "c"]
    assert lines["b"] == Failed("b", failure)
    saved = lines["c"]
    assert isinstance(saved, Saved)
    assert saved.path == tmp_path / "c.pdf"
    assert saved.result.key == "c"
    assert saved.seconds >= 0
    assert _names(tmp_path) == ["a.pdf", "c.pdf"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
