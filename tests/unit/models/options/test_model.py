"""The base of all option models."""

from __future__ import annotations

import copy
import json
import pickle
from types import MappingProxyType

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from pdfshift_async.errors import InvalidOptions
from pdfshift_async.models import (
    HeaderFooter,
    JPEGOptions,
    Margin,
    PDFOptions,
    PNGOptions,
    Watermark,
)

FULL = PDFOptions(
    format="A5",
    margin=Margin(top="20mm"),
    header=HeaderFooter(source="<b>Hi</b>", height=30),
    cookies=[{"name": "sid", "value": "1"}],  # type: ignore[list-item]
    http_headers={"Accept-Language": "de"},
)


def test_only_set_options_are_sent() -> None:
    """A default is the service's to apply, also one that was read, also inside a nested model."""
    assert PDFOptions().wire() == {}
    assert FULL.wire() == {
        "format": "A5",
        "margin": {"top": "20mm"},
        "header": {"source": "<b>Hi</b>", "height": 30},
        "cookies": [{"name": "sid", "value": "1"}],
        "http_headers": {"Accept-Language": "de"},
    }


def test_an_option_set_to_its_default_is_sent() -> None:
    """The caller said so, and the account's default may be another one day."""
    assert PDFOptions(format="A4", landscape=False).wire() == {"format": "A4", "landscape": False}


def test_reading_an_unset_option_gives_the_documented_default() -> None:
    """Reading tells what the service will do."""
    options = PDFOptions()
    assert (options.format, options.zoom, options.wait_for_network) == ("A4", 1, True)
    assert options.header is None


def test_none_takes_the_option_away() -> None:
    """None is "no header", which is what leaving it out means."""
    options = PDFOptions(header=None, format="A4")
    assert options.wire() == {"format": "A4"}
    assert options == PDFOptions(format="A4")


def test_none_is_refused_where_the_service_has_a_default() -> None:
    """None never means "default"."""
    with pytest.raises(InvalidOptions, match=r"^landscape: must be True or False \(leave it out"):
        PDFOptions(landscape=None)  # type: ignore[arg-type]


def test_what_is_sent_is_json() -> None:
    """Every value survives the way through JSON, and makes the same options again."""
    assert PDFOptions(**json.loads(json.dumps(FULL.wire()))) == FULL


def test_replace_changes_and_takes_away() -> None:
    """The copy has what was set before, but for the changes."""
    changed = FULL.replace(format="A3", header=None)
    assert changed.wire() == {
        **{name: value for name, value in FULL.wire().items() if name != "header"},
        "format": "A3",
    }
    assert FULL.format == "A5"


def test_replace_checks_the_result() -> None:
    """A copy cannot break a rule which the constructor keeps."""
    with pytest.raises(InvalidOptions, match=r"^format: "):
        FULL.replace(format="A9")
    with pytest.raises(InvalidOptions, match=r"^format: "):
        FULL.__replace__(format="A9")


def test_options_cannot_be_assigned() -> None:
    """Options that are used by many submissions stay what they are."""
    with pytest.raises(ValidationError, match="frozen"):
        FULL.format = "A4"  # type: ignore[misc]


def test_later_changes_of_an_argument_do_not_reach_the_options() -> None:
    """Mappings and lists are copied."""
    headers, cookies = {"A": "1"}, [{"name": "sid", "value": "1"}]
    options = PDFOptions(http_headers=headers, cookies=cookies)  # type: ignore[arg-type]
    headers["B"] = "2"
    cookies.clear()
    assert options.http_headers == {"A": "1"}
    assert len(options.cookies) == 1


def test_equal_options_have_equal_hashes() -> None:
    """Options are keys of dictionaries, whatever the order they were written in."""
    one = PDFOptions(format="A4", zoom=1, margin={"top": 1, "left": 2})  # type: ignore[arg-type]
    two = PDFOptions(margin=Margin(left=2, top=1), zoom=1.0, format="A4")
    assert one == two
    assert hash(one) == hash(two)
    assert len({one, two, PDFOptions()}) == 2


def test_options_of_another_class_or_value_differ() -> None:
    """The class picks the endpoint, so it belongs to the value."""
    assert PNGOptions() != JPEGOptions()
    assert PDFOptions(landscape=True) != PDFOptions(landscape=False)
    assert PDFOptions() != {}


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda options: pickle.loads(pickle.dumps(options))],  # noqa: S301
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_are_equal(copied: object) -> None:
    """Options travel to other processes."""
    assert callable(copied)
    twin = copied(FULL)
    assert twin == FULL
    assert twin.wire() == FULL.wire()


