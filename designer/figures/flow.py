"""Where the parts of a figure go: the layout of the canvas, down or across. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.canvas.arrange import ROW_GAP, arrange
from designer.figures.drawing import Line, Point
from designer.figures.parts import Pair

Size = tuple[float, float]
CHAIN = 0.0  # as the page's `aspect`: never broken


@dataclass(frozen=True)
class Flow:
    """Centers of the parts, the points that wires pass, and the page they take."""

    centers: Mapping[str, Point]
    bends: Mapping[Pair, tuple[Point, ...]]
    page: Size

    def wire(self, pair: Pair, start: Point, end: Point, *, across: bool) -> Line:
        """The line of a wire between two spots of its parts."""
        return Line((start, *self.bends.get(pair, ()), end), across)


def flow_of(
    sizes: Mapping[str, Size],
    pairs: Sequence[Pair],
    *,
    gap: float,
    aspect: float,
    across: bool,
) -> Flow:
    """Lay parts of these sizes (width, height) out, `gap` apart where one follows another.

    `aspect` is the width of the page by its height, or `CHAIN`. A flow across is one down, lying
    on its side.
    """
    scale = ROW_GAP / gap
    lying = {
        id: (round(h * scale), round(w * scale)) if across else (round(w * scale), round(h * scale))
        for id, (w, h) in sizes.items()
    }
    wide = aspect if not across or aspect == CHAIN else 1 / aspect
    layout = arrange(lying, pairs, aspect=wide or 1e-6)

    def point(at: tuple[float, float]) -> Point:
        x, y = at[0] / scale, at[1] / scale
        return (y, x) if across else (x, y)

    centers = {
        id: point((x + lying[id][0] / 2, y + lying[id][1] / 2))
        for id, (x, y) in layout.places.items()
    }
    bends = {pair: tuple(point(at) for at in points) for pair, points in layout.bends.items()}
    return _moved(sizes, centers, bends)


def _moved(
    sizes: Mapping[str, Size],
    centers: Mapping[str, Point],
    bends: Mapping[Pair, tuple[Point, ...]],
) -> Flow:
    """Everything moved so that the page begins at (0, 0); wires may run outside of all parts."""
    bent = [at for points in bends.values() for at in points]
    corners = [
        (x + side * sizes[id][0] / 2, y + side * sizes[id][1] / 2)
        for id, (x, y) in centers.items()
        for side in (-1, 1)
    ]
    xs, ys = [x for x, _ in (*bent, *corners)], [y for _, y in (*bent, *corners)]
    left, top = min(xs, default=0.0), min(ys, default=0.0)
    return Flow(
        {id: (x - left, y - top) for id, (x, y) in centers.items()},
        {pair: tuple((x - left, y - top) for x, y in points) for pair, points in bends.items()},
        (max(xs, default=0.0) - left, max(ys, default=0.0) - top),
    )
