"""What a type checker sees of the client; every ignore is an error that it must find."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import assert_type

from pdfshift_async import (
    Account,
    Conversion,
    CreditUsage,
    Document,
    Invoice,
    Listing,
    LogEntry,
    Markup,
    Page,
    PDFOptions,
    PDFShift,
    PDFShiftError,
    Plan,
    ResponseInfo,
    Result,
    Retry,
    Template,
)


async def conversions_have_three_forms(client: PDFShift) -> None:
    """An awaitable, a result with a URL, and bytes."""
    conversion = await client.submit("<p>hi</p>", PDFOptions(), key="inv-1")
    _ = assert_type(conversion, Conversion)
    assert_type(await conversion, Result)
    assert_type(await client.convert("<p>hi</p>"), Result)
    assert_type(await client.convert_hosted("<p>hi</p>", filename="invoice-1.pdf"), Result)
    document = await client.convert_direct("<p>hi</p>")
    assert_type(document, Document)
    assert_type(document.response, ResponseInfo)
    assert_type((await conversion).response, ResponseInfo | None)


async def templates_have_the_same_forms(client: PDFShift) -> None:
    """And HTML."""
    templates = client.templates
    assert_type(templates.list(), Listing[Template])
    assert_type(await templates.get("invoice"), Markup)
    assert_type(await templates.create("invoice", name="Invoice", content="<p>"), Template)
    assert_type(await templates.update("invoice", content="<p>"), Template)
    assert_type(await templates.fill("invoice", {"who": "Zoë"}), Markup)
    _ = assert_type(await templates.submit("invoice", {"who": "Zoë"}), Conversion)
    assert_type(await templates.convert("invoice"), Result)
    assert_type(await templates.convert_direct("invoice"), Document)
    assert_type(await templates.convert_hosted("invoice", filename="invoice-1.pdf"), Result)


async def lists_give_entries_and_pages(client: PDFShift) -> None:
    """Each of its own type."""
    async for entry in client.logs.list(status="error", limit=5):
        assert_type(entry, LogEntry)
        assert_type(entry.response, ResponseInfo)
    async for page in client.invoices.list().pages():
        assert_type(page, Page[Invoice])
        assert_type(page.data, tuple[Invoice, ...])
        assert_type(page.data[0].amount, Decimal | None)


async def the_account_is_typed(client: PDFShift) -> None:
    """None only where something may be missing."""
    account = await client.account.get()
    assert_type(account, Account)
    assert_type(account.email, str)
    assert_type(account.plan, Plan | None)
    usage = await client.credits.usage()
    assert_type(usage, CreditUsage)
    assert_type(usage.remaining, int)


def a_view_is_a_client(client: PDFShift) -> None:
    """With some of the settings of a client."""
    view = client.with_options(
        timeout=timedelta(seconds=5), retry=Retry(max_elapsed=1), processor_version="142"
    )
    assert_type(view, PDFShift)
    client.with_options(processor_version=None)
    client.with_options(processor_version="143")  # type: ignore[arg-type]
    client.with_options(store="memory://")  # type: ignore[call-arg]
    client.with_options(timeout="5")  # type: ignore[arg-type]
    PDFShift(processor_version=142)  # type: ignore[arg-type]


async def wrong_calls_are_errors(client: PDFShift) -> None:
    """Names, types, and what must be named."""
    client.logs.list(status="failed")  # type: ignore[arg-type]
    client.logs.list("error")  # type: ignore[call-arg]
    await client.templates.create("invoice", "Invoice", "<p>")  # type: ignore[call-arg]
    await client.templates.delete(5)  # type: ignore[arg-type]


def errors_name_what_they_are_about(error: PDFShiftError) -> None:
    """Or None."""
    assert_type(error.subject, str | None)
    assert_type(error.hint, str | None)
