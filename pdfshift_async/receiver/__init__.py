"""Receives the service's callbacks, in any web framework or alone."""

from .handler import Receiver, Reply

__all__ = ["Receiver", "Reply"]
