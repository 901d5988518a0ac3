"""Requests that have a stored template as their source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pdfshift_async.errors import InvalidOptions, Problem
from pdfshift_async.models.options import (
    ConvertOptions,
    Delivery,
    check_extra,
    check_variables,
    is_json,
)

from .paths import template_problems
from .records import Request
from .wire import chosen_options

__all__ = ["content_of", "filling_of", "generation_of"]


def generation_of(
    slug: str,
    variables: Mapping[str, Any] | None,
    options: ConvertOptions | None,
    extra: Mapping[str, Any] | None,
    delivery: Delivery,
) -> Request:
    """Check everything and build the request that makes a document of a template.

    Raises:
        InvalidOptions: Something is wrong; all of it is named.
    """
    chosen, given, further = chosen_options(options), _given(variables), extra or {}
    _refuse(
        [
            *template_problems(slug),
            *check_variables(given, further),
            *chosen.problems_for(delivery),
            *check_extra(chosen, further),
        ]
    )
    return Request(chosen.endpoint, {**given, **chosen.wire(), **further}, template=slug)


def filling_of(slug: str, variables: Mapping[str, Any] | None) -> Request:
    """Check everything and build the request that fills a template and converts nothing.

    Raises:
        InvalidOptions: Something is wrong; all of it is named.
    """
    given = _given(variables)
    _refuse([*template_problems(slug), *check_variables(given, {})])
    return Request("html", given, template=slug)


def content_of(slug: str, *, content: str, name: str | None) -> dict[str, str]:
    """Check what is to be stored of a template, and build the body that says so.

    Raises:
        InvalidOptions: Something is wrong; all of it is named.
    """
    given = {"content": content} if name is None else {"content": content, "name": name}
    _refuse(
        [
            *template_problems(slug),
            *(Problem(option, rule) for option, text in given.items() if (rule := _rule(text))),
        ]
    )
    return given


def _rule(text: object) -> str | None:
    if not isinstance(text, str):
        return f"must be text, not {type(text).__name__}"
    if not text.strip():
        return "must not be empty"
    return None if is_json(text) else "must be valid Unicode"


def _given(variables: object) -> dict[str, Any]:
    if variables is None:
        return {}
    if isinstance(variables, Mapping) and all(isinstance(name, str) for name in variables):
        return dict(variables)
    raise InvalidOptions([Problem("variables", "must be a mapping with names as its keys")])


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidOptions(problems)
