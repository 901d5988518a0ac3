"""Shows a test by the sentence that its name is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxRole

if TYPE_CHECKING:
    from docutils.nodes import Node, system_message
    from sphinx.application import Sphinx


class Proof(SphinxRole):
    """``test``: ``tests/faults/test_lost.py::test_a_sentence`` as *a sentence*, with its file."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Give the nodes."""
        path, _, function = self.text.partition("::")
        sentence = function.removeprefix("test_").replace("_", " ")
        file = path.removeprefix("tests/")
        return [
            nodes.emphasis(sentence, sentence),
            nodes.Text(" "),
            nodes.literal(file, file, classes=["proof"]),
        ], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the role."""
    app.add_role("test", Proof())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
