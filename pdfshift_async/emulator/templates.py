"""Stored templates, and how variables get into them.

The service's template syntax is not documented. The emulator knows the smallest one that most
engines share: ``{{ name }}`` becomes the variable, escaped for HTML, and ``{{{ name }}}`` the
variable as it is; ``customer.name`` and ``rows.0`` reach into objects and lists; an unknown name
becomes nothing. There are no expressions, so nothing has to be kept from running.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pdfshift_async.emulator.bodies import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

__all__ = ["Template", "Templates", "fill"]

_VARIABLE = re.compile(r"\{\{\{\s*([\w.-]+)\s*\}\}\}|\{\{\s*([\w.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One stored template."""

    slug: str
    name: str
    content: str
    created_at: datetime

    def summary(self) -> dict[str, Any]:
        """Describe the template without its content, as the service does."""
        return {
            "slug": self.slug,
            "created": int(self.created_at.timestamp() * 1000),
            "name": self.name,
        }


class Templates:
    """Every stored template, in the order of creation."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Template] = {}

    def __iter__(self) -> Iterator[Template]:
        return iter(self._by_slug.values())

    def __len__(self) -> int:
        return len(self._by_slug)

    def add(self, template: Template) -> None:
        """Store a new template.

        Raises:
            Refusal: 400, the slug is taken.
        """
        if template.slug in self._by_slug:
            raise Refusal.of_fields({"slug": ["This slug is already used."]})
        self._by_slug[template.slug] = template

    def get(self, slug: str) -> Template:
        """Give one template.

        Raises:
            Refusal: 404, there is none.
        """
        try:
            return self._by_slug[slug]
        except KeyError:
            raise Refusal.because(404, "Template not found.") from None

    def replace(self, template: Template) -> None:
        """Store a newer version of a template."""
        self._by_slug[template.slug] = template

    def remove(self, slug: str) -> None:
        """Forget one template.

        Raises:
            Refusal: 404, there is none.
        """
        del self._by_slug[self.get(slug).slug]


def fill(content: str, variables: Mapping[str, Any]) -> str:
    """Put variables into the content of a template."""

    def value_of(match: re.Match[str]) -> str:
        raw, escaped = match.groups()
        return _text(variables, raw) if raw else html.escape(_text(variables, escaped))

    return _VARIABLE.sub(value_of, content)


def _text(variables: Any, path: str) -> str:
    value = variables
    for step in path.split("."):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return "" if value is None else str(value)
