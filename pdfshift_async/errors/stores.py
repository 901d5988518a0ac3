"""What a store cannot do."""

from __future__ import annotations

from .base import Billed, PDFShiftError, Phase

__all__ = ["StoreError", "StoreTooNew", "StoreUnavailable", "UnknownConversion"]


class StoreError(PDFShiftError):
    """The store cannot do what was asked."""

    phase = Phase.STORE
    billed = Billed.UNKNOWN


class StoreUnavailable(StoreError):
    """The store cannot be read or written right now."""

    default_hint = "Try again when the store answers; what it holds is not lost."


class StoreTooNew(StoreError):
    """The stored data was written by a newer version of the library."""

    default_hint = "Upgrade pdfshift-async, or name another store."


class UnknownConversion(StoreError):
    """The store holds no conversion of that id."""

    default_hint = "Use the store the conversion was submitted with; settled records age out."

    def __init__(self, conversion_id: str) -> None:
        super().__init__("the store has no such conversion", conversion_id=conversion_id)
