"""Draws the life cycle of a conversion from its table, so that the picture cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from pdfshift_async._core.states import SETTLED, TRANSITIONS, State, Trigger

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Transitions = Mapping[tuple[State, Trigger], State]

PLACES = {
    State.PLANNED: (0.0, 1.0),
    State.SENDING: (1.0, 1.0),
    State.QUEUED: (2.0, 0.0),
    State.UNCONFIRMED: (2.0, 2.0),
    State.LOST: (3.0, 1.0),
    State.FAILED: (0.5, 3.5),
    State.CONVERTED: (2.5, 3.5),
}
"""Column and row of each state."""

WIDTHS = {State.FAILED: 336}
"""Of boxes that reach over several columns, so that arrows can fall straight into them."""

CALLBACKS = (Trigger.CONVERTED, Trigger.FAILED)
"""Drawn once, from a frame around all the states that welcome a callback."""

COLUMN, ROW = 210, 96
WIDTH, HEIGHT = 126, 42
MARGIN, PADDING = 100, 32
PAIR, ASIDE = 8, 12
"""From the middle line to one of two opposite arrows, and from there to its label."""
LOOP = 30
"""How far an arrow that leads back to its own state reaches out on the right."""

STYLE = """
.lifecycle text { fill: currentColor; font: 15px system-ui, sans-serif; text-anchor: middle;
  dominant-baseline: central; }
.lifecycle .label { font-size: 13px; font-style: italic; paint-order: stroke; stroke-width: 6px;
  stroke: var(--color-background-primary, Canvas); stroke-linejoin: round; }
