"""Options out of arbitrary JSON."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings, strategies as st

from pdfshift_async.errors import InvalidOptions
from pdfshift_async.models import (
    BasicAuth,
    Clip,
    Cookie,
    HeaderFooter,
    JPEGOptions,
    Margin,
    PDFOptions,
    PNGOptions,
    Protection,
    Watermark,
    WebPOptions,
)

MODELS: list[Any] = [
    *(PDFOptions, PNGOptions, JPEGOptions, WebPOptions),
    *(BasicAuth, Clip, Cookie, HeaderFooter, Margin, Protection, Watermark),
]
NAMES = sorted({name for model in MODELS for name in model.model_fields})

VALID: dict[str, Sequence[object]] = {
    **dict.fromkeys(["author", "css", "javascript", "image", "source", "text"], ("x", "€\n")),
    **dict.fromkeys(["username", "password", "user_password", "owner_password"], ("x", "")),
    **dict.fromkeys(["top", "right", "bottom", "left"], (0, "48", "1.5cm", None)),
    **dict.fromkeys(["width", "height", "x", "y"], (1, 48)),
    **dict.fromkeys(["delay", "timeout", "font_size", "font_opacity", "quality"], (10, 80)),
    "auth": [{"username": "x"}, {"password": None}, None],
    "clip": [{"width": 1, "height": 2, "x": 3, "y": -4}, None],
    "cookies": [[{"name": "a", "value": "b"}, {"name": "c", "value": "", "secure": True}], []],
    "css_selector": ["#a", None],
    "dpi": [1, 2, 4],
    "filename": ["invoice.pdf", None],
    "font_color": ["#fff", "00aaff"],
    "font_family": ["Times"],
    "footer": [{"source": "x"}, {"source": "", "start_at": 2, "height": None}, None],
    "format": ["A4", "1024xauto", "21cmx29,7cm"],
    "header": [{"source": "x"}, {"source": "{{page}}", "start_at": 3}, None],
    "http_headers": [{"Accept": "*/*"}, {}, None],
    "margin": [0, "1 2", "20mm", {"top": 1, "left": None}, {}, None],
    "metadata": [{"title": "€"}, None],
    "name": ["sid"],
    "offset_x": ["left", "-1px"],
    "offset_y": ["middle", "2.5in"],
    "pages": ["1-3,5", None],
    "protection": [{"user_password": "x", "no_copy": True}, {}],
    "rotate": [-45, 0],
    "s3_destination": ["s3://bucket/key", None],
    "start_at": [1, 7],
    "value": ["1"],
    "viewport": ["800x600"],
    "wait_for": ["app.ready", None],
    "watermark": [{"text": "x", "image": None}, {"source": "x", "rotate": 3}],
    "zoom": [1, 0.5],
}
"""Values that the service takes; what is missing here is a flag."""

# Lone surrogates are JSON too: json.loads makes them out of escapes.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
ANY_NAME = st.one_of(st.sampled_from(NAMES), TEXT)
JSON = st.one_of(
    SCALAR, st.lists(SCALAR, max_size=2), st.dictionaries(ANY_NAME, SCALAR, max_size=2)
)


def options_of(model: Any) -> st.SearchStrategy[tuple[Any, dict[str, Any]]]:
    """Pair the model with all that it requires, some valid values, and at times arbitrary ones."""
    values = {name: st.sampled_from(VALID.get(name, [True, False])) for name in model.model_fields}
    required = {name: values[name] for name in values if model.model_fields[name].is_required()}
    valid = st.one_of([st.tuples(st.just(name), values[name]) for name in values])
    wrong = st.tuples(st.one_of(st.sampled_from(sorted(values)), TEXT), JSON)
    chosen = st.tuples(
        st.fixed_dictionaries(required),
        st.lists(valid, max_size=4).map(dict),
        st.one_of(st.just({}), st.lists(wrong, max_size=2).map(dict)),
    )
    return st.tuples(st.just(model), chosen.map(lambda parts: parts[0] | parts[1] | parts[2]))


OPTIONS = st.one_of([options_of(model) for model in MODELS])


def attempt(model: Any, options: dict[str, Any]) -> tuple[Any, InvalidOptions | None]:
    """Give the options or the error; no other error gets through."""
    try:
        return model(**options), None
    except InvalidOptions as error:
        return None, error


def without_none(value: object) -> object:
    """Leave out what is not sent."""
    if isinstance(value, dict):
        return {name: without_none(item) for name, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


@given(OPTIONS)
@settings(max_examples=200, deadline=None)
def test_json_is_sent_as_it_is_or_refused(drawn: tuple[Any, dict[str, Any]]) -> None:
    """Valid options are sent unchanged and make the same options again; others have a problem."""
    model, options = drawn
    made, error = attempt(model, options)
    if error is None:
        sent = made.wire()
        assert sent == without_none(options)
        again = model(**json.loads(json.dumps(sent)))
        assert (again, hash(again), again.wire()) == (made, hash(made), sent)
        assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301
    else:
        assert error.problems
        assert all(len(str(problem)) < 300 for problem in error.problems)
        assert str(error).isprintable()


SECRETS = st.recursive(
    TEXT.map(lambda text: f"SECRET{text}"),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    model=st.sampled_from(MODELS),
    options=st.dictionaries(st.sampled_from(NAMES), SECRETS, min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_no_problem_repeats_a_value(model: Any, options: dict[str, Any]) -> None:
    """Documents and passwords stay out of errors, whatever option they end up in by mistake."""
    _, error = attempt(model, options)
    assert "SECRET" not in f"{error} {error!r}"
