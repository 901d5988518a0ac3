"""HTML of answers, whatever its charset; the rest shows in the calls themselves."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from pdfshift_async import CreditUsage, Markup, Template, UnexpectedResponse
from pdfshift_async._core.values import confirm, markup_in, page_in, value_in
from pdfshift_async._core.wire import Answer


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (None, "utf-8"),
        ("text/html", "utf-8"),
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html; charset="ISO-8859-1"', "latin-1"),
    ],
)
def test_html_is_decoded_as_its_header_says(content_type: str | None, charset: str) -> None:
    """UTF-8 where it says nothing."""
    headers = {} if content_type is None else {"content-type": content_type}
    assert markup_in(Answer(200, headers, "<p>Zoë</p>".encode(charset))).html == "<p>Zoë</p>"


@pytest.mark.parametrize("charset", ["utf-8", "klingon", "base64", "a\0b"])
def test_what_cannot_be_decoded_is_no_html(charset: str) -> None:
    """Neither bytes of another charset nor one that does not exist."""
    answer = Answer(200, {"content-type": f"text/html; charset={charset}"}, b"\xff\xfe")
    with pytest.raises(UnexpectedResponse, match="the answer is no text in"):
        markup_in(answer)


@given(body=st.binary(max_size=200), content_type=st.text(max_size=40))
def test_any_answer_is_a_value_or_unexpected(body: bytes, content_type: str) -> None:
    """Nothing else is raised, whatever came; only HTML can be so short."""
    answer = Answer(200, {"content-type": content_type}, body)
    for read in (
        markup_in,
        confirm,
        lambda answer: value_in(answer, "credits", CreditUsage),
        lambda answer: page_in(answer, "templates", Template),
    ):
        with suppress(UnexpectedResponse):
            assert isinstance(read(answer), Markup | None)