def test_mappings_of_any_kind_stand_for_nested_models() -> None:
    """What comes out of a configuration file need not be a dict."""
    header = MappingProxyType({"source": "x"})
    assert PDFOptions(header=header, margin=MappingProxyType({"top": 5})).wire() == {  # type: ignore[arg-type]
        "header": {"source": "x"},
        "margin": {"top": 5},
    }


def test_repr_shows_set_options_only() -> None:
    """One line, as short as the call."""
    assert (
        repr(PDFOptions(landscape=True, header=None)) == "PDFOptions(landscape=True, header=None)"
    )
    assert str(PDFOptions(format="A4")) == "format='A4'"


def test_repr_hides_secrets_and_documents() -> None:
    """Logs and tracebacks show that something was set, never what."""
    options = PDFOptions(
        auth={"username": "SECRET", "password": "SECRET"},  # type: ignore[arg-type]
        cookies=[{"name": "sid", "value": "SECRET"}],  # type: ignore[list-item]
        css="SECRET",
        header={"source": "SECRET"},  # type: ignore[arg-type]
        http_headers={"Authorization": "SECRET"},
        javascript="SECRET",
        metadata={"author": "SECRET"},
        protection={"user_password": "SECRET", "owner_password": "SECRET"},  # type: ignore[arg-type]
        watermark={"text": "SECRET"},  # type: ignore[arg-type]
    )
    for shown in (repr(options), str(options), f"{options}"):
        assert "SECRET" not in shown
        assert "'Authorization': '***'" in shown
        assert "name='sid', value='***'" in shown
        assert "BasicAuth(username='***', password='***')" in shown


@pytest.mark.parametrize("name", ["text", "image", "source"])
def test_repr_hides_what_a_watermark_shows(name: str) -> None:
    """Images and documents may come as base64, many megabytes of it."""
    assert repr(Watermark(**{name: "SECRET"})) == f"Watermark({name}='***')"  # type: ignore[arg-type]


def test_every_problem_is_told_at_once() -> None:
    """Unknown names, wrong values at any depth, and conflicts, with dotted names."""
    with pytest.raises(InvalidOptions) as caught:
        PDFOptions(  # type: ignore[call-arg]
            landscap=True,
            delay=-1,
            cookies=[{"name": "a b", "value": "1"}],  # type: ignore[list-item]
            header={"source": "x", "start_at": 2},  # type: ignore[arg-type]
            footer={"start_at": 3},  # type: ignore[arg-type]
        )
    assert [problem.option for problem in caught.value.problems] == [
        "landscap",
        "delay",
        "cookies.0.name",
        "footer.source",
        "footer.start_at",
    ]


def test_errors_hold_no_value_and_no_pydantic_error() -> None:
    """An error handler that looks at causes finds no document there."""
    with pytest.raises(InvalidOptions) as caught:
        PDFOptions(css=["SECRET"], protection={"user_password": 1234567})  # type: ignore[arg-type]
    assert str(caught.value) == "css: must be text; protection.user_password: must be text."
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_long_and_strange_names_are_shortened() -> None:
    """A name that came from outside cannot fill the log or forge a line of it."""
    with pytest.raises(InvalidOptions) as caught:
        PDFOptions(**dict.fromkeys(["x" * 5000, "a\nb", "\ud800"]))  # type: ignore[arg-type]
    assert [problem.option for problem in caught.value.problems] == [
        f"'{'x' * 40}...'",
        "'a\\nb'",
        "'\\ud800'",
    ]


def test_keys_that_are_no_names_are_refused() -> None:
    """They would be a TypeError of the constructor."""
    with pytest.raises(InvalidOptions) as caught:
        PDFOptions(header={1: 2}, margin={1: 2})  # type: ignore[arg-type]
    assert [problem.rule for problem in caught.value.problems] == [
        "must be a mapping with names as its keys",
        "must be a mapping with names as its keys",
    ]


def test_inside_a_foreign_model_problems_are_pydantics() -> None:
    """A web framework answers 422 as for its own fields, and does not repeat the input."""

    class Order(BaseModel):
        options: PDFOptions

    with pytest.raises(ValidationError, match="format: must be one of Letter") as caught:
        Order.model_validate({"options": {"format": "A9", "css": "SECRET"}})
    assert caught.value.errors()[0]["loc"] == ("options",)
    with pytest.raises(ValidationError, match="format: must be one of Letter") as direct:
        TypeAdapter(PDFOptions).validate_json('{"format": "A9", "css": "SECRET"}')
    assert "SECRET" not in str(direct.value)


def test_json_text_makes_options() -> None:
    """Pydantic's own way in gives the same."""
    assert PDFOptions.model_validate_json(json.dumps(FULL.wire())) == FULL


def test_options_have_a_json_schema() -> None:
    """Web frameworks document endpoints that take options."""
    schema = PDFOptions.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["format"] == {"default": "A4", "title": "Format", "type": "string"}
