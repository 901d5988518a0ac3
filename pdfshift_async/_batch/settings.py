"""What a batch may do, checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypedDict

from pdfshift_async import _defaults
from pdfshift_async._settings import seconds
from pdfshift_async.errors import ConfigurationError
from pdfshift_async.models.options import ConvertOptions

from .progress import Progress

__all__ = ["BatchLimits", "BatchSettings", "limits_of"]


class BatchSettings(TypedDict, total=False):
    """What `PDFShift.batch` takes beside the name, the items and where to save."""

    options: ConvertOptions | None
    on_changed: Literal["refuse", "resubmit"]
    max_resubmits: int
    spend_cap: int | None
    tolerate: int | None
    canary: int | None
    grace: float | timedelta
    progress: Callable[[Progress], None] | None


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How far a batch may go."""

    on_changed: Literal["refuse", "resubmit"]
    max_resubmits: int
    spend_cap: int | None
    tolerate: int | None
    canary: int | None
    grace: float


def limits_of(settings: BatchSettings) -> BatchLimits:
    """Check the settings.

    Raises:
        ConfigurationError: One cannot work.
    """
    on_changed = settings.get("on_changed", "refuse")
    if on_changed not in {"refuse", "resubmit"}:
        raise ConfigurationError("on_changed", 'must be "refuse" or "resubmit"')
    return BatchLimits(
        on_changed=on_changed,
        max_resubmits=_count("max_resubmits", settings.get("max_resubmits", 0), least=0) or 0,
        spend_cap=_count("spend_cap", settings.get("spend_cap"), least=1),
        tolerate=_count("tolerate", settings.get("tolerate"), least=0),
        canary=_count("canary", settings.get("canary", _defaults.BATCH_CANARY), least=1),
        grace=seconds("grace", settings.get("grace", _defaults.BATCH_GRACE)),
    )


def _count(option: str, value: int | None, *, least: int) -> int | None:
    if value is not None and (type(value) is not int or value < least):
        raise ConfigurationError(option, f"must be a whole number, at least {least}, or None")
    return value
