"""What the emulated service accepts, parameter by parameter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pdfshift_async.emulator.conversions import Webhook
from pdfshift_async.emulator.rules import CONVERT, TEMPLATE_CREATE, TEMPLATE_UPDATE

HOOK = "https://app.example.com/callbacks"

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("pdf", {"filename": "result.pdf"}),
    ("pdf", {"s3_destination": "s3://bucket/a key.pdf"}),
    ("pdf", {"webhook": {"url": HOOK, "method": "put", "headers": {"a": "b"}}}),
    ("pdf", {"webhook": {"url": HOOK, "auth": {"username": "u", "password": None}}}),
    ("pdf", {"source": ["a", "b"], "webhook": HOOK}),
    ("pdf", {"delay": 10_000, "timeout": 900, "wait_for": "ready"}),
    ("pdf", {"cookies": [{"name": "a", "value": "", "secure": True}]}),
    ("pdf", {"is_hipaa": True, "filename": "result.pdf", "s3_destination": "s3://b/k"}),
    ("pdf", {"is_gdpr": True}),
    ("pdf", {"ignore_long_polling": True}),
    ("pdf", {"format": "a4"}),
    ("pdf", {"format": "21cmx29,7cm"}),
    ("pdf", {"format": "1024xauto"}),
    ("pdf", {"pages": "1-3,6, 7"}),
    ("pdf", {"margin": {"top": 10, "left": "1.5cm", "right": None}}),
    ("pdf", {"margin": "10px 20px 1in"}),
    ("pdf", {"margin": 48}),
    (
        "pdf",
        {
            "header": {"source": "", "height": 20, "start_at": 1},
            "footer": {"source": "x", "start_at": 5},
        },
    ),
    ("pdf", {"header": {"source": "x", "start_at": 2}, "footer": {"source": "x", "start_at": 2}}),
    ("pdf", {"metadata": {"author": "me"}}),
    ("pdf", {"protection": {"user_password": "", "no_print": True}}),
    (
        "pdf",
        {"watermark": {"text": "DRAFT", "font_color": "#f00", "rotate": -359, "offset_x": "-2cm"}},
    ),
    ("pdf", {"fullpage": True, "clip": "of images, so not looked at"}),
    ("png", {"viewport": "1280x1024", "transparent": True, "dpi": 4}),
    ("png", {"clip": {"width": 1, "height": 1, "x": 0, "y": -5}}),
    ("jpeg", {"quality": 10, "fullpage": False, "css_selector": "#a"}),
    ("webp", {"quality": "of JPEG, so not looked at"}),
]

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("pdf", {"source": None}, "source", "This field is required."),
    ("pdf", {"source": ""}, "source", "Must not be empty."),
    ("pdf", {"source": 1}, "source", "Must be a string."),
    ("pdf", {"source": [], "webhook": HOOK}, "source", "Must not be empty."),
    ("pdf", {"source": ["a", 1], "webhook": HOOK}, "source.1", "Must be a string."),
    ("pdf", {"source": ["a"]}, "webhook", "Required when source is a list."),
    ("pdf", {"filename": "a.pdf"}, "filename", "Must be at least 7 characters"),
    ("pdf", {"filename": "../secret"}, "filename", "Must be at least 7 characters"),
    ("pdf", {"s3_destination": "bucket/key"}, "s3_destination", "Must be like s3://bucket/key."),
    ("pdf", {"webhook": "app.example.com"}, "webhook", "Not a valid URL."),
    ("pdf", {"webhook": {"method": "POST"}}, "webhook.url", "This field is required."),
    ("pdf", {"webhook": {"url": HOOK, "method": "YELL"}}, "webhook.method", "Not a valid HTTP"),
    ("pdf", {"webhook": {"url": HOOK, "headers": {"a": 1}}}, "webhook.headers.a", "Must be a str"),
    ("pdf", {"delay": 10_001}, "delay", "Must be between 0 and 10000."),
    ("pdf", {"timeout": -1}, "timeout", "Must be between 0 and 900."),
    ("pdf", {"cookies": [{"name": "a"}]}, "cookies.0.value", "This field is required."),
    ("pdf", {"ignore_long_polling": True, "wait_for_network": False}, "ignore_long_polling", "Req"),
    ("pdf", {"is_hipaa": True, "filename": "result.pdf"}, "filename", "Requires s3_destination"),
    ("pdf", {"is_gdpr": True, "webhook": HOOK}, "webhook", "Requires s3_destination"),
    ("pdf", {"format": "A6"}, "format", "Must be a paper name"),
    ("pdf", {"pages": "1-"}, "pages", "Must be a page range"),
    ("pdf", {"zoom": 0}, "zoom", "Must be between 0.1 and 2."),
    ("pdf", {"margin": "1 2 3 4 5"}, "margin", "Must be one to four lengths."),
    ("pdf", {"margin": -1}, "margin", "Must be a length"),
    ("pdf", {"margin": {"top": "wide"}}, "margin.top", "Must be a length"),
    ("pdf", {"header": {"height": 1}}, "header.source", "This field is required."),
    ("pdf", {"footer": {"source": "x", "start_at": 0}}, "footer.start_at", "Must be at least 1."),
    (
        "pdf",
        {"header": {"source": "x", "start_at": 2}, "footer": {"source": "x", "start_at": 3}},
        "footer.start_at",
        "Must equal header.start_at",
    ),
    ("pdf", {"metadata": {"producer": "me"}}, "metadata.producer", "This key is reserved."),
    ("pdf", {"metadata": {"a": 1}}, "metadata.a", "Must be a string."),
    ("pdf", {"protection": {"no_copy": 1}}, "protection.no_copy", "Must be a boolean."),
    ("pdf", {"watermark": {"text": "a", "image": "b"}}, "watermark", "Must have exactly one"),
    ("pdf", {"watermark": {}}, "watermark", "Must have exactly one"),
    ("pdf", {"watermark": "x"}, "watermark", "Must be an object."),
    ("pdf", {"watermark": {"text": "a", "font_family": "Arial"}}, "watermark.font_family", "Must"),
    ("pdf", {"watermark": {"text": "a", "font_color": "red"}}, "watermark.font_color", "Must be"),
    ("png", {"viewport": "0x10"}, "viewport", "Must be {width}x{height}"),
    ("png", {"dpi": 3}, "dpi", "Must be one of 1, 2, 4."),
    ("png", {"clip": {"width": 1, "height": 0, "x": 0, "y": 0}}, "clip.height", "Must be at least"),
    ("png", {"fullpage": True, "css_selector": "p"}, "css_selector", "Only one of"),
    ("jpeg", {"quality": 9}, "quality", "Must be between 10 and 100."),
]


def _case(value: Any) -> str | None:
    """Name a case by what it sends."""
    return json.dumps(value) if isinstance(value, dict) else None


@pytest.mark.parametrize(("kind", "parameters"), ACCEPTED, ids=_case)
def test_parameters_of_the_documentation_are_accepted(
    kind: str, parameters: dict[str, Any]
) -> None:
    """Everything a source documents passes, and so does what belongs to other kinds."""
    assert CONVERT[kind].problems({"source": "<p>", **parameters}) == {}


@pytest.mark.parametrize(("kind", "parameters", "name", "rule"), REFUSED, ids=_case)
def test_wrong_parameters_are_refused_by_name(
    kind: str, parameters: dict[str, Any], name: str, rule: str
) -> None:
    """One wrong parameter is one problem, under its dotted name."""
    problems = CONVERT[kind].problems({"source": "<p>", **parameters})

    assert list(problems) == [name]
    assert len(problems[name]) == 1
    assert problems[name][0].startswith(rule)


def test_unknown_names_are_refused_only_when_asked() -> None:
    """The service ignores them; strict rules find them at every depth."""
    body = {"source": "<p>", "full_height": 1, "watermark": {"text": "a", "offset_top": 1}}

    assert CONVERT["pdf"].problems(body) == {}
    assert CONVERT["pdf"].problems(body, strict=True) == {
        "full_height": ["Unknown field."],
        "watermark.offset_top": ["Unknown field."],
    }


def test_templates_need_a_slug_a_name_and_content() -> None:
    """Creating asks for all three, updating for the content only."""
    missing = ["This field is required."]

    assert TEMPLATE_CREATE.problems({}) == {"slug": missing, "name": missing, "content": missing}
    assert TEMPLATE_CREATE.problems({"slug": "a b", "name": "n", "content": "c"}) == {
        "slug": ["Must be letters, digits, hyphens, underscores."]
    }
    assert TEMPLATE_UPDATE.problems({}) == {"content": missing}
    assert TEMPLATE_UPDATE.problems({"content": "c"}) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["url", "source", "text", "start_at", "top", "width"])
            | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(deadline=None)  # the machine may be busy
@given(
    kind=st.sampled_from(sorted(CONVERT)),
    body=st.dictionaries(
        st.sampled_from(sorted(frozenset().union(*(rules.names for rules in CONVERT.values())))),
        JSON,
        max_size=6,
    ),
)
def test_arbitrary_json_is_judged_and_never_breaks_the_rules(
    kind: str, body: dict[str, Any]
) -> None:
    """Problems have texts; what has none can be worked with."""
    problems = CONVERT[kind].problems(body, strict=True)

    assert all(texts and all(texts) for texts in problems.values())
    if not problems:
        webhook = Webhook.of(body.get("webhook"))
        assert webhook is None or webhook.url
