"""A network as a small picture: a slab for each layer, as high as its maps are, left to right.

The picture is the one of papers: slabs shrink where maps shrink and grow thicker with the number
of channels; arcs are wires that skip layers. Colors are those of the families. Large networks are
drawn without the thin layers in between.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from core.graph import Graph
from core.infer import infer
from core.shapes import Shape
from designer.theme import theme

_MARGIN = 12
_GAP = 3.0  # between columns, before all is scaled to fit
_LARGE = 64  # nodes; beyond, thin layers would hide the others
_THIN = ("activation", "normalization", "regularization")

Sources = Mapping[str, tuple[str, ...]]


def thumbnail(graph: Graph, size: QSize, *, ratio: float = 1.0) -> QPixmap:
    """The network drawn to fit `size`, in the look that is on; an empty one is a dashed place.

    `ratio` is the screen's device pixel ratio.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if graph.nodes:
        sources = _drawn(graph)
        depth = _depths(sources)
        slabs = _slabs(graph, depth, size)
        _draw_arcs(painter, sources, depth, slabs)
        painter.setPen(Qt.PenStyle.NoPen)
        for id, slab in slabs.items():
            painter.setBrush(theme.color(graph[id].layer.family))
            painter.drawRoundedRect(slab, 1.5, 1.5)
    else:
        _draw_empty(painter, size)
    painter.end()
    return picture


def _drawn(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The nodes that are drawn, in order, each with the drawn nodes that it takes from."""
    found: dict[str, tuple[str, ...]] = {}
    behind: dict[str, str] = {}  # the drawn node whose values a node hands on
    for id in graph.order:
        sources = tuple(behind[source] for source in graph.inputs_of(id))
        thin = len(graph.nodes) > _LARGE and graph[id].layer.family in _THIN
        if thin and len(sources) == 1:
            behind[id] = sources[0]
        else:
            behind[id], found[id] = id, sources
    return found


def _depths(sources: Sources) -> dict[str, int]:
    """Wires on the longest way from the start to each node that is drawn."""
    found: dict[str, int] = {}
    for id, before in sources.items():
        found[id] = max((found[one] + 1 for one in before), default=0)
    return found


def _slabs(graph: Graph, depth: Mapping[str, int], size: QSize) -> dict[str, QRectF]:
    """Where each layer is drawn: columns by the longest way to a layer, branches in between."""
    shapes = {id: info.output or (1,) for id, info in infer(graph).nodes.items()}
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for id, column in depth.items():
        columns[column].append(id)
    widths = [max(_thickness(graph, id, shapes[id]) for id in column) for column in columns]
    total = sum(widths) + _GAP * (len(columns) - 1)
    scale = min((size.width() - 2 * _MARGIN) / total, 2.5)
    tallest = max((shape[1] for shape in shapes.values() if len(shape) > 1), default=1)
    room = size.height() - 2 * _MARGIN
    x = (size.width() - total * scale) / 2
    found = {}
    for column, width in zip(columns, widths, strict=True):
        share = room / len(column)
        for place, id in enumerate(column):
            high = _share(shapes[id], tallest) * share * (1 if len(column) == 1 else 0.85)
            thick = _thickness(graph, id, shapes[id]) * scale
            middle = _MARGIN + (place + 0.5) * share
            left = x + (width * scale - thick) / 2
            found[id] = QRectF(left, middle - high / 2, thick, high)
        x += (width + _GAP) * scale
    return found


def _thickness(graph: Graph, id: str, shape: Shape) -> float:
    """Thin for what has no weights of its own, else by the number of channels or units."""
    if graph[id].layer.family not in ("endpoints", "convolution", "dense"):
        return 2.5
    return 4.0 + (math.log2(shape[0]) if len(shape) > 1 else 1.0)


def _share(shape: Shape, tallest: int) -> float:
    """Height by the side of the maps, or by the length of a vector; 1 is the full height."""
    if len(shape) > 1:
        return float(0.3 + 0.7 * math.sqrt(shape[1] / tallest))
    return min(0.15 + 0.07 * math.log2(shape[0] + 1), 0.7)


def _draw_arcs(
    painter: QPainter, sources: Sources, depth: Mapping[str, int], slabs: Mapping[str, QRectF]
) -> None:
    """Wires that pass over layers, above them."""
    painter.setPen(QPen(theme.color("muted"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for target, before in sources.items():
        for source in before:
            if depth[target] - depth[source] < 2:
                continue
            a, b = slabs[source], slabs[target]
            start, end = QPointF(a.center().x(), a.top()), QPointF(b.center().x(), b.top())
            lift = min(start.y(), end.y()) - _MARGIN / 2 - 2
            path = QPainterPath(start)
            path.cubicTo(QPointF(start.x(), lift), QPointF(end.x(), lift), end)
            painter.drawPath(path)


def _draw_empty(painter: QPainter, size: QSize) -> None:
    """A place for the first layer."""
    place = QRectF(0, 0, 76, 30)
    place.moveCenter(QPointF(size.width() / 2, size.height() / 2))
    painter.setPen(QPen(theme.color("muted"), 1.2, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(place, 6, 6)
    painter.setPen(QPen(theme.color("muted"), 1.6))
    middle = place.center()
    painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))
    painter.drawLine(middle - QPointF(0, 5), middle + QPointF(0, 5))
