"""The sheet of paper a document is printed on: size, margins, zoom, header and footer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pdfshift_async.emulator.rendering import running
from pdfshift_async.emulator.rendering.lengths import LARGEST, Margins, margins, paper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    import plutoprint as pp

    from pdfshift_async.emulator.rendering.fetching import Fetcher
    from pdfshift_async.emulator.rendering.running import Running

__all__ = ["Sheet"]

_NONE: Final = Margins(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about a page but its content. Measures are pixels."""

    width: float
    height: float
    fixed: bool
    """Whether this size beats the ``@page`` rules of the document."""
    grows: bool
    """Whether the height follows from the content."""
    margins: Margins | None
    """None leaves them to the document, which has none unless its ``@page`` rules say so."""
    zoom: float
    header: Running | None
    footer: Running | None

    @classmethod
    def read(cls, parameters: Mapping[str, Any], fetcher: Fetcher) -> Self:
        """Read ``format``, ``landscape``, ``margin``, ``zoom``, ``header`` and ``footer``.

        Without ``format``, ``landscape`` and ``zoom`` a document may choose its own size.
        """
        landscape, zoom = bool(parameters.get("landscape")), parameters.get("zoom") or 1
        width, height = paper(parameters.get("format") or "A4", landscape=landscape)
        edges = margins(parameters.get("margin"))
        if height is None and edges is None:
            edges = _NONE  # those of the document are unknown, and would not be left room for
        _, right, _, left = edges or _NONE
        inner = max(1.0, width - left - right)
        return cls(
            width,
            height or width,
            fixed=bool(parameters.get("format")) or landscape or zoom != 1,
            grows=height is None,
            margins=edges,
            zoom=zoom,
            header=running.prepare(parameters.get("header"), inner, fetcher),
            footer=running.prepare(parameters.get("footer"), inner, fetcher),
        )

    @property
    def layout_size(self) -> tuple[float, float]:
        """The size of the engine's pages, which are then scaled to the sheet."""
        return self.width / self.zoom, self.height / self.zoom

    def grown(self, content_height: float) -> Sheet:
        """Give the sheet that holds content of this height, before zooming, on one page."""
        # One pixel more, because the engine rounds the room between the margins down.
        height = math.ceil(content_height * self.zoom + sum(self._kept_free())) + 1
        return replace(self, height=min(LARGEST, height), grows=False)

    def css(self) -> str:
        """Give the rule that makes the engine's pages this sheet."""
        rules = {}
        top, bottom = self._kept_free()
        if self.fixed:
            rules["size"] = self._lengths(self.width, self.height)
        if self.margins:
            rules["margin"] = self._lengths(top, self.margins.right, bottom, self.margins.left)
        if self.header:
            rules["margin-top"] = self._lengths(top)
        if self.footer:
            rules["margin-bottom"] = self._lengths(bottom)
        return f"@page{{{''.join(f'{name}:{value}!important;' for name, value in rules.items())}}}"

    def draw(
        self, canvas: pp.Canvas, width: float, height: float, words: Mapping[str, str]
    ) -> None:
        """Draw header and footer onto a page of this size: at its margins, beside the content."""
        top, right, bottom, left = self.margins or _NONE
        inner = width - left - right
        if self.header:
            self.header.draw(canvas, left, top, inner, words)
        if self.footer:
            self.footer.draw(canvas, left, height - bottom - self.footer.height, inner, words)

    def _kept_free(self) -> tuple[float, float]:
        """Give the room above and below the content."""
        top, _, bottom, _ = self.margins or _NONE
        header, footer = (part.height if part else 0 for part in (self.header, self.footer))
        return top + header, bottom + footer

    def _lengths(self, *lengths: float) -> str:
        return " ".join(f"{length / self.zoom:.3f}px" for length in lengths)
