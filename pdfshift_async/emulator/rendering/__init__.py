"""HTML and URLs to PDF and images, in worker processes.

The engine is plutoprint: documents without scripts, and without the newest CSS (grid, gradients,
shadows). Nothing heavy is imported here; only the workers load the engine.
"""

from __future__ import annotations

from pdfshift_async.emulator.rendering.documents import (
    UNSUPPORTED,
    FetchPolicy,
    Rendered,
    RenderFailed,
    RenderRequest,
)
from pdfshift_async.emulator.rendering.pool import Renderer

__all__ = [
    "UNSUPPORTED",
    "FetchPolicy",
    "RenderFailed",
    "RenderRequest",
    "Rendered",
    "Renderer",
]
