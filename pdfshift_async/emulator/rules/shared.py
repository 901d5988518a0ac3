"""Parameters that every kind of document takes.

Source: PDFShift API v3, conversion parameters (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdfshift_async.emulator.rules.checks import (
    Check,
    Finding,
    Shape,
    any_text,
    boolean,
    each,
    integer,
    matching,
    text,
    texts,
    web_address,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FIELDS", "combinations"]

_CREDENTIALS = Shape({"username": any_text, "password": any_text})

_WEBHOOK = Shape(
    {
        "url": web_address,
        "method": matching("get|post|put|patch|delete", "Not a valid HTTP method."),
        "auth": _CREDENTIALS,
        "headers": texts,
    },
    required=("url",),
)

_COOKIE = Shape(
    {"name": text, "value": any_text, "secure": boolean, "http_only": boolean},
    required=("name", "value"),
)


def _source(value: Any) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield from text(value)
    elif not value:
        yield Finding("", "Must not be empty.")
    else:
        yield from each(text)(value)


def _webhook(value: Any) -> Iterator[Finding]:
    yield from _WEBHOOK(value) if isinstance(value, dict) else web_address(value)


FIELDS: Mapping[str, Check] = {
    "source": _source,
    "sandbox": boolean,
    "encode": boolean,
    # Documented as alphanumerical with "-" and "_", while every documented example has a dot.
    "filename": matching(
        r"[\w.-]{7,}", "Must be at least 7 characters: letters, digits, hyphens, underscores."
    ),
    "s3_destination": matching(r"\w+://[^/\s]+/.+", "Must be like s3://bucket/key."),
    "webhook": _webhook,
    "use_print": boolean,
    "css": any_text,
    "javascript": any_text,
    "delay": integer(0, 10_000),
    "timeout": integer(0, 900),
    "wait_for": text,
    "wait_for_network": boolean,
    "ignore_long_polling": boolean,
    "disable_javascript": boolean,
    "lazy_load_images": boolean,
    "raise_for_status": boolean,
    "auth": _CREDENTIALS,
    "http_headers": texts,
    "cookies": each(_COOKIE),
    "is_hipaa": boolean,
    "is_gdpr": boolean,
    "log_request": boolean,
}


def combinations(parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong about parameters that are right one by one."""
    if isinstance(parameters.get("source"), list) and not parameters.get("webhook"):
        yield Finding("webhook", "Required when source is a list.")
    if parameters.get("ignore_long_polling") and parameters.get("wait_for_network") is False:
        yield Finding("ignore_long_polling", "Requires wait_for_network to be true.")
    yield from _sensitive(parameters)


def _sensitive(parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Sensitive documents are never stored by the service itself."""
    if parameters.get("s3_destination"):
        return
    for law in ("is_hipaa", "is_gdpr"):
        for name in ("filename", "webhook"):
            if parameters.get(law) and parameters.get(name):
                yield Finding(name, f"Requires s3_destination together with {law}.")
