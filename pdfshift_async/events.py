"""What an observer is told, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CallbackReceived", "Event", "Overdue", "Settled", "Submitted", "Throttled"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission has its answer, or will have none."""

    conversion_id: str
    key: str | None
    attempt: int
    state: str
    """``queued``, ``unconfirmed``, ``planned`` (it will be sent again) or ``failed``; where the
    callback overtook the answer, what that said."""
    duration: float
    """Seconds from the request to the answer."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """The service or the network refused a submission; it is sent again after a pause."""

    conversion_id: str | None
    """None for a direct or hosted conversion."""
    key: str | None
    attempt: int
    pause: float
    """Seconds, at least: others may be before it in the queue."""
    reason: str


@dataclass(frozen=True, slots=True)
class CallbackReceived:
    """The receiver answered a genuine callback."""

    conversion_id: str
    effect: str
    """``settled``, ``late``, ``duplicate``, ``contradiction`` or ``orphan``."""
    status: int
    """What the sender was answered."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """The deadline of a conversion has passed, seen by the process that does something about it."""

    conversion_id: str
    key: str | None
    attempt: int
    """The submission that no callback came of."""
    action: str
    """``resubmit``, ``direct``, or ``lost`` where it is given up."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A conversion has its outcome, seen by the process that recorded it."""

    conversion_id: str
    key: str | None
    outcome: str
    """``converted``, ``failed`` or ``lost``."""
    duration: float
    """Seconds from the plan to the outcome."""


Event = Submitted | Throttled | CallbackReceived | Overdue | Settled
