"""A network as blocks to scale, as papers draw LeNet and AlexNet. No Qt.

A block's height is that of the maps, its depth their width, its length the number of channels; a
vector is a bar. Every shape is that of the real network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from core.shapes import Shape, shape_text
from core.tongue import tr
from designer.figures.drawing import (
    Drawing,
    Face,
    Mark,
    Measure,
    Point,
    height_of,
    lines_of,
    trimmed,
    width_of,
)
from designer.figures.flow import flow_of
from designer.figures.look import FigureLook
from designer.figures.parts import Part, Parts

TALLEST = 150.0  # the largest map's side
LONGEST = 64.0  # the deepest block
VECTOR = 120.0  # the longest vector
BAR = 9.0  # how thick a vector is
LEAST = 2.5  # of any side
SLANT = 0.3  # of a unit going back, to the right and up
TEXT = 92.0  # settings are broken into lines of about this width
AIR = 6.0  # between a block and its words
GAP = 22.0


@dataclass(frozen=True)
class _Block:
    """A part with its sides (length, height, depth) and its words above and below."""

    part: Part
    sides: tuple[float, float, float]
    above: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]

    @property
    def back(self) -> float:
        """How far its back is moved to the right, and up."""
        return self.sides[2] * SLANT

    def size(self, measure: Measure) -> tuple[float, float]:
        """Width and height, words included and alike above and below the middle."""
        words = max(width_of(self.above, measure), width_of(self.below, measure))
        solid = self.sides[0] + self.back
        half = (self.sides[1] + self.back) / 2 + AIR
        tall = half + max(height_of(self.above), height_of(self.below))
        return max(words, solid) + 8, 2 * tall


def blocks(parts: Parts, look: FigureLook, measure: Measure) -> Drawing:
    """The drawing of a network as blocks."""
    sized = _sides(parts, linear=look.linear)
    made = {
        id: _Block(part, sized(part.shape), _above(part, look), _below(part, look, measure))
        for id, part in parts.by_id.items()
    }
    sizes = {id: block.size(measure) for id, block in made.items()}
    flow = flow_of(sizes, parts.pairs, gap=GAP, aspect=look.aspect, across=True)
    marks: list[Mark] = []
    for source, target in parts.pairs:
        start, end = _edge(made[source], flow.centers[source], 1), flow.centers[target]
        there = _edge(made[target], end, -1)
        marks.append(flow.wire((source, target), start, there, across=True))
    for id, block in made.items():
        marks += _solid(block, flow.centers[id])
        x, y = flow.centers[id]
        half = (block.sides[1] + block.back) / 2 + AIR
        marks += lines_of(block.above, x, y - half - height_of(block.above))
        marks += lines_of(block.below, x, y + half)
    return trimmed(flow.page[0], marks)


def _sides(parts: Parts, *, linear: bool) -> Callable[[Shape | None], tuple[float, float, float]]:
    """A function from a shape to the lengths of a block's sides."""
    shapes = [part.shape for part in parts.by_id.values() if part.shape]
    tallest = max((max(shape[1:]) for shape in shapes if len(shape) > 1), default=1)
    deepest = max((shape[0] for shape in shapes if len(shape) > 1), default=1)
    longest = max((shape[0] for shape in shapes if len(shape) == 1), default=1)

    def side(value: int, most: int, room: float) -> float:
        share = value / most
        return max(LEAST, room * (share if linear else sqrt(share)))

    def sides(shape: Shape | None) -> tuple[float, float, float]:
        if shape is None:
            return BAR, TALLEST / 4, 0.0
        if len(shape) == 1:
            return BAR, side(shape[0], longest, VECTOR), 0.0
        if len(shape) == 2:
            return side(shape[0], deepest, LONGEST), side(shape[1], tallest, TALLEST), 0.0
        high, wide = (side(one, tallest, TALLEST) for one in shape[1:3])
        return side(shape[0], deepest, LONGEST), high, wide

    return sides


def _above(part: Part, look: FigureLook) -> tuple[tuple[str, str], ...]:
    if not look.sizes:
        return ()
    return ((shape_text(part.shape) if part.shape else tr("size unknown"), "size"),)


def _below(part: Part, look: FigureLook, measure: Measure) -> tuple[tuple[str, str], ...]:
    """Name, kind and settings, a few words a line."""
    found = [(title(part), "name")] if look.names or not part.family else []
    if not look.settings:
        return tuple(found)
    lines = [part.kind]
    for number, word in enumerate(word for word in part.brief.split(" · ") if word):
        joined = f"{lines[-1]} · {word}"
        if number and width_of([(joined, "")], measure) <= TEXT:
            lines[-1] = joined
        else:
            lines.append(word)
    lines += [f"+ {name}" for name in part.followers]
    return (*found, *((line, "") for line in lines))


def title(part: Part) -> str:
    """A part's name, with how often its like follow one another."""
    return f"{part.title} ×{part.times}" if part.times > 1 else part.title


def _edge(block: _Block, center: Point, side: int) -> Point:
    """Where wires leave on the right (1) or arrive on the left (-1)."""
    x, y = center
    half = (block.sides[0] + block.back) / 2
    if side > 0:
        return x + half - block.back / 2, y
    return x - half, y


def _solid(block: _Block, center: Point) -> tuple[Face, ...]:
    """Front, top and side of a block, the farthest first."""
    length, height, back = block.sides[0], block.sides[1], block.back
    left, right = center[0] - (length + back) / 2, center[0] + (length - back) / 2
    top, foot = center[1] - (height - back) / 2, center[1] + (height + back) / 2
    color, dashed = block.part.family or "muted", block.part.skipped
    front = ((left, top), (right, top), (right, foot), (left, foot))
    if not back:
        return (Face(front, color, 0.35, dashed),)
    behind = tuple((x + back, y - back) for x, y in front)
    return (
        Face((front[0], behind[0], behind[1], front[1]), color, 0.16, dashed),
        Face((front[1], behind[1], behind[2], front[2]), color, 0.5, dashed),
        Face(front, color, 0.3, dashed),
    )
