"""Ids, their signatures, and the rotation of the secrets behind them.

The service's callback names no conversion and bears no signature, so both travel in the webhook
URL (or in a header that the service is asked to send back): ``{id}.{signature}``.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

__all__ = ["SIGNATURE_HEADER", "Tokens", "derived_secret", "is_id", "new_id", "pace_name"]

SIGNATURE_HEADER: Final = "X-PDFShift-Signature"
"""Carries the signature where ``webhook_auth="header"`` keeps it out of the URL."""

_PREFIX: Final = "cv_"
_BITS: Final = 128
_LENGTH: Final = 26
"""Characters of 128 bits in base32 without padding."""
_ALPHABET: Final = frozenset("abcdefghijklmnopqrstuvwxyz234567")


def new_id() -> str:
    """Give a new conversion id: ``cv_`` and 128 random bits."""
    return _PREFIX + _base32(secrets.token_bytes(_BITS // 8))


def is_id(text: str) -> bool:
    """Whether the text has the form of a conversion id."""
    body = text.removeprefix(_PREFIX)
    return len(body) == _LENGTH == len(text) - len(_PREFIX) and _ALPHABET.issuperset(body)


def derived_secret(api_key: str) -> str:
    """Derive the signing secret from the API key, so that replicas agree without configuration.

    The output tells nothing about the key.
    """
    return _derived(api_key, "pdfshift_async webhook v1")


def pace_name(api_key: str, base_url: str) -> str:
    """Derive what the pace of an account is stored under; it tells nothing about the key.

    Its version is that of what is stored: processes with another one do not understand each other.
    """
    return _derived(api_key, f"pdfshift_async pace v1 {base_url}")


def _derived(api_key: str, purpose: str) -> str:
    """Give the first block of HKDF-SHA256 (RFC 5869), without salt."""
    extracted = hmac.digest(bytes(32), api_key.encode(), sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", sha256).hex()


class Tokens:
    """Signs and verifies conversion ids.

    Args:
        webhook_secrets: Newest first: the first signs, all verify, so a secret is rotated by
            putting the new one in front and dropping the old one when its callbacks are in.
    """

    def __init__(self, webhook_secrets: Sequence[str]) -> None:
        # Begun once and copied: that takes a third less time, and keeps hold of Python's lock.
        self._secrets = tuple(
            hmac.new(secret.encode(), digestmod=sha256) for secret in webhook_secrets
        )

    def signature(self, conversion_id: str) -> str:
        """Sign the id with the newest secret: HMAC-SHA256 truncated to 128 bits."""
        return _signature(self._secrets[0], conversion_id)

    def token(self, conversion_id: str) -> str:
        """Give the last segment of the webhook URL."""
        return f"{conversion_id}.{self.signature(conversion_id)}"

    def verify(self, token: str) -> str | None:
        """Give the id of a token that one of the secrets signed.

        The work is the same for every input: malformed ids are signed too, and every secret is
        tried, so the time tells a forger nothing.
        """
        conversion_id, _, given = token.partition(".")
        claimed = given.encode(errors="replace")
        genuine = is_id(conversion_id)
        matches = [
            hmac.compare_digest(_signature(secret, conversion_id).encode(), claimed)
            for secret in self._secrets
        ]
        return conversion_id if any(matches) and genuine else None


def _signature(secret: hmac.HMAC, conversion_id: str) -> str:
    signing = secret.copy()
    signing.update(conversion_id.encode(errors="replace"))
    return _base32(signing.digest()[: _BITS // 8])


def _base32(raw: bytes) -> str:
    return b32encode(raw).decode().rstrip("=").lower()
