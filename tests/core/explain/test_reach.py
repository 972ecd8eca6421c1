"""What a value sees: found again by changing each cell of the input and looking what moves."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.reach import seen_by
from core.graph import Graph, chain
from core.infer import infer
from core.initializers import Uniform
from core.layers import (
    Add,
    AvgPool2d,
    Concat,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Crop2d,
    Flatten,
    GlobalAvgPool2d,
    Input,
    Linear,
    Output,
    Pad2d,
    Slice2d,
    Upsample,
)
from core.network import Network

POSITIVE = Uniform(0.5, 1.0)  # so that nothing cancels


def conv(filters: int, *how: object, **more: object) -> Conv2d:
    return Conv2d(filters, *how, weight_init=POSITIVE, **more)  # type: ignore[arg-type]


def ended(graph: Graph, last: str) -> Graph:
    graph = graph.with_node(Flatten(), id="flat").with_wire(last, "flat")
    graph = graph.with_node(Linear(2), id="lin").with_wire("flat", "lin")
    return graph.with_node(Output(), id="out").with_wire("lin", "out")


def branches() -> Graph:
    """A wide way that starts early and a narrow one that starts late, joined, and one more."""
    graph = chain(Input((1, 12, 11)), conv(1, 3, padding=(2, 0, 0, 2)), conv(1, 3, padding=1))
    graph = graph.with_node(conv(1, (1, 5), padding=(0, 0, 4, 0)), id="side")
    graph = graph.with_wire("input1", "side").with_node(Add(), id="join")
    graph = graph.with_wire("conv2", "join").with_wire("side", "join")
    graph = graph.with_node(Concat(), id="both").with_wire("join", "both")
    return ended(graph.with_wire("input1", "both"), "both")


GRAPHS = {
    "strides and padding": (
        ended(chain(Input((1, 15, 13)), conv(2, 3, 2, 1), AvgPool2d(), conv(1, 3, padding="same")),
              "conv2"), "conv2"),
    "dilated": (ended(chain(Input((1, 12, 12)), conv(1, 3, dilation=(2, 1))), "conv1"), "conv1"),
    "branches": (branches(), "both"),
    "moved": (
        ended(chain(Input((1, 10, 10)), Pad2d(2), Crop2d((3, 1, 0, 2)), Slice2d(stride=2)),
              "slice1"), "slice1"),
    "grown": (
        ended(chain(Input((1, 5, 6)),
                    ConvTranspose2d(1, 3, 2, 1, weight_init=POSITIVE), Upsample(2)), "upsample1"),
        "upsample1"),
    "whole": (chain(Input((1, 6, 5)), conv(2, 3), GlobalAvgPool2d(), Output()), "globalavgpool1"),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_the_cells_that_move_a_value_are_those_it_sees(name: str) -> None:
    graph, node = GRAPHS[name]
    known = infer(graph)
    source = graph.of_type(Input)[0]
    _, height, width = source.layer.infer()
    network = Network(graph, seed=1)
    base = np.random.default_rng(0).random((1, 1, height, width), np.float32)
    batch = np.repeat(base, height * width, axis=0)
    batch.reshape(len(batch), -1)[np.arange(len(batch)), np.arange(len(batch))] += 1.0
    before, after = values(network, base, node), values(network, batch, node)
    moved = np.abs(after - before).max(axis=1) > 1e-6  # (cells of the input, rows, columns)
    for row, column in ((0, 0), (moved.shape[1] // 2, moved.shape[2] // 2),
                        (moved.shape[1] - 1, moved.shape[2] - 1)):  # fmt: skip
        cells = np.flatnonzero(moved[:, row, column])
        rows, columns = np.unravel_index(cells, (height, width))
        seen = seen_by(graph, known, node, (row, column))
        if not len(cells):  # padding alone
            assert seen is None
            continue
        assert seen is not None
        assert seen.rows == (rows.min(), rows.max())
        assert seen.columns == (columns.min(), columns.max())


def values(network: Network, x: np.ndarray, node: str) -> np.ndarray:
    """What a node gives, as maps; a vector as maps of one cell."""
    found = np.asarray(network.activations(x, [node])[node])
    return found if found.ndim == 4 else found[:, :, None, None]


def test_the_field_around_branches_is_the_one_that_a_middle_cell_sees() -> None:
    graph, node = GRAPHS["branches"]
    known = infer(graph)
    field = known.nodes[node].receptive
    seen = seen_by(graph, known, node, (6, 6))
    assert field is not None
    assert seen is not None
    assert field.size == seen.size
    for axis, span in enumerate((seen.rows, seen.columns)):
        assert field.start[axis] + 6 * field.step[axis] == sum(span) / 2


def test_lenet_as_the_lectures_count() -> None:
    graph = chain(Input((1, 28, 28)), Conv2d(6, 5, padding=2), AvgPool2d(), Conv2d(16, 5),
                  AvgPool2d(), Flatten(), Linear(10), Output())  # fmt: skip
    known = infer(graph)
    sizes = [
        seen_by(graph, known, id, (2, 2)).size  # type: ignore[union-attr]
        for id in ("conv1", "avgpool1", "conv2", "avgpool2")
    ]
    assert sizes == [(5, 5), (6, 6), (14, 14), (16, 16)]
    whole = seen_by(graph, known, "linear1", (0, 0))
    assert whole is not None
    assert whole.size == (28, 28)


def test_signals_see_columns_only() -> None:
    graph = chain(Input((2, 30)), Conv1d(2, 5), Conv1d(2, 3, 2), Flatten(), Output())
    seen = seen_by(graph, infer(graph), "conv2", (0, 4))
    assert seen is not None
    assert (seen.rows, seen.columns) == ((0, 0), (8, 14))


def test_what_is_unknown_or_has_no_maps() -> None:
    graph = chain(Input((2, 4, 4)), Conv2d(2, 9), Flatten(), Output())
    assert seen_by(graph, infer(graph), "conv1", (0, 0)) is None
    graph = chain(Input((5,)), Linear(2), Output())
    assert seen_by(graph, infer(graph), "linear1", (0, 0)) is None
