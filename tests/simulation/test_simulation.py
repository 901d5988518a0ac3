"""The whole library keeps its promises, whatever goes wrong, and in whichever order."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdfshift_async._core.records import Effect
from pdfshift_async._core.states import State
from pdfshift_async.models.results import Via

from .defects import DEFECTS, Defect
from .scenario import CALLBACK_FAULTS, REQUEST_FAULTS, STORE_FAULTS
from .world import Violation, World

SEEDS = 400
CHUNK = 50
EVERYTHING = 120
"""Seeds under which everything that can happen does."""
ENOUGH = 600
"""Seeds within which each deliberate mistake is noticed; most need a tenth of them."""

SCRIPT = Path(__file__).parents[2] / "scripts" / "simulate"


@pytest.mark.parametrize("start", range(0, SEEDS, CHUNK))
def test_every_promise_is_kept_under_every_seed(start: int) -> None:
    """What breaks one names the seed, which tells the same story again."""
    for seed in range(start, start + CHUNK):
        World(seed).simulate()


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_a_deliberate_mistake_is_noticed(defect: Defect) -> None:
    """By the promise that it breaks: a simulation that accepts everything would prove nothing."""
    with defect.made():
        assert any(re.search(defect.symptom, str(violation)) for _, violation in _violations())


def _violations() -> Iterator[tuple[World, Violation]]:
    for seed in range(ENOUGH):
        world = World(seed)
        try:
            world.simulate()
        except Violation as violation:
            yield world, violation


def test_everything_that_can_happen_does() -> None:
    """Each fault, each effect of a callback, each end of a conversion and each way to it."""
    seen: Counter[str] = Counter()
    for seed in range(EVERYTHING):
        world = World(seed)
        world.simulate()
        seen.update(world.seen)
    faults = {*REQUEST_FAULTS, *CALLBACK_FAULTS, *STORE_FAULTS}
    events = {"crash", "close", "jump", "outage", "restore", "cancellation", "forgery"}
    errors = {"CallbackLost", "CallbackOverdue", "ConversionFailed", "UnexpectedResponse"}
    wanted = faults | events | errors | set(Via) | set(Effect) | set(State)
    assert {name for name in wanted if not seen[name]} == set()


def test_a_seed_tells_the_same_story_in_every_process() -> None:
    """Also where hashes differ: otherwise a failure could not be looked at."""
    world = World(3)
    world.simulate()
    told = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, str(SCRIPT), "--seed", "3", "-v"],
        env={"PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    story = world.story()
    assert len(story.splitlines()) > 20
    assert told.splitlines() == [str(world.scenario), *story.splitlines(), told.splitlines()[-1]]
    assert told.endswith("seed 3: all promises kept\n")


def test_a_violation_says_how_to_see_its_story() -> None:
    """The command can be pasted."""
    with DEFECTS["deadlines are not stored"].made():
        world, violation = next(_violations())
    assert str(violation).endswith(f"replay: scripts/simulate --seed {world.seed} -v")
    assert "VIOLATION: not over after" in world.story()


def test_a_world_that_is_over_leaves_nothing_in_memory() -> None:
    """No client, conversion or record is kept alive by what the library holds on to."""
    World(1).simulate()
    before = _objects()
    for seed in range(20):
        World(seed).simulate()
    assert _objects() - before == Counter()


def _objects() -> Counter[str]:
    """Count the objects of the library, and those of asyncio that it might forget."""
    gc.collect()
    names = (
        f"{vars(type(each)).get('__module__')}.{type(each).__name__}" for each in gc.get_objects()
    )
    ours = ("pdfshift_async.", "tests.simulation.", "asyncio.", "_asyncio.", "httpx.")
    return Counter(name for name in names if name.startswith(ours))
