"""Faults as data, and which conversions they strike."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from pdfshift_async.emulator.faults import _OWN_VALUES, Fault, FaultKind, Faults
from pdfshift_async.errors import ConfigurationError


def _struck(faults: Faults, source: str = "<p>", webhook: str | None = "https://a/cb") -> list[str]:
    return sorted(faults.strike([source], webhook))


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_kind_is_told_in_full_and_read_back(kind: FaultKind) -> None:
    """Its values are JSON, hold what belongs to the kind, and make an equal fault."""
    values = Fault(kind=kind, times=2).values()

    assert Fault.model_validate(json.loads(json.dumps(values))).values() == values
    assert set(_OWN_VALUES[kind]) < set(values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("callback_lost", {}),
        ("callback_delayed:seconds=2.5, match=inv-1", {"seconds": 2.5, "match": "inv-1"}),
        ("server_error:status=503,accepted=true,times=1", {"status": 503, "accepted": True}),
        ("conversion_failed:message=no such = page,", {"message": "no such = page"}),
    ],
)
def test_the_form_of_the_command_line_is_read(text: str, values: dict[str, Any]) -> None:
    """Kind first, then values in the type of each."""
    fault = Fault.parse(text)

    assert fault.kind == text.partition(":")[0]
    assert {name: getattr(fault, name) for name in values} == values


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("callback_gone", "kind: input should be 'callback_damaged'"),
        ("callback_lost:", None),
        ("callback_lost:seconds", "must be KIND:name=value"),
        ("callback_lost:seconds=1", "callback_lost takes no seconds"),
        ("callback_lost:colour=red", "colour: extra inputs"),
        ("callback_duplicated:copies=many", "copies: input should be a valid integer"),
        ("callback_lost:probability=2", "probability: input should be less than"),
    ],
)
def test_what_makes_no_fault_is_told_in_one_sentence(text: str, rule: str | None) -> None:
    """The error names the value and the rule; an empty list of values is none."""
    if rule is None:
        assert Fault.parse(text) == Fault(kind="callback_lost")
        return
    with pytest.raises(ConfigurationError) as caught:
        Fault.parse(text)
    assert caught.value.option == "fault"
    assert caught.value.rule.startswith(rule)


def test_what_is_no_object_makes_no_fault() -> None:
    """JSON of any shape may come over HTTP."""
    with pytest.raises(ConfigurationError, match="valid dictionary"):
        Fault.model_validate([1])


def test_a_fault_strikes_where_its_text_is() -> None:
    """The text may stand in the source or in the webhook's URL."""
    faults = Faults([Fault(kind="callback_lost", match="inv-7")])

    assert _struck(faults) == []
    assert _struck(faults, source="<p>inv-7</p>") == ["callback_lost"]
    assert _struck(faults, webhook="https://a/cb/inv-7") == ["callback_lost"]


def test_a_fault_is_used_up_after_its_times() -> None:
    """It strikes as many conversions as it says, then it is gone."""
    faults = Faults([Fault(kind="callback_lost", times=2)])

    assert [_struck(faults) for _ in range(3)] == [["callback_lost"], ["callback_lost"], []]
    assert list(faults) == []


def test_the_older_of_two_faults_of_a_kind_strikes_first() -> None:
    """The younger one takes over when the older is used up."""
    faults = Faults([Fault(kind="server_error", times=1), Fault(kind="server_error", status=503)])

    struck = [faults.strike(["<p>"], None)["server_error"].status for _ in range(3)]

    assert struck == [500, 503, 503]


def test_faults_of_callbacks_wait_for_a_callback() -> None:
    """A conversion without a webhook neither suffers nor uses them up."""
    faults = Faults([Fault(kind="callback_early", times=1), Fault(kind="cut_after")])

    assert _struck(faults, webhook=None) == ["cut_after"]
    assert _struck(faults) == ["callback_early", "cut_after"]


def test_chance_repeats_with_its_seed() -> None:
    """The same seed strikes the same conversions, about as often as the probability says."""

    def pattern(seed: int) -> list[bool]:
        faults = Faults([Fault(kind="callback_lost", probability=0.3, seed=seed)])
        return [bool(_struck(faults)) for _ in range(200)]

    assert pattern(1) == pattern(1) != pattern(2)
    assert 40 <= sum(pattern(1)) <= 80


def test_cleared_faults_strike_no_more() -> None:
    """Clearing takes all of them."""
    faults = Faults([Fault(kind="callback_lost"), Fault(kind="cut_before")])
    faults.clear()

    assert _struck(faults) == []
