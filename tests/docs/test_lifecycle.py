"""The picture of the life cycle shows the table, all of it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from pdfshift_async._core.states import TRANSITIONS, State, Trigger

_LIFECYCLE: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[2] / "docs" / "_ext" / "lifecycle.py")
)
_picture = _LIFECYCLE["picture"]

_CALLBACKS = {Trigger.CONVERTED, Trigger.FAILED}


def test_every_state_has_a_box() -> None:
    """With its name in it."""
    boxes = re.findall(r'rx="8"[^>]*/><text x="\d+" y="\d+">(\w+)</text>', _picture(TRANSITIONS))
    assert sorted(boxes) == sorted(State)


def test_every_step_has_an_arrow() -> None:
    """One for each step of our own, and one for each kind of callback."""
    labels = re.findall(
        r"/><text class=\"label(?: loop-label)?\"[^>]*>([^<]+)</text>", _picture(TRANSITIONS)
    )
    steps = [trigger for _, trigger in TRANSITIONS if trigger not in _CALLBACKS]
    assert sorted(labels) == sorted([*steps, "callback: converted", "callback: failed"])


def test_arrows_begin_and_end_at_the_boxes_of_their_states() -> None:
    """The one from `queued` to `lost` leaves the one box and touches the other."""
    only = {
        step: target
        for step, target in TRANSITIONS.items()
        if step[1] in _CALLBACKS or step == (State.QUEUED, Trigger.GIVEN_UP)
    }
    line = re.search(r'<line x1="(.+?)" y1="(.+?)" x2="(.+?)" y2="(.+?)"', _picture(only))
    assert line is not None
    x1, y1, x2, y2 = map(float, line.groups())
    queued, lost = _LIFECYCLE["box_of"](State.QUEUED), _LIFECYCLE["box_of"](State.LOST)
    assert y1 == pytest.approx(queued.y + queued.height / 2, abs=0.1)
    assert abs(x1 - queued.x) < queued.width / 2
    assert y2 == pytest.approx(lost.y - lost.height / 2, abs=0.1)
    assert abs(x2 - lost.x) < lost.width / 2


def test_callbacks_from_different_states_cannot_share_a_frame() -> None:
    """A table which the picture would tell wrongly stops the build."""
    changed = dict(TRANSITIONS)
    del changed[State.LOST, Trigger.FAILED]
    with pytest.raises(ExtensionError, match="one frame"):
        _picture(changed)
