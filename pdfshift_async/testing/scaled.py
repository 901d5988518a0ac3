"""A clock that runs faster than the machine's."""

from __future__ import annotations

from datetime import datetime, timedelta

from pdfshift_async._clock import Clock, SystemClock

__all__ = ["ScaledClock"]


class ScaledClock:
    """Real time in fast motion: an hour at ``scale=3600`` lasts a second.

    Args:
        scale: How many seconds pass here in one second there.
        clock: Whose time is scaled; the machine's unless said otherwise.
        since: From when on it runs faster, now unless said otherwise. Processes that name the same
            moment agree about the time.
    """

    def __init__(
        self, scale: float, clock: Clock | None = None, *, since: datetime | None = None
    ) -> None:
        self._scale = scale
        self._clock = clock or SystemClock()
        self._started = self._clock.monotonic()
        now = self._clock.now()
        since = since or now
        self._started_at = since + (now - since) * scale

    def now(self) -> datetime:
        """Give the wall-clock time, aware, in UTC."""
        return self._started_at + timedelta(seconds=self.monotonic() - self._started)

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return self._started + (self._clock.monotonic() - self._started) * self._scale

    async def sleep(self, seconds: float) -> None:
        """Wait; zero lets other tasks run."""
        await self._clock.sleep(seconds / self._scale)
