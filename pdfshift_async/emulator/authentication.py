"""Who is calling: the API key in its header or as HTTP Basic."""

from __future__ import annotations

import base64
import binascii
import hmac
from enum import Enum
from typing import TYPE_CHECKING

from pdfshift_async.emulator.bodies import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Authentication", "Caller"]


class Caller(Enum):
    """On whose account a request runs."""

    ACCOUNT = "account"
    KEYLESS = "keyless"


class Authentication:
    """Tells callers apart by their key.

    Args:
        api_key: The one valid key.
        keyless: Serve requests without a key as the service's free tier instead of refusing them.
    """

    def __init__(self, api_key: str, *, keyless: bool = False) -> None:
        self._key = api_key.encode()
        self._keyless = keyless

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Tell who sent these headers.

        Raises:
            Refusal: 401 for a wrong key, and for a missing one unless keyless calls are allowed.
        """
        keys = [key for key in _keys(headers) if key]
        if any(
            hmac.compare_digest(key.encode(errors="surrogateescape"), self._key) for key in keys
        ):
            return Caller.ACCOUNT
        if self._keyless and not keys:
            return Caller.KEYLESS
        raise Refusal.because(401, "Invalid API Key provided.")


def _keys(headers: Mapping[str, str]) -> Iterator[str]:
    """Give every key the headers hold, in any of the forms the service takes.

    Besides ``X-API-Key`` these are both Basic forms: ``api:KEY`` and ``KEY:``.
    """
    yield headers.get("X-API-Key", "")
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        user, _, password = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        yield credentials
        return
    yield password or user
