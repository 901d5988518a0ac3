"""Where the account stands with the service: what the rate headers of an answer say, and when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["ServiceTime", "Standing", "standing_in"]

_FARTHEST_RESET: Final = 3600.0
"""Seconds. A window that ends later is taken for a mistake, since waiting for it would be one."""

_LONGEST_NUMBER: Final = 15
"""Digits: what fits a float exactly."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One answer's word on the rate limit; all moments are the service's own Unix seconds."""

    limit: int
    """Requests allowed in the window."""
    remaining: int
    """How many of them were left when the answer was written."""
    date: int
    """The second in which it was written."""
    reset: int | None
    """When the window ends, or the oldest request leaves it; rounded, nobody knows how."""


def standing_in(headers: Mapping[str, str], now: datetime) -> Standing | None:
    """Read the rate headers of an answer, or give None where they are missing or make no sense.

    Args:
        headers: Names in lower case.
        now: Taken as the answer's date where it has none.

    Source: PDFShift API v3, `X-RateLimit-*` on every answer (read 2026-11).
    """
    limit = _whole(headers.get("x-ratelimit-limit"))
    remaining = _whole(headers.get("x-ratelimit-remaining"))
    if not limit or remaining is None:
        return None
    date = _seconds(headers.get("date"))
    written = math.floor(now.timestamp()) if date is None else date
    reset = _whole(headers.get("x-ratelimit-reset"))
    if reset is not None and reset - written > _FARTHEST_RESET:
        reset = None
    return Standing(limit, min(remaining, limit), written, reset)


def _whole(text: str | None) -> int | None:
    plain = text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text or "") if plain else None


def _seconds(date: str | None) -> int | None:
    try:
        moment = parsedate_to_datetime(date or "")
    except (OverflowError, ValueError):
        return None
    # Naive is what the zone -0000 becomes: UTC, of an unknown place.
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())


@dataclass(slots=True)
class ServiceTime:
    """The service's clock, as far as its answers tell.

    An answer with the date D was written between the sending of its request and its arrival, while
    the service's clock showed D to D + 1. So each one bounds how far that clock is ahead of ours,
    and the tightest bounds of all are kept.
    """

    _least: float = -math.inf
    _most: float = math.inf

    def note(self, date: int, *, sent_at: float, now: float) -> None:
        """Take the date of an answer that has just arrived.

        Bounds that exclude each other come from clocks that drift apart, or from one that was
        set: the newest word counts.
        """
        least, most = date - now, date + 1 - sent_at
        if least >= self._most or most <= self._least:
            self._least, self._most = least, most
        else:
            self._least, self._most = max(self._least, least), min(self._most, most)

    def earliest(self, moment: float) -> float:
        """Give our time before which that moment has not come at the service."""
        return moment - self._most

    def latest(self, moment: float) -> float:
        """Give our time at which it has come there for certain."""
        return moment - self._least
