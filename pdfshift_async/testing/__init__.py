"""For the tests of applications that use the library, and for its own."""

from .clock import VirtualClock
from .scaled import ScaledClock

__all__ = ["ScaledClock", "VirtualClock"]
