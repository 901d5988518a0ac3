"""Options that are newer than the library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pdfshift_async.errors import Problem

from ._problems import shown
from .common import RESERVED, ConvertOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check_extra(options: ConvertOptions, extra: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with options that are to be sent as they are.

    Those that the library knows are refused: here nothing would check them.
    """
    kind = type(options)
    for name, value in extra.items():
        if name in RESERVED:
            yield Problem(name, "cannot be sent as an extra option", RESERVED[name])
        elif name in kind.model_fields:
            yield Problem(name, "is no extra option", f"use {kind.__name__}({name}=...)")
        elif not is_json({name: value}):
            yield Problem(shown(name), "must be a JSON value")


def is_json(value: object) -> bool:
    """Say whether a value can be sent: JSON, and its text valid Unicode."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return True
