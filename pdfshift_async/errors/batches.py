"""What a batch does not send."""

from __future__ import annotations

from .base import Billed, PDFShiftError, Phase

__all__ = ["BatchError", "BatchStopped", "ContentChanged", "DuplicateKey"]


class BatchError(PDFShiftError):
    """A batch does not send something."""

    phase = Phase.PREPARE
    billed = Billed.NO


class BatchStopped(BatchError):
    """A batch sends nothing more; what it had sent before may still be converted and billed."""

    default_hint = "Run the batch again under the same name: it goes on where it stopped."

    def __init__(self, reason: str, *, hint: str | None = None) -> None:
        super().__init__(f"the batch has stopped: {reason}", hint=hint)
        self.reason = reason


class ContentChanged(BatchError):
    """The key of an item belongs to another document that the batch has converted before."""

    default_hint = (
        'Give the new document a key of its own, or pass on_changed="resubmit", which bills again.'
    )

    def __init__(self, key: str) -> None:
        super().__init__("source or options differ from what the batch has under this key", key=key)


class DuplicateKey(BatchError):
    """Two items of a batch have the same key."""

    default_hint = "Keys name documents: give each its own."

    def __init__(self, key: str, first: int, second: int) -> None:
        super().__init__(f"items {first} and {second} have the same key", key=key)
        self.first = first
        """Place of the one among the items, from 1."""
        self.second = second
