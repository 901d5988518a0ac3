"""Arguments, environment and defaults, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pdfshift_async import _defaults
from pdfshift_async._core.tokens import Tokens
from pdfshift_async._settings import (
    OnLost,
    Retry,
    api_key_from,
    base_url_from,
    on_lost_from,
    seconds,
    secrets_from,
    store_from,
    webhook_auth_from,
    webhook_method_from,
    webhook_url_from,
)
from pdfshift_async.errors import ConfigurationError

CENTURY = 100 * 365 * 24 * 3600
NO_DURATIONS: list[Any] = [
    0,
    -1,
    math.nan,
    math.inf,
    CENTURY + 1,
    10**400,
    timedelta(0),
    timedelta.max,
    True,
    "30",
    None,
]


@pytest.mark.parametrize(
    ("value", "duration"),
    [(30, 30.0), (0.5, 0.5), (timedelta(minutes=2), 120.0), (CENTURY, float(CENTURY))],
)
def test_a_duration_is_a_number_or_a_timedelta(value: float | timedelta, duration: float) -> None:
    """In seconds either way."""
    assert seconds("timeout", value) == duration


@pytest.mark.parametrize("value", NO_DURATIONS)
def test_what_is_no_duration_is_refused(value: Any) -> None:
    """Also one so long that its end is in no calendar."""
    with pytest.raises(ConfigurationError, match="timeout: must be a positive number of seconds"):
        seconds("timeout", value)


def test_a_retry_may_have_no_pause_and_no_time() -> None:
    """Zero is a number of seconds."""
    assert Retry(0, 0, 0) == Retry(max_elapsed=0, first_pause=0, longest_pause=0)
    assert Retry().max_elapsed == _defaults.RETRY_MAX_ELAPSED


@pytest.mark.parametrize("name", ["max_elapsed", "first_pause", "longest_pause"])
@pytest.mark.parametrize("value", [value for value in NO_DURATIONS if value != 0])
def test_a_retry_takes_nothing_else(name: str, value: Any) -> None:
    """The message names the setting."""
    with pytest.raises(ConfigurationError, match=rf"retry\.{name}: must be a number of seconds"):
        Retry(**{name: value})


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each setting that has a variable."""
    for name in ("API_KEY", "WEBHOOK_URL", "WEBHOOK_SECRET", "BASE_URL", "STORE"):
        monkeypatch.setenv(f"PDFSHIFT_{name}", "https://environment")
    assert api_key_from("sk_argument") == "sk_argument"
    assert webhook_url_from("https://argument") == "https://argument"
    assert secrets_from(["argument"]) == ("argument",)
    assert base_url_from("https://argument") == "https://argument"
    assert store_from("argument://") == "argument://"


def test_the_environment_wins_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each setting that has a variable."""
    for name in ("API_KEY", "WEBHOOK_URL", "WEBHOOK_SECRET", "BASE_URL", "STORE"):
        monkeypatch.setenv(f"PDFSHIFT_{name}", "https://environment")
    assert api_key_from(None) == "https://environment"
    assert webhook_url_from(None) == "https://environment"
    assert secrets_from(None, "default") == ("https://environment",)
    assert base_url_from(None) == "https://environment"
    assert store_from(None) == "https://environment"


@pytest.mark.parametrize("empty", [False, True])
def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, empty: bool) -> None:
    """It is how a variable is taken away in a compose file."""
    if empty:
        for name in ("API_KEY", "WEBHOOK_URL", "WEBHOOK_SECRET", "BASE_URL", "STORE"):
            monkeypatch.setenv(f"PDFSHIFT_{name}", "")
    with pytest.raises(ConfigurationError, match=r"api_key: is missing\. Pass .* PDFSHIFT_API_KEY"):
        api_key_from(None)
    assert webhook_url_from(None) is None
    assert secrets_from(None, "default") == ("default",)
    assert base_url_from(None) == _defaults.BASE_URL
    assert store_from(None) == "memory://"


def test_an_empty_argument_is_a_mistake() -> None:
    """It comes from a variable that was never set, and must not become production or memory."""
    for check in (api_key_from, base_url_from, webhook_url_from):
        with pytest.raises(ConfigurationError):
            check("")
    assert store_from("") == ""


@pytest.mark.parametrize("key", ["sk_a b", "sk_a\n", "sk_ä", "\x00", "sk_\udc80"])
def test_an_api_key_that_no_header_can_carry_is_refused(key: str) -> None:
    """Without showing it."""
    with pytest.raises(ConfigurationError, match="api_key: must be printable ASCII") as caught:
        api_key_from(key)
    assert key not in str(caught.value)


def test_secrets_of_the_environment_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The newest first, blanks around them ignored."""
    monkeypatch.setenv("PDFSHIFT_WEBHOOK_SECRET", "new, old")
    assert secrets_from(None) == ("new", "old")


