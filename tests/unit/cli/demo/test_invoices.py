"""The invoice of a payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pdfshift_async.cli.demo.invoices import invoice_of
from pdfshift_async.cli.demo.payments import SHIPPED, Item, Payment, read_payments

_S = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def _payment(**changes: Any) -> Payment:
    values: dict[str, Any] = {
        "number": "2026-1",
        "date": "2026-10-07",
        "customer": "Smith & <Sons>",
        "address": ["1 Road", "London"],
        "vat_id": "",
        "currency": "EUR",
        "vat_rate": "19",
        "language": "de",
        "items": [{"description": "Bread & butter", "quantity": "1.50", "unit_price": "823"}],
        "note": "",
    }
    return Payment.model_validate(values | changes)


def test_what_a_customer_is_called_is_text_and_no_html() -> None:
    """Whatever the file holds, it stands there as it was written."""
    source = invoice_of(_payment(note="<i>")).source
    assert "<strong>Smith &amp; &lt;Sons&gt;</strong><br>1 Road<br>London" in source
    assert "<td>Bread &amp; butter</td>" in source
    assert "<p>&lt;i&gt;</p>" in source


@pytest.mark.parametrize(
    ("language", "currency", "quantity", "amount", "day"),
    [
        ("de", "EUR", "1,5", f"1.234,50{_S}€", "07.10.2026"),
        ("el", "EUR", "1,5", f"1.234,50{_S}€", "07/10/2026"),
        ("en", "GBP", "1.5", "£1,234.50", "07 October 2026"),
        ("fr", "EUR", "1,5", f"1{_S}234,50{_S}€", "07/10/2026"),
        ("pl", "PLN", "1,5", f"1{_S}234,50{_S}zł", "07.10.2026"),
        ("de", "CHF", "1,5", f"1.234,50{_S}CHF", "07.10.2026"),
    ],
)
def test_numbers_and_dates_are_written_as_the_customer_does(
    language: str, currency: str, quantity: str, amount: str, day: str
) -> None:
    """And no number is broken over two lines."""
    source = invoice_of(_payment(language=language, currency=currency)).source
    assert f'<td class="number">{quantity}</td>' in source
    assert f'<td class="number">{amount}</td>' in source
    assert f"<td>{day}</td>" in source


def test_an_invoice_adds_up_and_asks_for_payment() -> None:
    """Net, tax and total; the rate without zeros it does not need."""
    source = invoice_of(_payment(vat_rate="20.00", vat_id="GB9")).source
    assert f"<th>Summe netto</th><td>1.234,50{_S}€</td>" in source
    assert f"<th>USt. 20{_S}%</th><td>246,90{_S}€</td>" in source
    assert f"<th>Gesamtbetrag</th><td>1.481,40{_S}€</td>" in source
    assert "<td>GB9</td>" in source
    assert "Bitte überweisen Sie" in source


def test_below_zero_it_is_a_credit_note_that_asks_for_nothing() -> None:
    """With minus signs, not hyphens."""
    item = Item(description="Ausfall", quantity=Decimal(-1), unit_price=Decimal("8.30"))
    invoice = invoice_of(_payment(items=[item]))
    assert "<h1>Gutschrift</h1>" in invoice.source
    assert f'<td class="number">{_MINUS}8,30{_S}€</td>' in invoice.source
    assert f'<td class="number">{_MINUS}1</td>' in invoice.source
    assert "Bitte überweisen Sie" not in invoice.source


def test_the_options_number_the_pages_and_name_the_document() -> None:
    """The footer is the service's, since only it knows the number of pages."""
    sent = invoice_of(_payment()).options.wire()
    assert sent["format"] == "A4"
    assert "Rechnung 2026-1<br>Seite {{page}} / {{total}}" in sent["footer"]["source"]
    assert sent["metadata"] == {"title": "Rechnung 2026-1", "author": "Nordlicht Hosting GmbH"}


def test_every_shipped_payment_fills_the_template() -> None:
    """No placeholder is left, and each language has every label."""
    for payment in read_payments(SHIPPED):
        invoice = invoice_of(payment)
        assert invoice.number == payment.number
        assert "$" not in invoice.source
