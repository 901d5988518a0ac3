"""Batches: many conversions under one name, which finish even when the process does not."""

from __future__ import annotations

from .batch import Batch
from .items import FinishedItem, Item, Items
from .means import Means
from .progress import Progress
from .report import BatchFailed, Report
from .settings import BatchSettings

__all__ = [
    "Batch",
    "BatchFailed",
    "BatchSettings",
    "FinishedItem",
    "Item",
    "Items",
    "Means",
    "Progress",
    "Report",
]
