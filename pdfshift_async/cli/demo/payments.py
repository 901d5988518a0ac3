"""A file of payments, read and checked before anything is made of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from pdfshift_async.cli.failures import one_line
from pdfshift_async.errors import ConfigurationError

__all__ = ["SHIPPED", "Item", "Payment", "read_payments"]

SHIPPED: Final = Path(__file__).with_name("payments.csv")
"""October 2026 of a hosting company that does not exist."""

_CENT: Final = Decimal("0.01")
_SHOWN_PROBLEMS: Final = 5

_T = TypeVar("_T")


def _lines(value: Any) -> Any:
    return (
        [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value
    )


def _filled(lines: list[_T]) -> list[_T]:
    if not lines:
        msg = "must not be empty"
        raise ValueError(msg)
    return lines


def _item(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.rsplit(";", 2)]
    if len(parts) != len(Item.model_fields):
        msg = "must be 'description; quantity; unit price'"
        raise ValueError(msg)
    return dict(zip(Item.model_fields, parts, strict=True))


def _matching(pattern: str, rule: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(rule)
        return text

    return AfterValidator(check)


_Line = Annotated[
    str, StringConstraints(strip_whitespace=True), _matching(".+", "must not be empty")
]
# Windows keeps some names for its devices.
_FileName = Annotated[
    str,
    _matching(
        r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9][A-Za-z0-9._-]{0,99}",
        "must be able to name a file: letters, digits, '.', '_' and '-', at most 100",
    ),
]
_Currency = Annotated[str, _matching("[A-Z]{3}", "must be three capitals, such as EUR")]
_Amount = Annotated[Decimal, Field(max_digits=12, decimal_places=4)]
_Lines = Annotated[list[_T], AfterValidator(_filled), BeforeValidator(_lines)]


class Item(BaseModel):
    """One line of an invoice."""

    model_config = ConfigDict(frozen=True)

    description: _Line
    quantity: _Amount
    unit_price: _Amount

    @property
    def amount(self) -> Decimal:
        """Without VAT, in whole cents."""
        return _cents(self.quantity * self.unit_price)


class Payment(BaseModel):
    """What one customer owes, or is owed."""

    model_config = ConfigDict(frozen=True)

    number: _FileName
    """Names the invoice and its file."""
    date: date
    customer: _Line
    address: _Lines[_Line]
    vat_id: str
    currency: _Currency
    vat_rate: Annotated[Decimal, Field(ge=0, le=100)]
    """Percent."""
    language: Literal["de", "el", "en", "fr", "pl"]
    items: _Lines[Annotated[Item, BeforeValidator(_item)]]
    note: str

    @property
    def net(self) -> Decimal:
        """The sum of the items."""
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def vat(self) -> Decimal:
        """The tax on the sum, in whole cents."""
        return _cents(self.net * self.vat_rate / 100)

    @property
    def total(self) -> Decimal:
        """What is to be paid; below zero for a credit note."""
        return self.net + self.vat


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def read_payments(path: Path) -> list[Payment]:
    """Read a CSV file with one payment in each row.

    Raises:
        ConfigurationError: It cannot be read, or rows are wrong; the message says which lines.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(path, csv.reader(file, strict=True)))
    except OSError as error:
        raise _refused(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refused(f"{path} is not UTF-8 text") from error
    except csv.Error as error:
        raise _refused(f"{path} is no CSV file: {error}") from error
    return _checked(path, rows)


def _rows(path: Path, reader: Any) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Give each row by column, with the number of its first line: cells may have several."""
    columns: list[str] = next(reader, [])
    if missing := [name for name in Payment.model_fields if name not in columns]:
        raise _refused(f"{path}, line 1: must name the columns; not there: {', '.join(missing)}")
    line = reader.line_num + 1
    for cells in reader:
        if len(cells) > len(columns):
            raise _refused(f"{path}, line {line}: more cells than columns; quote text with commas")
        if cells:
            yield line, dict(zip_longest(columns, cells))
        line = reader.line_num + 1


def _checked(path: Path, rows: list[tuple[int, dict[str, str | None]]]) -> list[Payment]:
    payments: dict[str, Payment] = {}
    problems: list[str] = []
    for line, row in rows:
        try:
            payment = Payment.model_validate(row)
        except ValidationError as error:
            problems += [f"line {line}: {problem}" for problem in _problems_in(error)]
            continue
        # Some file systems do not tell capitals from small letters.
        if payments.setdefault(payment.number.lower(), payment) is not payment:
            problems.append(f"line {line}: number {payment.number} is there twice")
    if problems:
        raise _refused(f"{path}, {_first(problems)}")
    if not payments:
        raise _refused(f"{path} has no payments")
    return list(payments.values())


def _problems_in(error: ValidationError) -> Iterator[str]:
    for finding in error.errors(include_url=False, include_context=False):
        name, *steps = finding["loc"]
        # Items are counted from 1 in a message.
        place = " ".join([str(name), *(str(s + 1 if isinstance(s, int) else s) for s in steps)])
        message = finding["msg"].removeprefix("Value error, ").replace("Input should", "must")
        rule = "is missing" if finding["input"] is None else message[0].lower() + message[1:]
        yield one_line(f"{place}: {rule}")


def _first(problems: list[str]) -> str:
    shown = "; ".join(problems[:_SHOWN_PROBLEMS])
    hidden = len(problems) - _SHOWN_PROBLEMS
    return f"{shown}; and {hidden} more" if hidden > 0 else shown


def _refused(rule: str) -> ConfigurationError:
    return ConfigurationError("--payments", rule)
