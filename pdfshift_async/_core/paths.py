"""Paths of what the service names by a text of the caller's."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from pdfshift_async.errors import InvalidOptions, Problem

__all__ = ["log_path", "template_path", "template_problems"]

_LONGEST: Final = 200


def template_path(slug: str, suffix: str = "") -> str:
    """Give the path of a template, or with a suffix of what it becomes.

    Raises:
        InvalidOptions: There can be no such template.
    """
    if problems := template_problems(slug):
        raise InvalidOptions(problems)
    return f"/templates/{quote(slug, safe='')}{suffix}"


def template_problems(slug: object) -> list[Problem]:
    """Say what is wrong with a slug."""
    return _problems("slug", slug)


def log_path(request_id: str) -> str:
    """Give the path of one entry of the account's log.

    Raises:
        InvalidOptions: There can be no such entry.
    """
    if problems := _problems("request_id", request_id):
        raise InvalidOptions(problems)
    return f"/logs/{quote(request_id, safe='')}"


def _problems(option: str, name: object) -> list[Problem]:
    """Refuse what would lead elsewhere: nothing, ``.`` and ``..``, and whatever splits a path.

    The service decides about the rest: which characters it allows is not documented.
    """
    if not isinstance(name, str):
        return [Problem(option, f"must be text, not {type(name).__name__}")]
    if not name.strip("."):
        return [Problem(option, "must not be empty, nor dots only")]
    if len(name) > _LONGEST or not name.isprintable() or not {" ", "/", "\\"}.isdisjoint(name):
        rule = f"must be printable text without spaces and slashes, {_LONGEST} characters at most"
        return [Problem(option, rule)]
    return []