.lifecycle .frame-label, .lifecycle .loop-label { text-anchor: start; }
.lifecycle rect { fill: none; stroke: currentColor; stroke-width: 1.5px; }
.lifecycle .frame { stroke-dasharray: 6 5; opacity: 0.6; }
.lifecycle .converted { stroke: #2da44e; stroke-width: 3px; }
.lifecycle .failed { stroke: #e5534b; stroke-width: 3px; }
.lifecycle .lost { stroke: #c69026; stroke-width: 3px; }
.lifecycle .loop { fill: none; }
.lifecycle line, .lifecycle .loop { stroke: currentColor; stroke-width: 1.5px; }
.lifecycle marker path { fill: currentColor; }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its middle."""

    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT

    def border(self, x: float, y: float, *, start: tuple[float, float]) -> tuple[float, float]:
        """Give where the line from a point inside towards another point leaves the box."""
        start_x, start_y = start
        steps = [
            (edge - begin) / (end - begin)
            for begin, end, edges in (
                (start_x, x, (self.x - self.width / 2, self.x + self.width / 2)),
                (start_y, y, (self.y - self.height / 2, self.y + self.height / 2)),
            )
            for edge in edges
            if begin != end
        ]
        step = min(step for step in steps if step > 0)
        return start_x + (x - start_x) * step, start_y + (y - start_y) * step


def box_of(state: State) -> Box:
    """Give the box of a state."""
    if state not in PLACES:
        msg = f"docs/_ext/lifecycle.py has no place for the state {state!r}"
        raise ExtensionError(msg)
    column, row = PLACES[state]
    x, y = MARGIN + column * COLUMN, HEIGHT / 2 + PADDING + row * ROW
    return Box(x, y, WIDTHS.get(state, WIDTH))


def frame_of(transitions: Transitions) -> Box:
    """Give the frame around the states that welcome a callback."""
    welcoming = [
        {state for state, trigger in transitions if trigger is callback} for callback in CALLBACKS
    ]
    if any(states != welcoming[0] for states in welcoming):
        msg = "docs/_ext/lifecycle.py draws all callbacks from one frame"
        raise ExtensionError(msg)
    boxes = [box_of(state) for state in welcoming[0]]
    left, right = min(box.x for box in boxes), max(box.x for box in boxes)
    top, bottom = min(box.y for box in boxes), max(box.y for box in boxes)
    return Box(
        (left + right) / 2,
        (top + bottom) / 2,
        right - left + WIDTH + 2 * PADDING,
        bottom - top + HEIGHT + 2 * PADDING,
    )


def arrow(
    start: tuple[float, float],
    end: tuple[float, float],
    label: str,
    *,
    aside: float = 0,
    along: float = 1 / 2,
) -> str:
    """Draw an arrow; its label stands that far along, and aside of it."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    x = x1 + (x2 - x1) * along + (y2 - y1) / length * aside
    y = y1 + (y2 - y1) * along - (x2 - x1) / length * aside
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' marker-end="url(#lifecycle-arrow)"/>'
        f'<text class="label" x="{x:.1f}" y="{y:.1f}">{escape(label)}</text>'
    )


def loop(box: Box, label: str) -> str:
    """Draw an arrow from a state back to itself."""
    x, above, below = box.x + box.width / 2, box.y - box.height / 4, box.y + box.height / 4
    return (
        f'<path class="loop" d="M{x:.1f} {above:.1f}C{x + LOOP:.1f} {above - LOOP / 2:.1f}'
        f' {x + LOOP:.1f} {below + LOOP / 2:.1f} {x:.1f} {below:.1f}"'
        f' marker-end="url(#lifecycle-arrow)"/>'
        f'<text class="label loop-label" x="{x + LOOP:.1f}" y="{box.y:.1f}">{escape(label)}</text>'
    )


def steps(transitions: Transitions) -> Iterator[str]:
    """Draw the arrows from state to state."""
    pairs = {(state, target) for (state, _), target in transitions.items()}
    for (state, trigger), target in transitions.items():
        if trigger in CALLBACKS:
            continue
        source, sink = box_of(state), box_of(target)
        if source == sink:
            yield loop(source, trigger)
            continue
        length = hypot(sink.x - source.x, sink.y - source.y)
        apart = PAIR if (target, state) in pairs else 0
        dx, dy = (sink.y - source.y) / length * apart, -(sink.x - source.x) / length * apart
        falls = abs(sink.x - source.x) < sink.width / 2
        begin = (source.x + dx, source.y + dy)
        end = (source.x if falls else sink.x + dx, sink.y + dy)
        tail, head = source.border(*end, start=begin), sink.border(*begin, start=end)
        if apart:
            yield arrow(tail, head, trigger, aside=ASIDE)
        else:
            # Those along the grid cross each other in their middle.
            straight = source.x == sink.x or source.y == sink.y
            yield arrow(tail, head, trigger, along=1 / 3 if straight else 1 / 2)


def callbacks(transitions: Transitions, frame: Box) -> Iterator[str]:
    """Draw the arrows from the frame."""
    for trigger in CALLBACKS:
        target = box_of(next(end for (_, cause), end in transitions.items() if cause is trigger))
        bottom = frame.y + frame.height / 2
        label = f"callback: {trigger}"
        yield arrow((target.x, bottom), (target.x, target.y - HEIGHT / 2), label)


def picture(transitions: Transitions) -> str:
    """Draw everything as SVG."""
    frame = frame_of(transitions)
    states = {state for state, _ in transitions} | set(transitions.values())
    boxes = {state: box_of(state) for state in State if state in states}
    width = max(box.x for box in boxes.values()) + MARGIN
    height = max(box.y for box in boxes.values()) + HEIGHT / 2 + 2
    told = "; ".join(f"{state}, {trigger}: {end}" for (state, trigger), end in transitions.items())
    left, top = frame.x - frame.width / 2, frame.y - frame.height / 2
    return "".join(
        [
            f'<svg class="lifecycle" viewBox="0 0 {width:.0f} {height:.0f}"'
            f' width="{width:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
            f"<title>Life cycle of a conversion</title><desc>{escape(told)}</desc>"
            f"<style>{STYLE}</style>"
            '<defs><marker id="lifecycle-arrow" viewBox="0 0 10 10" refX="9" refY="5"'
            ' markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1 9 5 0 9z"/></marker>'
            "</defs>",
            rectangle("frame", frame),
            f'<text class="label frame-label" x="{left + 12:.0f}" y="{top + 16:.0f}">'
            "a callback is welcome in each of these</text>",
            *steps(transitions),
            *callbacks(transitions, frame),
            *(drawn(state, box) for state, box in boxes.items()),
            "</svg>",
        ]
    )


def drawn(state: State, box: Box) -> str:
    """Draw a state."""
    kind = state if state in SETTLED else "open"
    return f'{rectangle(kind, box)}<text x="{box.x:.0f}" y="{box.y:.0f}">{escape(state)}</text>'


def rectangle(kind: str, box: Box) -> str:
    """Draw a box."""
    x, y = box.x - box.width / 2, box.y - box.height / 2
    return (
        f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" rx="8"'
        f' width="{box.width:.0f}" height="{box.height:.0f}"/>'
    )


class Lifecycle(SphinxDirective):
    """``lifecycle``: the picture; other formats than HTML go without."""

    def run(self) -> list[nodes.Node]:
        """Give the nodes."""
        return [nodes.raw("", picture(TRANSITIONS), format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("lifecycle", Lifecycle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
