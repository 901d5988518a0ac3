"""Payments to invoices: the HTML, and the options of its conversion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from pdfshift_async import HeaderFooter, Margin, PDFOptions
from pdfshift_async.cli.demo.payments import Item, Payment

__all__ = ["Invoice", "invoice_of"]

_FOLDER: Final = Path(__file__).parent
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "PLN": "zł", "USD": "$"}
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Invoice:
    """One document to convert."""

    number: str
    source: str
    """HTML, or a URL."""
    options: PDFOptions


def invoice_of(payment: Payment) -> Invoice:
    """Make the invoice of a payment, or its credit note."""
    words = _labels()[payment.language]
    kind = words["credit_note" if payment.total < 0 else "invoice"]
    title = f"{kind} {payment.number}"
    source = _template("invoice.html").substitute(
        {name: escape(text) for name, text in words.items()},
        language=payment.language,
        title=escape(title),
        kind=escape(kind),
        customer=escape(payment.customer),
        address="<br>".join(map(escape, payment.address)),
        facts=_facts(payment, words),
        items="".join(_item_row(item, payment, words) for item in payment.items),
        sums=_sums(payment, words),
        closing=_closing(payment, words),
    )
    return Invoice(payment.number, source, _options(title, words))


def _options(title: str, words: dict[str, str]) -> PDFOptions:
    footer = _template("footer.html").substitute(title=escape(title), page=escape(words["page"]))
    return PDFOptions(
        format="A4",
        margin=Margin(top="16mm", right="20mm", bottom="12mm", left="20mm"),
        footer=HeaderFooter(source=footer, height="18mm"),
        metadata={"title": title, "author": "Nordlicht Hosting GmbH"},
    )


def _facts(payment: Payment, words: dict[str, str]) -> str:
    facts = {
        words["number"]: payment.number,
        words["date"]: payment.date.strftime(words["date_format"]),
        words["vat_id"]: payment.vat_id,
    }
    return "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>"
        for name, text in facts.items()
        if text
    )


def _item_row(item: Item, payment: Payment, words: dict[str, str]) -> str:
    numbers = (
        _number(item.quantity.normalize(), words),
        _money(item.unit_price, payment, words),
        _money(item.amount, payment, words),
    )
    cells = "".join(f'<td class="number">{escape(text)}</td>' for text in numbers)
    return f"<tr><td>{escape(item.description)}</td>{cells}</tr>"


def _sums(payment: Payment, words: dict[str, str]) -> str:
    rate = f"{_number(payment.vat_rate.normalize(), words)}{_NO_BREAK}%"
    sums = {
        words["net"]: payment.net,
        f"{words['vat']} {rate}": payment.vat,
        words["total"]: payment.total,
    }
    return "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_money(amount, payment, words))}</td></tr>"
        for name, amount in sums.items()
    )


def _closing(payment: Payment, words: dict[str, str]) -> str:
    texts = [payment.note]
    if payment.total > 0:
        texts.append(words["pay"])
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


def _money(amount: Decimal, payment: Payment, words: dict[str, str]) -> str:
    symbol = _SYMBOLS.get(payment.currency, payment.currency)
    number = _number(abs(amount).quantize(Decimal("0.01")), words)
    text = words["money_format"].format(amount=number, symbol=symbol).replace(" ", _NO_BREAK)
    return f"{_MINUS}{text}" if amount < 0 else text


def _number(number: Decimal, words: dict[str, str]) -> str:
    """Write a number as the language does, which its label shows by example: 1.234,56."""
    separators = {",": words["number_format"][1], ".": words["number_format"][5]}
    text = f"{number:,f}".replace("-", _MINUS)
    return "".join(separators.get(char, char) for char in text).replace(" ", _NO_BREAK)


@cache
def _labels() -> dict[str, dict[str, str]]:
    labels: dict[str, Any] = json.loads((_FOLDER / "labels.json").read_text(encoding="utf-8"))
    return labels


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / name).read_text(encoding="utf-8"))
