"""The worked numbers of the lectures, recomputed by the engine through its public face.

`tests/support/golden.json` has inputs and expected values; where the slides disagree, the file
says so and the engine must give the right number.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from core.graph import Graph, chain
from core.infer import Inference, infer
from core.layers import (
    AvgPool2d,
    Concat,
    Conv2d,
    Flatten,
    Input,
    Layer,
    Linear,
    LpPool2d,
    MaxPool2d,
    Output,
    ReLU,
)
from core.losses import BinaryCrossEntropy
from core.network import Network
from core.zoo import BY_ID
from core.zoo.template import Builder

GOLDEN: dict[str, Any] = {
    entry["id"]: entry
    for entry in json.loads(
        (Path(__file__).parents[1] / "support" / "golden.json").read_text(encoding="utf-8")
    )
}

CONVOLUTIONS = [id for id, entry in GOLDEN.items() if {"x", "w"} <= entry.get("input", {}).keys()]
SIZES = [id for id in GOLDEN if id.startswith("001.size.")]
POOLS: dict[str, Layer] = {
    "000.maxpool": MaxPool2d(),
    "004.maxpool": MaxPool2d(),
    "004.meanpool": AvgPool2d(),
    "004.pnorm5": LpPool2d(norm_type=5.0),  # the slide's 8 is the maximum, not the norm
}
WORKED = ["000.y", "000.dtheta11", "000.dF1"]


def dense(inputs: int, *units: int) -> Graph:
    """A chain of Linear layers without biases."""
    layers = [Linear(count, bias=False) for count in units]
    return chain(Input((inputs,)), *layers, Output())


def filters(count: int, kernel: tuple[int, int], shape: tuple[int, ...]) -> Graph:
    """One convolution without biases."""
    return chain(Input(shape), Conv2d(count, kernel, bias=False), Flatten(), Output())


def two_banks(*banks: tuple[int, tuple[int, int]]) -> Graph:
    """Banks of filters of different sizes on the same gray picture, each with its own output."""
    build = Builder()
    picture = build(Input((1, 60, 60)))
    for count, kernel in banks:
        build(Conv2d(count, kernel, bias=False), picture)
        build(Flatten())
        build(Output())
    return build.graph


COUNTS: dict[str, Callable[[], Graph]] = {
    "001.fc_weights": lambda: dense(40_000, 500, 200),
    "001.w_3x3x3": lambda: filters(1, (3, 3), (3, 28, 28)),
    "001.w_5x3x8x8": lambda: filters(5, (8, 8), (3, 28, 28)),
    "001.LargeNet": BY_ID["largenet"].build,
    "002.mouse": lambda: two_banks((4, (50, 30)), (1, (20, 30))),
    "004.LeNet5": BY_ID["lenet5"].build,
    "004.AlexNet_grouped": BY_ID["alexnet"].build,
    "004.AlexNet_ungrouped": BY_ID["alexnet-ungrouped"].build,
    **{f"004.VGG_{name}": BY_ID[f"vgg-{name.lower()}"].build for name in "ABCDE"},
    "GoogLeNet": BY_ID["googlenet"].build,
    **{f"ResNet{layers}": BY_ID[f"resnet{layers}"].build for layers in (18, 34, 50, 152)},
    "DenseNet121": BY_ID["densenet121"].build,
}


def test_every_entry_is_covered() -> None:
    assert sorted([*CONVOLUTIONS, *SIZES, *POOLS, *WORKED, *COUNTS]) == sorted(GOLDEN)
    assert len(GOLDEN) == 45


def through(layer: Layer, x: np.ndarray, **weights: np.ndarray) -> np.ndarray:
    """What one layer of a network makes of a batch, in float64."""
    graph = chain(Input(x.shape[1:]), layer, Flatten(), Output())
    (id,) = (node.id for node in graph.of_type(type(layer)))
    network = Network(graph, dtype=np.float64)
    network.set_weights({f"{id}.{name}": values for name, values in weights.items()})
    return network.activations(x, [id])[id]


@pytest.mark.parametrize("id", CONVOLUTIONS)
def test_convolution(id: str) -> None:
    given = GOLDEN[id]["input"]
    x, w = (np.array(given[name], float) for name in ("x", "w"))
    x, w = (one.reshape(1, -1, *one.shape[-2:]) for one in (x, w))
    layer = Conv2d(1, w.shape[2:], given.get("stride", 1), given.get("pad", 0))
    got = through(layer, x, weight=w, bias=np.array([given.get("bias", 0)]))
    assert got.tolist() == [[GOLDEN[id]["expected"]]]


def test_same_padding_is_the_lecture_s() -> None:
    given = GOLDEN["002.same"]["input"]
    x, w = (np.array(given[name], float)[None, None] for name in ("x", "w"))
    layer = Conv2d(1, 3, padding="same", bias=False)
    assert layer.window(x.shape[1:]).padding == (given["pad"],) * 4
    assert through(layer, x, weight=w).tolist() == [[GOLDEN["002.same"]["expected"]]]


@pytest.mark.parametrize("id", SIZES)
def test_size(id: str) -> None:
    i, k, s, p = (GOLDEN[id]["input"][letter] for letter in "iksp")
    layer, wanted = Conv2d(1, k, s, p), (GOLDEN[id]["expected"],) * 2
    assert layer.infer((1, i, i)) == (1, *wanted)
    assert through(layer, np.zeros((1, 1, i, i))).shape == (1, 1, *wanted)


@pytest.mark.parametrize("id", POOLS)
def test_pooling(id: str) -> None:
    x = np.array(GOLDEN[id]["input"]["x"], float)[None, None]
    assert_allclose(through(POOLS[id], x), [[GOLDEN[id]["expected"]]], rtol=1e-13)


@pytest.mark.parametrize("id", COUNTS)
def test_count(id: str) -> None:
    found = infer(COUNTS[id]())
    assert found.parameters == GOLDEN[id]["expected"]
    assert found.ok


# ---- the worked example of lecture 000, forward and backward -------------------------


@cache
def worked_example() -> tuple[Network, np.ndarray]:
    """The 5×5 picture, two filters, ReLU, 3×3 pooling and one sigmoid unit, as in the lecture."""
    graph = chain(
        Input((1, 5, 5)),
        Conv2d(2, 3, 2, 1),
        ReLU(),
        MaxPool2d(3, 3),
        Flatten(),
        Linear(1),
        Output(BinaryCrossEntropy()),
    )
    network = Network(graph, dtype=np.float64)
    first, second = (GOLDEN[f"000.z{n}"]["input"] for n in (1, 2))
    end = GOLDEN["000.y"]["input"]
    network.set_weights(
        {
            "conv1.weight": np.array([first["w"], second["w"]], float)[:, None],
            "conv1.bias": np.array([first["bias"], second["bias"]], float),
            "linear1.weight": np.array([end["w"]]),
            "linear1.bias": np.array([end["w0"]]),
        }
    )
    x = np.array(first["x"], float)[None, None]
    network.loss_and_gradients(x, np.array([1]))
    return network, x


def test_worked_example_forward() -> None:
    network, x = worked_example()
    nodes = ("conv1", "relu1", "maxpool1", "linear1")
    found = network.activations(x, nodes)
    z1, z2 = (np.array(GOLDEN[f"000.z{n}"]["expected"]) for n in (1, 2))
    assert found["conv1"].tolist() == [[z1.tolist(), z2.tolist()]]
    assert found["relu1"].tolist() == [[[[0, 1, 1], [2, 0, 0], [0, 1, 1]],
                                        [[2, 2, 0], [5, 1, 0], [1, 0, 0]]]]  # fmt: skip
    assert found["maxpool1"].ravel().tolist() == GOLDEN["000.y"]["input"]["pooled"]
    assert_allclose(found["linear1"], [[-0.7]], rtol=1e-12)
    assert_allclose(network.predict(x), [[GOLDEN["000.y"]["expected"]]], rtol=1e-12)


def test_worked_example_backward() -> None:
    # The lecture writes J without its minus sign: its −1.336 is the slope of log y, which training
    # maximizes. The loss is −log y, so its gradient is +1.336 and descent raises y (note X1).
    network, _ = worked_example()
    first, second = network.gradient("conv1.weight")[:, 0]
    assert_allclose(-first[1, 1], GOLDEN["000.dtheta11"]["expected"], rtol=1e-12)
    assert_allclose(-first, GOLDEN["000.dF1"]["expected"], atol=1e-5)
    assert_allclose(-second, [[0, 0, 0], [0, 0.2673, 0.1336], [0, 0.2673, 0.2673]], atol=1e-4)


def test_worked_example_step_raises_y() -> None:
    network, x = worked_example()
    before = {name: network.weight(name) for name in network.weight_names}
    w, slope = before["conv1.weight"], network.gradient("conv1.weight")[0, 0, 1, 1]
    said = {}
    for rate in (0.1, -0.1):
        moved = w.copy()
        moved[0, 0, 1, 1] -= rate * slope
        network.set_weights({"conv1.weight": moved})
        said[rate] = network.predict(x).item()
    network.set_weights(before)
    assert_allclose([said[0.1], said[-0.1]], [0.393, 0.275], atol=5e-4)


# ---- sizes, costs and receptive fields -----------------------------------------------


def test_lenet_sizes_and_costs() -> None:
    found = infer(BY_ID["lenet5"].build())
    assert found.macs == 416_520
    parameters = [info.cost.parameters for info in found.nodes.values() if info.weights]
    assert parameters == [156, 2416, 48_120, 10_164, 850]
    sizes = [
        info.output[1] for info in found.nodes.values() if info.output and len(info.output) > 1
    ]
    assert sizes == [28, 28, 28, 14, 10, 10, 5]


def test_lenet_receptive_fields() -> None:
    found = infer(BY_ID["lenet5"].build()).nodes
    fields = [found[id].receptive for id in ("conv1", "pool1", "conv2", "pool2")]
    assert [field.size for field in fields if field] == [(5, 5), (6, 6), (14, 14), (16, 16)]


def test_largenet_sizes() -> None:
    found = infer(BY_ID["largenet"].build())
    parameters = [info.cost.parameters for info in found.nodes.values() if info.weights]
    assert parameters == [380, 1260, 8032, 330]
    sizes = [
        info.output[1] for info in found.nodes.values() if info.output and len(info.output) > 1
    ]
    assert sizes == [32, 28, 28, 14, 10, 10, 5]


@pytest.mark.parametrize(
    ("layer", "shape", "output", "parameters"),
    [
        (Conv2d(33, (3, 5), (2, 1), (4, 2)), (16, 50, 100), (33, 28, 100), 7_953),  # 001, C8
        (Conv2d(7, 5, 1, 1), (3, 32, 32), (7, 30, 30), 532),  # 001, C9
        (Conv2d(96, 11, 4), (3, 227, 227), (96, 55, 55), 34_944),  # 004, C6
        (Conv2d(16, 5, 2, "same", bias=False), (1, 28, 28), (16, 14, 14), 400),  # 002, P1
        (Conv2d(16, 5, 2, "same", bias=False), (3, 32, 32), (16, 16, 16), 1_200),  # 002, P2
        (Conv2d(1, 3, 2), (1, 7, 7), (1, 3, 3), 10),  # 001, C7
    ],
)
def test_layers_of_the_lectures(
    layer: Conv2d, shape: tuple[int, ...], output: tuple[int, ...], parameters: int
) -> None:
    assert layer.infer(shape) == output
    assert layer.cost(shape).parameters == parameters


def test_alexnet_and_vgg_sizes() -> None:
    alexnet = infer(BY_ID["alexnet"].build())
    assert alexnet.macs == 724_406_816
    assert pooled(alexnet) == [27, 13, 6]
    assert pooled(infer(BY_ID["vgg-d"].build())) == [112, 56, 28, 14, 7]
    graph = BY_ID["googlenet"].build()
    first = graph.of_type(Concat)[0].id
    assert infer(graph).nodes[first].output == (256, 28, 28)


def pooled(found: Inference) -> list[int]:
    """The sides of the maps after each max pooling."""
    layers = {id: found.nodes[id].output for id in found.nodes if "pool" in id}
    return [shape[1] for shape in layers.values() if shape]
