"""Who is calling."""

from __future__ import annotations

import base64

import pytest
from multidict import CIMultiDict

from pdfshift_async.emulator.authentication import Authentication, Caller
from pdfshift_async.emulator.bodies import Refusal

KEY = "sk_test"


def _basic(credentials: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": KEY},
        _basic(f"api:{KEY}"),
        _basic(f"{KEY}:"),
        {"Authorization": _basic(f"{KEY}:")["Authorization"].replace("Basic", "basic")},
    ],
    ids=["header", "basic with user", "basic without password", "basic in lower case"],
)
def test_every_form_of_the_key_is_taken(headers: dict[str, str]) -> None:
    """The header and both Basic forms name the account."""
    assert Authentication(KEY).identify(CIMultiDict(headers)) is Caller.ACCOUNT


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "sk_other"},
        {"X-API-Key": "schlüssel"},
        {"X-API-Key": "\udcff"},
        _basic("api:sk_other"),
        {"Authorization": "Basic not-base64!"},
        {"Authorization": "Basic /w=="},
        {"Authorization": f"Bearer {KEY}"},
    ],
    ids=["other", "not ascii", "no text", "basic", "no base64", "no utf-8", "other scheme"],
)
def test_a_wrong_key_is_refused(headers: dict[str, str]) -> None:
    """Nothing but the key opens, and the answer is the published 401."""
    with pytest.raises(Refusal) as caught:
        Authentication(KEY).identify(CIMultiDict(headers))

    assert caught.value.status == 401
    assert caught.value.body == {
        "success": False,
        "error": "Invalid API Key provided.",
        "code": 401,
    }


def test_a_missing_key_is_served_only_when_asked() -> None:
    """Keyless service is a switch; it never excuses a wrong key."""
    with pytest.raises(Refusal):
        Authentication(KEY).identify({})
    keyless = Authentication(KEY, keyless=True)

    assert keyless.identify({}) is Caller.KEYLESS
    assert keyless.identify({"X-API-Key": KEY}) is Caller.ACCOUNT
    with pytest.raises(Refusal):
        keyless.identify({"X-API-Key": "sk_other"})
