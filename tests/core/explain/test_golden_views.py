"""The lectures' worked numbers as the views would show them: every golden entry through a model.

The network computes in 32 bits, as in the window; whole numbers must be exact, others to 1e-4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.explain.probe import probe
from core.explain.ruler import blocks
from core.explain.sizes import explained
from core.explain.steps import Mode, steps
from core.explain.walk import Walk
from core.graph import Graph, chain
from core.infer import infer
from core.layers import Conv2d, Flatten, Input, Layer, Output
from core.lessons import BY_ID, Stage
from core.lessons.showing import number, shown, wants, whole
from core.losses import SquaredError
from core.network import Network
from tests.core.test_golden import CONVOLUTIONS, COUNTS, GOLDEN, POOLS, SIZES

Array = np.ndarray[Any, Any]


def must_be(got: Any, wanted: Any) -> None:
    """Whole numbers exactly, others to 1e-4."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    assert got.shape == wanted.shape
    near = np.where(wanted == np.round(wanted), 0.0, 1e-4)
    assert (np.abs(got - wanted) <= near).all(), (got, wanted)


def walked(layer: Layer, x: Array, weights: dict[str, Array]) -> Walk:
    """The stepper on a layer that looks at an item, on what the engine made of it."""
    graph = chain(Input(x.shape), layer, Flatten(), Output(SquaredError()))
    network = Network(graph)
    (id,) = (node.id for node in graph.of_type(type(layer)))
    network.set_weights({f"{id}.{name}": value for name, value in weights.items()})
    tensors = probe(network, x, node=id, wants=("x", "y", *weights))
    return Walk(steps(layer, tensors))


def every_cell(walk: Walk) -> list[list[float]]:
    """What the sum of every cell of the first map comes to, clicked one after another."""
    found = np.zeros(walk.steps.size)
    for row, column in np.ndindex(*walk.steps.size):
        walk.aim_right(row, column)
        frame = walk.view().frame
        assert frame is not None
        assert frame.agrees
        found[row, column] = frame.total
    must_be(walk.view().right.values, found)
    return found.tolist()


def convolution(id: str) -> Any:
    given = GOLDEN[id]["input"]
    x, w = (np.array(given[name], float) for name in ("x", "w"))
    x, w = (one.reshape(-1, *one.shape[-2:]) for one in (x, w))
    layer = Conv2d(1, w.shape[1:], given.get("stride", 1), given.get("pad", 0))
    weights = {"weight": w[None], "bias": np.array([given.get("bias", 0)], float)}
    return every_cell(walked(layer, x, weights))


def pooling(id: str) -> Any:
    return every_cell(walked(POOLS[id], np.array(GOLDEN[id]["input"]["x"], float)[None], {}))


def size(id: str) -> Any:
    i, k, s, p = (GOLDEN[id]["input"][letter] for letter in "iksp")
    made = explained(Conv2d(1, k, s, p), ((1, i, i),))
    assert all(step.text.endswith(f"= {step.value}") for step in made.steps)
    (one,) = {axis.outputs for axis in made.axes} | {step.value for step in made.steps}
    assert made.axes[0].under(one - 1)[-1] < i + p  # the last window still lies on the input
    return one


def count(id: str) -> Any:
    graph: Graph = COUNTS[id]()
    known = infer(graph)
    each = {block.node: block.parameters for block in blocks(graph, known)}
    for node, info in known.nodes.items():
        assert explained(graph[node].layer, info.inputs).parameters.value == each[node]
    return sum(each.values())


@cache
def toy() -> tuple[Studio, Network]:
    """The example of lecture 000 in the engine."""
    studio = Studio()
    studio.show(BY_ID["toy"].make())
    return studio, studio.network()


def staged(stage: Stage) -> tuple[float, Array]:
    """The number and the sheet that a stage of the example of lecture 000 shows."""
    studio, network = toy()
    info = network.inference.nodes[stage.node]
    tensors = (
        ViewAnswers(studio).tensors(network, stage.node, 0, wants(stage, info.weights)).tensors
    )
    found = shown(stage, network.graph[stage.node].layer, info.inputs, tensors)
    return number(stage, found), whole(stage, found)


# The lecture's J lacks its minus, so that its gradients are those of the loss with the other sign.
def filter_gradient() -> Array:
    mode: Mode = "filter"
    return -staged(Stage("conv", "", mode, (0, 1, 1)))[1]


WORKED: dict[str, Callable[[], Any]] = {
    "000.y": lambda: staged(Stage("output", "", "loss", (0, 0, 1)))[0],
    "000.dtheta11": lambda: -staged(Stage("conv", "", "filter", (0, 1, 1)))[0],
    "000.dF1": filter_gradient,
}
CASES: dict[str, Callable[[], Any]] = {
    **{id: lambda id=id: convolution(id) for id in CONVOLUTIONS},
    **{id: lambda id=id: pooling(id) for id in POOLS},
    **{id: lambda id=id: size(id) for id in SIZES},
    **{id: lambda id=id: count(id) for id in COUNTS},
    **WORKED,
}


@pytest.mark.parametrize("id", GOLDEN)
def test_a_view_shows_it(id: str) -> None:
    must_be(CASES[id](), GOLDEN[id]["expected"])


def test_every_entry_has_a_case() -> None:
    assert len(GOLDEN) == 45
    assert CASES.keys() == GOLDEN.keys()
