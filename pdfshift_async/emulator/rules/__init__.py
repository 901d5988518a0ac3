"""What the emulated service accepts.

These rules are the emulator's own. The client checks options by its models, and neither knows the
other, so that each side finds the other's mistakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pdfshift_async.emulator.rules import images, pdf, shared
from pdfshift_async.emulator.rules.checks import Finding, Shape, matching, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pdfshift_async.emulator.rules.checks import Check

__all__ = ["CONVERT", "TEMPLATE_CREATE", "TEMPLATE_UPDATE", "Kind", "Rules"]

Kind = Literal["pdf", "png", "jpeg", "webp"]


class Rules:
    """The rules of one call's body.

    Args:
        fields: What each parameter may be.
        required: Names that must be there.
        combinations: Rules over several parameters; asked only when each alone is right.
    """

    def __init__(
        self,
        fields: Mapping[str, Check],
        *,
        required: tuple[str, ...],
        combinations: Iterable[Callable[[Mapping[str, Any]], Iterator[Finding]]] = (),
    ) -> None:
        self._shape = Shape(fields, required=required)
        self._combinations = tuple(combinations)

    @property
    def names(self) -> frozenset[str]:
        """Every parameter there is."""
        return frozenset(self._shape.fields)

    def problems(self, body: Mapping[str, Any], *, strict: bool = False) -> dict[str, list[str]]:
        """Give everything that is wrong, by parameter.

        Args:
            body: What was sent.
            strict: Whether an unknown name is wrong; the service ignores it.
        """
        findings = [found for found in self._shape(body) if strict or not found.unknown]
        if not findings:
            findings = [found for rule in self._combinations for found in rule(body)]
        problems: dict[str, list[str]] = {}
        for path, rule_text, _ in findings:
            problems.setdefault(path, []).append(rule_text)
        return problems


def _image(more: Mapping[str, Check]) -> Rules:
    return Rules(
        {**shared.FIELDS, **images.FIELDS, **more},
        required=("source",),
        combinations=(shared.combinations, images.combinations),
    )


CONVERT: Mapping[str, Rules] = {
    "pdf": Rules(
        {**shared.FIELDS, **pdf.FIELDS},
        required=("source",),
        combinations=(shared.combinations, pdf.combinations),
    ),
    "png": _image(images.PNG_FIELDS),
    "jpeg": _image(images.JPEG_FIELDS),
    "webp": _image({}),
}

_slug = matching(r"[\w-]+", "Must be letters, digits, hyphens, underscores.")

TEMPLATE_CREATE = Rules(
    {"slug": _slug, "name": text, "content": text}, required=("slug", "name", "content")
)

TEMPLATE_UPDATE = Rules({"name": text, "content": text}, required=("content",))
