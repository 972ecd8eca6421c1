"""What one value of a map can see of the input: exactly, through every branch.

The walk goes from the value back to the Input; where ways meet, all that any of them sees counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.graph import Graph
from core.infer import Inference, NodeInfo
from core.layers import Concat, Input, Layer
from core.shapes import Window

Span = tuple[int, int]  # first and last cell, both seen
Spans = tuple[Span, Span]  # of rows and of columns


@dataclass(frozen=True)
class Seen:
    """The rows and columns of the input that one value depends on, cut at the picture's edge."""

    rows: Span
    columns: Span

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns."""
        return (self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1)


def seen_by(graph: Graph, known: Inference, node: str, cell: tuple[int, int]) -> Seen | None:
    """What the value at row and column `cell` of a node's maps sees; a vector has one cell.

    None where its size is not known, and where it comes from padding alone or from no maps.
    """
    graph = graph.active
    if node not in graph.nodes or known.nodes[node].output is None:
        return None
    wanted: dict[str, Spans] = {node: ((cell[0], cell[0]), (cell[1], cell[1]))}
    found: Spans | None = None
    for id in reversed(graph.order):
        if id not in wanted:
            continue
        layer, info = graph[id].layer, known.nodes[id]
        if isinstance(layer, Input):
            found = wanted[id] if len(layer.shape) > 1 else None
        befores = _before(layer, info, wanted[id])
        for source, spans in zip(graph.inputs_of(id), befores, strict=True):
            if all(first <= last for first, last in spans):  # else it is padding alone
                wanted[source] = _both(wanted[source], spans) if source in wanted else spans
    return Seen(*found) if found else None


def _before(layer: Layer, info: NodeInfo, spans: Spans) -> list[Spans]:
    """The cells of each input that some cells of the output come from, within the maps."""
    window, backwards = layer.window(*info.inputs), layer.window_backwards(*info.inputs)
    assert info.output is not None
    found = []
    for shape in info.inputs:
        sizes = (1, 1, *shape[1:])[-2:] if len(shape) > 1 else (1, 1)
        if backwards is not None:
            spans_before = [_stamped(backwards, axis, spans[axis]) for axis in (0, 1)]
        elif window is not None:
            spans_before = [_slid(window, axis, spans[axis]) for axis in (0, 1)]
        elif len(shape) == len(info.output) > 1 and not _moves(layer):
            spans_before = list(spans)
        else:
            spans_before = [(0, size - 1) for size in sizes]
        rows, columns = (
            (max(first, 0), min(last, size - 1))
            for (first, last), size in zip(spans_before, sizes, strict=True)
        )
        found.append((rows, columns))
    return found


def _moves(layer: Layer) -> bool:
    """Whether cells of the output lie elsewhere than those of the input that they come from."""
    return isinstance(layer, Concat) and layer.axis != "channels"


def _slid(window: Window, axis: int, span: Span) -> Span:
    first = span[0] * window.stride[axis] - window.sides(axis)[0]
    last = span[1] * window.stride[axis] - window.sides(axis)[0] + window.reach[axis] - 1
    return first, last


def _stamped(window: Window, axis: int, span: Span) -> Span:
    """Which input cells stamp onto outputs: i·s − p ≤ o ≤ i·s − p + reach − 1."""
    stride, before, reach = window.stride[axis], window.sides(axis)[0], window.reach[axis]
    first = -((reach - 1 - span[0] - before) // stride)
    return first, (span[1] + before) // stride


def _both(a: Spans, b: Spans) -> Spans:
    rows, columns = (
        (min(one[0], two[0]), max(one[1], two[1])) for one, two in zip(a, b, strict=True)
    )
    return rows, columns
