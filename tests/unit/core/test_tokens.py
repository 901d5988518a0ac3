"""Ids, their signatures, and the secrets behind them."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, strategies as st

from pdfshift_async._core.tokens import Tokens, derived_secret, is_id, new_id, pace_name

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
ids = st.text(ALPHABET, min_size=26, max_size=26).map("cv_{}".format)
anything = st.text(st.characters(codec=None))
"""Lone surrogates too: a web framework may decode a path with them."""


def test_a_new_id_is_an_id_and_never_the_same() -> None:
    """A thousand of them differ, and all have the form that `is_id` knows."""
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(map(is_id, made))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cv_",
        "cv_" + "a" * 25,
        "cv_" + "a" * 27,
        "a" * 26,
        "a" * 29,
        "CV_" + "a" * 26,
        "cv_" + "A" * 26,
        "cv_" + "a" * 25 + "1",
        "cv_" + "a" * 25 + "\n",
        "cv_cv_" + "a" * 26,
    ],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    """Prefix, length and alphabet have to fit."""
    assert not is_id(text)


@given(ids)
def test_a_signed_id_verifies(conversion_id: str) -> None:
    """What one receiver signed, another with the same secret takes."""
    token = Tokens(["secret"]).token(conversion_id)
    assert Tokens(["secret"]).verify(token) == conversion_id


@given(anything, anything)
def test_no_other_text_verifies(conversion_id: str, signature: str) -> None:
    """Neither any text nor any pair of an id and a made-up signature."""
    tokens = Tokens(["secret"])
    assert tokens.verify(conversion_id) is None
    assert tokens.verify(f"{conversion_id}.{signature}") is None


@pytest.mark.parametrize(
    "form",
    [
        "{0}.{1}a",
        "{0}.{1}.",
        "{0}.{1:.25}",
        "{0}.",
        "{0}",
        "{0}{1}",
        "{0}..{1}",
        " {0}.{1}",
        "{1}.{0}",
    ],
)
def test_a_spoiled_token_does_not_verify(form: str) -> None:
    """One wrong character is one too many."""
    tokens = Tokens(["secret"])
    conversion_id = new_id()
    assert tokens.verify(form.format(conversion_id, tokens.signature(conversion_id))) is None


@given(ids, st.integers(0, 25), st.sampled_from(ALPHABET))
def test_a_signature_fits_one_id_only(conversion_id: str, place: int, letter: str) -> None:
    """A token cannot be turned into that of another conversion."""
    tokens = Tokens(["secret"])
    other = conversion_id[: 3 + place] + letter + conversion_id[4 + place :]
    verified = tokens.verify(f"{other}.{tokens.signature(conversion_id)}")
    assert verified == (other if other == conversion_id else None)


@given(anything)
def test_a_signed_text_that_is_no_id_does_not_verify(text: str) -> None:
    """Only ids have tokens, whoever signed the text."""
    tokens = Tokens(["secret"])
    assert tokens.verify(tokens.token(text)) == (text if is_id(text) else None)


def test_secrets_rotate() -> None:
    """The newest signs; the old one verifies for as long as it is listed."""
    conversion_id = new_id()
    old, both, new = Tokens(["old"]), Tokens(["new", "old"]), Tokens(["new"])
    assert both.token(conversion_id) == new.token(conversion_id) != old.token(conversion_id)
    assert both.verify(old.token(conversion_id)) == conversion_id
    assert new.verify(old.token(conversion_id)) is None
    assert old.verify(new.token(conversion_id)) is None


def test_a_signature_is_a_truncated_hmac() -> None:
    """HMAC-SHA256, its first 128 bits, in base32: another program can compute it."""
    digest = hmac.new(b"secret", b"cv_aaaa", hashlib.sha256).digest()[:16]
    number = int.from_bytes(digest) << 2  # 26 characters of 5 bits hold 130
    letters = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(26))]
    assert Tokens(["secret"]).signature("cv_aaaa") == "".join(letters)


def hkdf(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """Derive a key as RFC 5869 describes it."""
    extracted = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    derived, block, number = b"", b"", 0
    while len(derived) < length:
        number += 1
        block = hmac.new(extracted, block + purpose + bytes([number]), hashlib.sha256).digest()
        derived += block
    return derived[:length]


def test_the_reference_derivation_is_right() -> None:
    """RFC 5869, test case 1."""
    derived = hkdf(bytes([0x0B] * 22), bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert derived.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_the_secret_is_derived_by_hkdf(api_key: str) -> None:
    """As RFC 5869 has it, without salt, so that it tells nothing about the key."""
    expected = hkdf(api_key.encode(), b"", b"pdfshift_async webhook v1", 32)
    assert derived_secret(api_key) == expected.hex()


def test_what_a_pace_is_stored_under_tells_nothing_either() -> None:
    """Another key or another service has another one."""
    name = pace_name("sk_one", "https://api.pdfshift.io/v3")
    purpose = b"pdfshift_async pace v1 https://api.pdfshift.io/v3"
    assert name == hkdf(b"sk_one", b"", purpose, 32).hex()
    assert name != pace_name("sk_two", "https://api.pdfshift.io/v3")
    assert name != pace_name("sk_one", "https://eu.pdfshift.io/v3")
