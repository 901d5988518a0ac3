"""Reading a file of payments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pdfshift_async.cli.demo.payments import SHIPPED, read_payments
from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = "number,date,customer,address,vat_id,currency,vat_rate,language,items,note\n"
_ROW = "1,2026-10-01,Größmann,Berlin,,EUR,19,de,Brot; 3; 1.15,\n"


def _file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "payments.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_the_shipped_month_is_as_varied_as_a_real_one() -> None:
    """Two dozen payments: several languages, currencies and rates, and one credit note."""
    payments = read_payments(SHIPPED)
    assert len(payments) == 24
    assert {payment.language for payment in payments} == {"de", "el", "en", "fr", "pl"}
    assert {payment.currency for payment in payments} == {"EUR", "GBP"}
    assert {payment.vat_rate for payment in payments} == {0, 7, 19, 20, 23, 24}
    assert [payment.number for payment in payments if payment.total < 0] == ["2026-1016"]
    assert max(len(payment.items) for payment in payments) > 40
    assert max(len(payment.customer) for payment in payments) > 100


def test_a_cell_has_one_item_in_each_line(tmp_path: Path) -> None:
    """Descriptions may have semicolons; quantity and price come last."""
    items = '"Brot; dunkel; 3; 1.155\n\nRabatt; 1; -0.50\n"'
    [payment] = read_payments(_file(tmp_path, _COLUMNS + _ROW.replace("Brot; 3; 1.15", items)))
    assert [item.description for item in payment.items] == ["Brot; dunkel", "Rabatt"]
    assert [item.amount for item in payment.items] == [Decimal("3.47"), Decimal("-0.50")]


def test_sums_are_whole_cents_rounded_half_up(tmp_path: Path) -> None:
    """As commerce does it: 1.15 at 10 % is 0.115, hence 0.12."""
    row = _ROW.replace("; 3;", "; 1;").replace(",19,", ",10,")
    [payment] = read_payments(_file(tmp_path, _COLUMNS + row))
    assert (payment.net, payment.vat, payment.total) == (
        Decimal("1.15"),
        Decimal("0.12"),
        Decimal("1.27"),
    )


def test_files_of_spreadsheets_are_read(tmp_path: Path) -> None:
    """With the mark in front, Windows line ends, an empty line and a column of their own."""
    text = (_COLUMNS.strip() + ",internal\n" + _ROW.strip() + ",x\n\n").replace("\n", "\r\n")
    [payment] = read_payments(_file(tmp_path, text, "utf-8-sig"))
    assert payment.customer == "Größmann"


def _problem(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        read_payments(path)
    assert refused.value.option == "--payments"
    return refused.value.rule


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("1,2026", "../1,2026", "line 2: number: must be able to name a file: "),
        ("1,2026", "nul.a,2026", "line 2: number: must be able to name a file: "),
        ("2026-10-01", "1.10.2026", "line 2: date: must be a valid date"),
        ("Größmann", " ", "line 2: customer: must not be empty"),
        ("Berlin", "", "line 2: address: must not be empty"),
        ("EUR", "€", "line 2: currency: must be three capitals, such as EUR"),
        ("19", "101", "line 2: vat_rate: must be less than or equal to 100"),
        ("19", "viel", "line 2: vat_rate: must be a valid decimal"),
        (",de,", ",it,", "line 2: language: must be 'de', 'el', 'en', 'fr' or 'pl'"),
        ("3;", "NaN;", "line 2: items 1 quantity: must be a finite number"),
        ("Brot; 3; 1.15", "Brot", "line 2: items 1: must be 'description; quantity; unit price'"),
        (",de,Brot; 3; 1.15,\n", "\n", "line 2: language: is missing; line 2: items: is missing"),
        ("Brot;", "Brot, Käse;", "line 2: more cells than columns; quote text with commas"),
    ],
)
def test_each_problem_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    """Whoever made the file can find and correct it."""
    path = _file(tmp_path, _COLUMNS + _ROW.replace(old, new))
    assert _problem(path).startswith(f"{path}, {problem}")


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    """A row begins where its first cell does, whatever the cells before it hold."""
    first = _ROW.replace("Berlin", '"Straße 1\nBerlin"')
    path = _file(tmp_path, _COLUMNS + first + "\n" + _ROW.replace("1,2026", "2,26"))
    assert _problem(path).startswith(f"{path}, line 5: date:")


def test_only_the_first_problems_are_told(tmp_path: Path) -> None:
    """A file of the wrong kind must not fill the screen."""
    path = _file(tmp_path, _COLUMNS + _ROW.replace("EUR", "€") * 7)
    rule = _problem(path)
    assert rule.count("line ") == 5
    assert rule.endswith("; and 2 more")


def test_two_invoices_cannot_have_one_name(tmp_path: Path) -> None:
    """Nor names that some file systems take for one."""
    path = _file(tmp_path, _COLUMNS + "a" + _ROW + "A" + _ROW)
    assert _problem(path) == f"{path}, line 3: number A1 is there twice"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "PATH, line 1: must name the columns; not there: number, date, "),
        (b"number,date\n", "PATH, line 1: must name the columns; not there: customer, "),
        (_COLUMNS.encode(), "PATH has no payments"),
        (b"\xff\xfe", "PATH is not UTF-8 text"),
        (_COLUMNS.encode() + b'"', "PATH is no CSV file: unexpected end of data"),
    ],
)
def test_what_is_no_file_of_payments_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """In one sentence."""
    path = tmp_path / "payments.csv"
    path.write_bytes(content)
    assert _problem(path).startswith(problem.replace("PATH", str(path)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the reason of the system."""
    assert (
        _problem(tmp_path / "no.csv") == f"cannot read {tmp_path}/no.csv: No such file or directory"
    )
