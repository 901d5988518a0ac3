"""All invoices, as one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pdfshift_async import FinishedItem, PDFOptions, PDFShift
from pdfshift_async.cli.demo.conversions import convert_all
from pdfshift_async.cli.demo.invoices import Invoice
from pdfshift_async.errors import ConversionFailed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import FakeService


async def test_each_invoice_is_saved_or_told_why_not(service: FakeService, tmp_path: Path) -> None:
    """One that fails does not keep the others from being saved."""
    failure = service.failures["<p>b"] = ConversionFailed("no")
    invoices = [Invoice(name, f"<p>{name}", PDFOptions()) for name in "abc"]
    items: list[FinishedItem] = []
    await convert_all(cast("PDFShift", service), invoices, tmp_path, items.append)
    assert [item.key for item in items] == ["a", "b", "c"]
    assert [item.error for item in items] == [None, failure, None]
    assert items[2].path == tmp_path / "c.pdf"
    assert _names(tmp_path) == ["a.pdf", "c.pdf"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
