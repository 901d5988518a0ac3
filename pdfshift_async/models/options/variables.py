"""Variables of a template, which are sent beside the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pdfshift_async.errors import Problem

from ._problems import shown
from .common import RESERVED
from .extra import is_json
from .images import JPEGOptions, PNGOptions, WebPOptions
from .pdf import PDFOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS = (PDFOptions, PNGOptions, JPEGOptions, WebPOptions)

_OPTIONS = frozenset(RESERVED).union(*(kind.model_fields for kind in _KINDS))
"""What the service may take for something other than a variable, whatever is converted to."""


def check_variables(variables: Mapping[str, Any], extra: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the variables of a template.

    The service takes them and the options side by side, in one object.

    Source: PDFShift MCP tool (read 2026-11); the published reference does not define the body.
    """
    for name, value in variables.items():
        option = f"variables.{shown(name)}"
        if name in _OPTIONS:
            hint = "both are sent side by side; rename it, or put it into another variable"
            yield Problem(option, "has the name of an option of the service", hint)
        elif name in extra:
            yield Problem(option, "has the name of an extra option")
        elif not is_json({name: value}):
            yield Problem(option, "must be a JSON value", "write dates and decimals as text")