@pytest.mark.parametrize(
    "value",
    [None, [], [""], ["new", " "], ["sec\nret"], ["\udc80"], [b"bytes"], "secret"],
)
def test_secrets_that_cannot_sign_are_refused(value: Any) -> None:
    """A single text too: each of its letters would be a secret."""
    with pytest.raises(ConfigurationError, match="webhook_secrets: must"):
        secrets_from(value)


@given(st.lists(st.text(), max_size=3))
def test_secrets_that_are_accepted_can_sign(value: Sequence[str]) -> None:
    """Whatever the text."""
    try:
        found = secrets_from(value)
    except ConfigurationError:
        return
    tokens = Tokens(found)
    conversion_id = "cv_" + "a" * 26
    assert tokens.verify(tokens.token(conversion_id)) == conversion_id


@pytest.mark.parametrize("check", [base_url_from, webhook_url_from])
@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://app.example.com/pdfshift", "https://app.example.com/pdfshift"),
        ("http://127.0.0.1:8000//", "http://127.0.0.1:8000"),
        ("HTTP://[::1]:8000/v3/", "HTTP://[::1]:8000/v3"),
    ],
)
def test_a_url_is_kept_without_its_last_slash(check: Any, url: str, kept: str) -> None:
    """Paths are appended to it."""
    assert check(url) == kept


@pytest.mark.parametrize("check", [base_url_from, webhook_url_from])
@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("app.example.com", "must be an http or https URL, for example"),
        ("ftp://app.example.com", "must be an http or https URL"),
        ("https://", "must be an http or https URL"),
        ("https:///pdfshift", "must be an http or https URL"),
        ("https://app.example.com:0", "must be an http or https URL"),
        ("https://app.example.com:99999", "must be an http or https URL"),
        ("https://app.example.com:port", "must be an http or https URL"),
        ("https://[::1", "must be an http or https URL"),
        ("https://app.example.com/a b", "must be an http or https URL"),
        ("https://app.example.com/a\n", "must be an http or https URL"),
        (" https://app.example.com", "must be an http or https URL"),
        ("https://app.example.com/?a=b", "must have neither a query nor a fragment"),
        ("https://app.example.com/?", "must have neither a query nor a fragment"),
        ("https://app.example.com/#a", "must have neither a query nor a fragment"),
        ("https://app.example.com/#", "must have neither a query nor a fragment"),
        ("https://name:secret@app.example.com", "must not hold a user name or password"),
        ("https://@app.example.com", "must not hold a user name or password"),
    ],
)
def test_a_url_that_cannot_work_is_refused(check: Any, url: str, rule: str) -> None:
    """One sentence says why, without its password."""
    with pytest.raises(ConfigurationError, match=rule) as caught:
        check(url)
    assert "secret" not in str(caught.value)


@given(st.text())
def test_no_text_breaks_the_check_of_a_url(url: str) -> None:
    """It is a URL or an error of ours."""
    with suppress(ConfigurationError):
        assert base_url_from(url) == url.rstrip("/")


@pytest.mark.parametrize("value", ["url", "header"])
def test_the_signature_has_two_places(value: str) -> None:
    """Given as they are."""
    assert webhook_auth_from(value) == value


def test_the_signature_has_no_third_place() -> None:
    """The message names the two."""
    with pytest.raises(ConfigurationError, match='webhook_auth: must be "url" or "header"'):
        webhook_auth_from("query")


@pytest.mark.parametrize("value", ["post", "PUT", "Patch"])
def test_a_method_is_written_in_capitals(value: str) -> None:
    """As HTTP has it."""
    assert webhook_method_from(value) == value.upper()


@pytest.mark.parametrize("value", ["GET", "DELETE", "", "POST "])
def test_a_method_without_a_body_is_refused(value: str) -> None:
    """The outcome is in the body."""
    with pytest.raises(ConfigurationError, match="webhook_method: must be POST, PUT or PATCH"):
        webhook_method_from(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("raise", OnLost("raise", 0)),
        ("resubmit", OnLost("resubmit", 3)),
        ("direct", OnLost("direct", 1)),
    ],
)
def test_what_is_lost_goes_again_only_as_often_as_it_may(value: str, expected: OnLost) -> None:
    """Never by default, and directly once."""
    assert on_lost_from(value, 3, "https://app.example.com") == expected


@pytest.mark.parametrize(
    ("value", "max_resubmits", "webhook_url", "said"),
    [
        ("retry", 1, None, 'on_lost: must be "raise", "resubmit" or "direct"'),
        ("resubmit", 0, "https://app.example.com", "max_resubmits: must be a whole number"),
        ("resubmit", True, "https://app.example.com", "max_resubmits: must be a whole number"),
        ("resubmit", 1, None, 'on_lost: must not be "resubmit" without a webhook_url'),
    ],
)
def test_a_way_to_go_again_that_cannot_work_is_refused(
    value: str, max_resubmits: int, webhook_url: str | None, said: str
) -> None:
    """Before anything is submitted, not when the first callback is overdue."""
    with pytest.raises(ConfigurationError) as caught:
        on_lost_from(value, max_resubmits, webhook_url)
    assert said in str(caught.value)
