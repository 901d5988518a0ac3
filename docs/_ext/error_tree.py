"""The tree of errors as a table, read from the classes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import pdfshift_async
from pdfshift_async import errors
from pdfshift_async.errors import PDFShiftError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HEAD = "| Error | Phase | Billed | What happened, and what to do |\n|---|---|---|---|"
SPACE = "&nbsp;"


def public_errors() -> list[type[PDFShiftError]]:
    """Give the classes that users can meet, in the order in which `errors` draws them."""
    drawn = re.findall(r"── (\w+)", errors.__doc__ or "")
    below = [getattr(errors, name) for name in drawn if name in pdfshift_async.__all__]
    return [PDFShiftError, *below]


def children_of(parent: type[PDFShiftError]) -> list[type[PDFShiftError]]:
    """Give the classes whose nearest public base this is."""
    public = public_errors()
    return [
        cls
        for cls in public
        if cls is not PDFShiftError and next(b for b in cls.mro()[1:] if b in public) is parent
    ]


def phase_of(cls: type[PDFShiftError]) -> str:
    """Give the phase, or `any` where each error is told its own."""
    given = inspect.signature(cls).parameters.get("phase")
    return "any" if given and given.default is given.empty else str(cls.phase)


def row(cls: type[PDFShiftError], branch: str) -> str:
    """Give the line of one class."""
    meaning = " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split())
    hint = f" *{cls.default_hint}*" if cls.default_hint else ""
    name = f"{{py:exc}}`~pdfshift_async.{cls.__name__}`"
    return f"| {branch}{name} | {phase_of(cls)} | {cls.billed} | {meaning}{hint} |"


def rows(parent: type[PDFShiftError], *, indent: str = "", draws: bool = False) -> Iterator[str]:
    """Give the lines of everything below a class; branches are drawn from the second level on."""
    children = children_of(parent)
    for cls in children:
        last = cls is children[-1]
        branch, below = ("└", SPACE) if last else ("├", "│")
        yield row(cls, indent + branch + SPACE if draws else "")
        yield from rows(cls, indent=indent + below + 2 * SPACE if draws else "", draws=True)


class ErrorTree(SphinxDirective):
    """``error-tree``: the table of everything below the base class."""

    def run(self) -> list[nodes.Node]:
        """Give the nodes."""
        content = self.parse_text_to_nodes("\n".join([HEAD, *rows(PDFShiftError)]))
        for node in content:
            if isinstance(node, nodes.table):
                node["classes"].append("error-tree")
        return content


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("error-tree", ErrorTree)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
