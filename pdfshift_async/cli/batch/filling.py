"""HTML out of a template and one row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from pdfshift_async.errors import ConfigurationError

from .manifests import Fill

__all__ = ["fill_of"]


def fill_of(path: Path) -> Fill:
    """Give what fills a Jinja2 template; values are escaped, and a missing one is an error.

    Raises:
        ConfigurationError: The template cannot be read.
    """
    environment: Environment = SandboxedEnvironment(
        loader=FileSystemLoader(path.parent), autoescape=True, undefined=StrictUndefined
    )
    try:
        template = environment.get_template(path.name)
    except (OSError, ValueError, TemplateError) as error:
        rule = f"{path}: {error or 'cannot be read'}"
        raise ConfigurationError("--template", rule) from error

    def fill(row: Mapping[str, Any]) -> str:
        try:
            return template.render(row)
        except Exception as error:
            rule = f"{path.name}: {type(error).__name__}: {error}"
            raise ConfigurationError("--template", rule) from error

    return fill
