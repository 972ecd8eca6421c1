"""A drawing as plain data: faces, lines and words at their places, colors by name. No Qt.

Lengths are points of the finished figure, y runs down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

Point = tuple[float, float]
Measure = Callable[[str, float, bool], float]  # the width of a text of a size, bold or not

NAME, SMALL = 11.0, 9.5  # sizes of text
LEADING = 1.3  # from line to line, in sizes


@dataclass(frozen=True)
class Face:
    """An area: its corners, a color laid over the ground by `share`, an outline of the color."""

    corners: tuple[Point, ...]
    color: str
    share: float
    dashed: bool = False
    round: float = 0.0  # radius of the corners, of an upright rectangle


@dataclass(frozen=True)
class Line:
    """A wire through points, with an arrow head; it turns in an S `across` or down."""

    points: tuple[Point, ...]
    across: bool


@dataclass(frozen=True)
class Words:
    """A line of text around the middle `x`; `y` is its top."""

    x: float
    y: float
    text: str
    size: float = SMALL
    bold: bool = False
    color: str = "text"


Mark = Face | Line | Words


@dataclass(frozen=True)
class Drawing:
    """All marks, the later ones on top, in a page of this size."""

    width: float
    height: float
    marks: tuple[Mark, ...] = field(default=())


def trimmed(width: float, marks: Sequence[Mark]) -> Drawing:
    """The drawing of this width that begins and ends with its highest and lowest mark."""
    heights = [y for mark in marks for y in _reach(mark)]
    top, foot = min(heights, default=0.0), max(heights, default=0.0)
    return Drawing(width, foot - top, tuple(_lifted(mark, top) for mark in marks))


def _reach(mark: Mark) -> list[float]:
    """Heights between which a mark lies."""
    if isinstance(mark, Words):
        return [mark.y, mark.y + mark.size * LEADING]
    return [y for _, y in (mark.corners if isinstance(mark, Face) else mark.points)]


def _lifted(mark: Mark, by: float) -> Mark:
    if isinstance(mark, Words):
        return replace(mark, y=mark.y - by)
    if isinstance(mark, Face):
        return replace(mark, corners=tuple((x, y - by) for x, y in mark.corners))
    return replace(mark, points=tuple((x, y - by) for x, y in mark.points))


def lines_of(texts: Sequence[tuple[str, str]], x: float, top: float) -> tuple[Words, ...]:
    """Lines of words below each other; of each its text and what it is: "name", "size" or ""."""
    found, y = [], top
    for text, kind in texts:
        size = NAME if kind == "name" else SMALL
        color = "muted" if not kind else "text"
        found.append(Words(x, y, text, size, kind == "name", color))
        y += size * LEADING
    return tuple(found)


def height_of(texts: Iterable[tuple[str, str]]) -> float:
    """How high such lines are together."""
    return sum((NAME if kind == "name" else SMALL) * LEADING for _, kind in texts)


def width_of(texts: Iterable[tuple[str, str]], measure: Measure) -> float:
    """How wide the widest of such lines is."""
    sizes = (
        measure(text, NAME if kind == "name" else SMALL, kind == "name") for text, kind in texts
    )
    return max(sizes, default=0.0)
