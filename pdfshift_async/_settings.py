"""Arguments and environment to checked settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, cast
from urllib.parse import SplitResult, urlsplit

from . import _defaults
from .errors import ConfigurationError

__all__ = [
    "OnLost",
    "Pacing",
    "Retry",
    "WebhookAuth",
    "api_key_from",
    "base_url_from",
    "max_in_flight_from",
    "on_lost_from",
    "seconds",
    "secrets_from",
    "store_from",
    "webhook_auth_from",
    "webhook_method_from",
    "webhook_url_from",
]

WebhookAuth = Literal["url", "header"]


_LONGEST: Final = 100 * 365 * 24 * 3600.0
"""Seconds of a duration: a deadline further away might leave the calendar."""


def seconds(option: str, value: float | timedelta) -> float:
    """Give a duration in seconds, checked to be positive and of this century."""
    duration = value.total_seconds() if isinstance(value, timedelta) else value
    if not _is_number(duration) or not 0 < duration <= _LONGEST:
        rule = "must be a positive number of seconds or a timedelta, a century at most"
        raise ConfigurationError(option, rule)
    return float(duration)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Retry:
    """How long and how patiently an unaccepted submission is sent again.

    Only submissions that the service cannot have accepted are: after a 429, or when no connection
    could be made.
    """

    max_elapsed: float = _defaults.RETRY_MAX_ELAPSED
    """Seconds from the first refusal, not from the call: waiting in the queue does not count; 0
    never retries."""
    first_pause: float = _defaults.RETRY_FIRST_PAUSE
    """Seconds before the second attempt; doubled for each further one."""
    longest_pause: float = _defaults.RETRY_LONGEST_PAUSE
    """Seconds at most, unless the service asks for more."""

    def __post_init__(self) -> None:
        for name in ("max_elapsed", "first_pause", "longest_pause"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value <= _LONGEST:
                rule = "must be a number of seconds, 0 or more and a century at most"
                raise ConfigurationError(f"retry.{name}", rule)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How submissions are kept below the service's limits, which its answers tell."""

    max_open: int = _defaults.MAX_OPEN_REQUESTS
    """Requests under way at the same time, of all clients that share the pace through their store;
    the service takes no more than 50."""
    window: float = _defaults.RATE_WINDOW
    """Seconds that the service counts requests for; a longer window is noticed."""

    def __post_init__(self) -> None:
        most = _defaults.MAX_OPEN_REQUESTS
        if type(self.max_open) is not int or not 1 <= self.max_open <= most:
            raise ConfigurationError("pacing.max_open", f"must be a whole number from 1 to {most}")
        seconds("pacing.window", self.window)


@dataclass(frozen=True, slots=True)
class OnLost:
    """What is done about a conversion when its callback is overdue."""

    action: Literal["raise", "resubmit", "direct"]
    repeats: int
    """How often it is sent again at most; each time may bill again."""


def on_lost_from(value: str, max_resubmits: int, webhook_url: str | None) -> OnLost:
    """Give what is done about overdue conversions."""
    if type(max_resubmits) is not int or max_resubmits < 1:
        raise ConfigurationError("max_resubmits", "must be a whole number, at least 1")
    match value:
        case "raise":
            return OnLost(value, repeats=0)
        case "resubmit":
            if webhook_url is None:
                raise ConfigurationError("on_lost", 'must not be "resubmit" without a webhook_url')
            return OnLost(value, repeats=max_resubmits)
        case "direct":
            return OnLost(value, repeats=1)
        case _:
            raise ConfigurationError("on_lost", 'must be "raise", "resubmit" or "direct"')


def max_in_flight_from(value: int | None) -> int | None:
    """Give how many queued conversions may be unsettled at once; None for any number."""
    if value is not None and (type(value) is not int or value < 1):
        raise ConfigurationError("max_in_flight", "must be a whole number, at least 1, or None")
    return value


def _setting(value: str | None, name: str) -> str | None:
    """Give the argument, or the environment's variable; there, empty counts as absent."""
    return value if value is not None else os.environ.get(name) or None


def api_key_from(value: str | None) -> str:
    """Give the API key of the argument or the environment."""
    key = _setting(value, "PDFSHIFT_API_KEY")
    if not key:
        raise ConfigurationError(
            "api_key", "is missing", hint="Pass api_key= or set PDFSHIFT_API_KEY."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            "api_key", "must be printable ASCII without spaces", hint="Copy it again."
        )
    return key


def secrets_from(value: Sequence[str] | None, default: str | None = None) -> tuple[str, ...]:
    """Give the webhook secrets, newest first, of the argument, the environment or the default."""
    if isinstance(value, str):
        raise ConfigurationError("webhook_secrets", "must be a list of texts, newest first")
    if value is None:
        named = _setting(None, "PDFSHIFT_WEBHOOK_SECRET")
        value = named.split(",") if named else [default] if default else []
    found = tuple(secret.strip() if isinstance(secret, str) else "" for secret in value)
    if not found or not all(secret.isprintable() and secret for secret in found):
        raise ConfigurationError(
            "webhook_secrets",
            "must hold at least one secret, all of them printable text and none empty",
            hint="Pass them newest first, or set PDFSHIFT_WEBHOOK_SECRET (comma-separated).",
        )
    return found


def base_url_from(value: str | None) -> str:
    """Give the base URL of the argument, the environment or the service."""
    url = _setting(value, "PDFSHIFT_BASE_URL")
    return _checked("base_url", _defaults.BASE_URL if url is None else url)


def webhook_url_from(value: str | None) -> str | None:
    """Give the URL at which the service reaches the receiver, or None."""
    url = _setting(value, "PDFSHIFT_WEBHOOK_URL")
    return None if url is None else _checked("webhook_url", url)


def webhook_auth_from(value: str) -> WebhookAuth:
    """Give where the signature of a webhook travels."""
    if value not in {"url", "header"}:
        raise ConfigurationError("webhook_auth", 'must be "url" or "header"')
    return cast("WebhookAuth", value)


def webhook_method_from(value: str) -> str:
    """Give the HTTP method of the callbacks, in capitals."""
    method = value.upper()
    if method not in {"POST", "PUT", "PATCH"}:
        raise ConfigurationError("webhook_method", "must be POST, PUT or PATCH: it has a body")
    return method


def store_from(value: str | None) -> str:
    """Give the store's URL of the argument, the environment or the default."""
    url = _setting(value, "PDFSHIFT_STORE")
    return "memory://" if url is None else url


def _checked(option: str, url: str) -> str:
    """Check a URL that paths are appended to, and give it without a slash at its end."""
    parts = _parts(url)
    if parts is None:
        raise ConfigurationError(
            option, "must be an http or https URL, for example https://app.example.com/pdfshift"
        )
    if parts.username is not None:
        raise ConfigurationError(
            option,
            "must not hold a user name or password",
            hint="Requests carry the API key, and callbacks a signature.",
        )
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ConfigurationError(
            option,
            "must have neither a query nor a fragment",
            hint="Paths are appended to it; put what tells mounts apart into the path.",
        )
    return url.rstrip("/")


def _parts(url: str) -> SplitResult | None:
    """Split an http URL, or give None where it is none."""
    if not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if valid else None
