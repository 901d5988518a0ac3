"""Arguments and environment to checked settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast
from urllib.parse import SplitResult, urlsplit

from . import _defaults
from .errors import ConfigurationError

__all__ = [
    "Retry",
    "WebhookAuth",
    "api_key_from",
    "base_url_from",
    "seconds",
    "secrets_from",
    "store_from",
    "webhook_auth_from",
    "webhook_method_from",
    "webhook_url_from",
]

WebhookAuth = Literal["url", "header"]


def seconds(option: str, value: float | timedelta) -> float:
    """Give a duration in seconds, checked to be positive."""
    duration = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(duration, bool) or not isinstance(duration, int | float) or not duration > 0:
        raise ConfigurationError(option, "must be a positive number of seconds or a timedelta")
    return float(duration)


@dataclass(frozen=True, slots=True)
class Retry:
    """How long and how patiently an unaccepted submission is sent again.

    Only submissions that the service cannot have accepted are: after a 429, or when no connection
    could be made.
    """

    max_elapsed: float = _defaults.RETRY_MAX_ELAPSED
    """Seconds from the first attempt; 0 never retries."""
    first_pause: float = _defaults.RETRY_FIRST_PAUSE
    """Seconds before the second attempt; doubled for each further one."""
    longest_pause: float = _defaults.RETRY_LONGEST_PAUSE
    """Seconds at most, unless the service asks for more."""

    def __post_init__(self) -> None:
        for name in ("max_elapsed", "first_pause", "longest_pause"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not value >= 0:
                raise ConfigurationError(f"retry.{name}", "must be a number of seconds, 0 or more")


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
    found = tuple(secret.strip() for secret in value)
    if not found or not all(found):
        raise ConfigurationError(
            "webhook_secrets",
            "must hold at least one secret, and none that is empty",
            hint="Pass them newest first, or set PDFSHIFT_WEBHOOK_SECRET (comma-separated).",
        )
    return found


def base_url_from(value: str | None) -> str:
    """Give the base URL of the argument, the environment or the service."""
    url = _setting(value, "PDFSHIFT_BASE_URL") or _defaults.BASE_URL
    _checked("base_url", url)
    return url.rstrip("/")


def webhook_url_from(value: str | None) -> str | None:
    """Give the URL at which the service reaches the receiver, or None."""
    url = _setting(value, "PDFSHIFT_WEBHOOK_URL")
    if url is None:
        return None
    parts = _checked("webhook_url", url)
    if parts.username is not None:
        raise ConfigurationError(
            "webhook_url",
            "must not hold a user name or password",
            hint="Each callback is signed anyway.",
        )
    return url.rstrip("/")


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
    return _setting(value, "PDFSHIFT_STORE") or "memory://"


def _checked(option: str, url: str) -> SplitResult:
    example = "for example https://app.example.com/pdfshift"
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, valid = SplitResult("", "", "", "", ""), False
    if not valid or not url.isprintable() or " " in url:
        raise ConfigurationError(option, f"must be an http or https URL, {example}")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ConfigurationError(
            option,
            "must have neither a query nor a fragment",
            hint="Paths are appended to it; put what tells mounts apart into the path.",
        )
    return parts
