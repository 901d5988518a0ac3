"""Documents fetched, checked, and written whole or not at all."""

from __future__ import annotations

from .downloader import Downloader

__all__ = ["Downloader"]
