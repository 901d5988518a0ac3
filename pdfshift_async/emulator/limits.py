"""What the account may do: requests per window, and conversions at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdfshift_async.emulator.authentication import Caller
from pdfshift_async.emulator.bodies import Refusal, error
from pdfshift_async.emulator.meters import meter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.meters import Algorithm, Meter

__all__ = ["Limits", "ParallelConversions", "Rates", "rate_headers", "rate_refusal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the account may do; the service's own figures unless said otherwise.

    Source: PDFShift, rate limits and FAQ (read 2026-11).
    """

    live: int = 250
    """Conversion requests per window."""
    sandbox: int = 10
    """Requests per window with ``sandbox``, counted apart from the live ones."""
    keyless: int = 2
    """Requests per window without an API key."""
    window: float = 60.0
    """Seconds."""
    algorithm: Algorithm = "fixed"
    """Which kind the service uses is not documented; clients must survive each."""
    parallel: int = 50
    """Conversions that run at the same time."""
    parallel_counts_queued: bool = False
    """Whether conversions with a webhook count as running; not documented either way."""


class Rates:
    """The limits in force: live, sandbox and keyless requests are counted apart.

    Args:
        limits: What is allowed.
        time_scale: How many times faster than real the windows pass.
    """

    def __init__(self, limits: Limits, *, time_scale: float) -> None:
        seconds = limits.window / time_scale
        self._live = meter(limits.algorithm, limits.live, seconds)
        self._sandbox = meter(limits.algorithm, limits.sandbox, seconds)
        self._keyless = meter(limits.algorithm, limits.keyless, seconds)

    def of(self, caller: Caller, *, sandbox: bool = False) -> Meter:
        """Give the meter that counts such requests."""
        if caller is Caller.KEYLESS:
            return self._keyless
        return self._sandbox if sandbox else self._live

    def count(self, caller: Caller, now: float, *, sandbox: bool) -> None:
        """Count one request.

        Raises:
            Refusal: 429, there is no room for it.
        """
        counted = self.of(caller, sandbox=sandbox)
        if not counted.take(now):
            reset = math.ceil(counted.reset(now))
            raise rate_refusal(reset, keyless=caller is Caller.KEYLESS)


def rate_headers(counted: Meter, now: float) -> dict[str, str]:
    """Give the headers that tell a caller where it stands; the service puts them on every answer.

    Source: PDFShift API v3, responses (read 2026-11).
    """
    return {
        "X-RateLimit-Limit": str(counted.limit),
        "X-RateLimit-Remaining": str(counted.remaining(now)),
        "X-RateLimit-Reset": str(math.ceil(counted.reset(now))),
    }


def rate_refusal(
    reset: int, headers: Mapping[str, str] | None = None, *, keyless: bool = False
) -> Refusal:
    """Refuse a request for its rate.

    Only the text for callers without a key is published; its advice makes no sense with one.

    Source: PDFShift API v3, rate limits (read 2026-11).
    """
    text = "You have been rate limited."
    if keyless:
        text += " In order to remove this limitation, please authenticate yourself."
    return Refusal(429, error(429, text, reset=reset), headers)


class ParallelConversions:
    """Counts what runs at the same time.

    Args:
        limits: What is allowed, and whether queued conversions count.
    """

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.parallel
        self._counts_queued = limits.parallel_counts_queued
        self._running = 0

    def enter(self, count: int, *, queued: bool) -> None:
        """Take places, all or none.

        Raises:
            Refusal: 429, there are not as many left.
        """
        if queued and not self._counts_queued:
            return
        if self._running + count > self._limit:
            raise Refusal.because(429, "Too many parallel conversions.")
        self._running += count

    def leave(self, *, queued: bool) -> None:
        """Give one place back."""
        if not queued or self._counts_queued:
            self._running -= 1
