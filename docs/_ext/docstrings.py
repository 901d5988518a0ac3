"""Docstrings and annotations as the reference shows them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

from pydantic import BaseModel
from sphinx.ext.napoleon.docstring import GoogleDocstring

from pdfshift_async import Conversion, Document, Store

if TYPE_CHECKING:
    from sphinx.application import Sphinx

UNSIGNED = (BaseModel, Enum, Conversion, Document)
"""Classes whose fields are listed below them, or which users do not construct."""


def google_sections(_app: Sphinx, what: str, _name: str, _obj: object, *rest: Any) -> None:
    """Read the sections of a docstring.

    `sphinx.ext.napoleon` would do it for attributes too, and take everything before a colon in
    their first line for a type.
    """
    _options, lines = rest
    if what not in {"attribute", "data", "property"}:
        lines[:] = GoogleDocstring(lines).lines()


def signature(
    _app: Sphinx, _what: str, _name: str, obj: object, *_rest: Any
) -> tuple[str, str] | None:
    """Leave out the signature of a class that tells nothing by it."""
    if isinstance(obj, type) and (issubclass(obj, UNSIGNED) or Protocol in obj.__bases__):
        return "", ""
    return None


def pydantics_own(_app: Sphinx, _what: str, name: str, *_rest: Any) -> bool | None:
    """Leave out what a model inherits from pydantic and merely configures."""
    return True if name.startswith("model_") else None


def plain_annotations(_app: Sphinx) -> None:
    """Show types without the validators around them."""
    for owner in (*models(BaseModel), *filter(callable, vars(Store).values())):
        hints = get_type_hints(owner)
        own = owner.__annotations__
        owner.__annotations__ = {name: hints.get(name, own[name]) for name in own}


def models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Give the models of the library."""
    for cls in base.__subclasses__():
        if cls.__module__.startswith("pdfshift_async."):
            yield cls
        yield from models(cls)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("builder-inited", plain_annotations)
    app.connect("autodoc-process-docstring", google_sections)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", pydantics_own)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
