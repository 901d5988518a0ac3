"""For the tests of applications that use the library, and for its own."""

from .clock import VirtualClock

__all__ = ["VirtualClock"]
