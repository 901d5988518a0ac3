"""Kinds of text; a type checker sees ``str``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from pdfshift_async.errors import InvalidOptions, Problem

from ._problems import refuse, shown
from ._rules import matching

_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BREAK = re.compile(r"[\r\n\0]")

_RESERVED_METADATA = frozenset(
    {"author_raw", "creator_raw", "producer", "producer_raw", "subject_raw", "title_raw"}
)


def _check_text(text: str) -> str:
    # JSON travels as UTF-8, and pydantic would write replacement characters without a word.
    if _SURROGATE.search(text):
        refuse("must be valid Unicode", "it holds a lone surrogate; decode the text correctly")
    return text


def _texts(rule_for: Callable[[str, str], str | None]) -> BeforeValidator:
    """Copy a mapping of names to text, each pair of which keeps the rule."""

    def check(value: object) -> dict[str, str]:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            refuse("must be a mapping of names to text")
        problems = [
            Problem(shown(name), rule)
            for name, text in value.items()
            if (rule := _text_rule(name, text) or rule_for(name, text))
        ]
        if problems:
            raise InvalidOptions(problems)
        return dict(value)

    return BeforeValidator(check)


def _text_rule(name: str, text: object) -> str | None:
    if not isinstance(text, str):
        return "must be text"
    return "must be valid Unicode" if _SURROGATE.search(name + text) else None


def _header_rule(name: str, text: str) -> str | None:
    if not _TOKEN.fullmatch(name):
        return "is no name of an HTTP header"
    return "must be one line" if _BREAK.search(text) else None


def _metadata_rule(name: str, _: str) -> str | None:
    return "is reserved by the service" if name in _RESERVED_METADATA else None


def _check_function(text: str) -> str:
    # An identifier of JavaScript is one of Python that may hold dollar signs.
    if not all(part.replace("$", "_").isidentifier() for part in text.split(".")):
        refuse(
            "must be the name of a global function of the document",
            "a CSS selector or an expression does not work: define a function which returns true "
            "when the document is ready",
        )
    return text


Text = Annotated[str, AfterValidator(_check_text)]
"""Any text that JSON can carry."""

Filled = Annotated[Text, matching(r"(?s:.+)", "must not be empty")]
"""Text that says something."""

Headers = Annotated[Mapping[str, str], _texts(_header_rule)]
"""HTTP headers, none of which can smuggle in another."""

Metadata = Annotated[Mapping[str, str], _texts(_metadata_rule)]
"""Properties of a document, without the names that the service keeps for itself."""

FunctionName = Annotated[str, AfterValidator(_check_function)]
"""A JavaScript identifier, or several with dots between them."""

FileName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_.-]{7,}",
        "must have 7 or more characters out of A-Z, a-z, 0-9, '-', '_' and '.'",
    ),
]

BucketURL = Annotated[
    Text,
    matching(
        r"(?!https?:)[a-z][a-z0-9+.-]*://[^/\s]+/[^\x00-\x1f\x7f]+",
        "must be s3://bucket/key, or the like for another storage",
        "the key names the file, and it is no https URL",
    ),
]

UserName = Annotated[
    Text, matching(r"[^:\x00-\x1f\x7f]*", "must have no colon and no control character")
]
"""The first half of HTTP basic authentication (RFC 7617)."""

Password = Annotated[Text, matching(r"[^\x00-\x1f\x7f]*", "must have no control character")]
"""The second half of HTTP basic authentication (RFC 7617)."""

CookieName = Annotated[str, matching(_TOKEN.pattern, "is no name of a cookie")]

CookieValue = Annotated[
    Text, matching(r"[^;\x00-\x1f\x7f]*", "must have no semicolon and no control character")
]
