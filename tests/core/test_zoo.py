"""The templates: known counts, no problems, and they learn."""

from __future__ import annotations

import numpy as np
import pytest

from core.infer import infer
from core.layers import Input, Output
from core.network import Network
from core.optimizers import SGD
from core.training.learner import Learner
from core.zoo import BY_ID, TEMPLATES, Template

# Parameters and multiply-adds for one item, worked out by hand from the layers.
COUNTS = {
    "lenet5": (61_706, 416_520),
    "largenet": (10_002, 427_320),
    "vgg-small": (551_018, 38_896_896),
    "resnet-small": (77_754, 9_345_920),
}

each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)


@each_template
def test_counts_are_exact(template: Template) -> None:
    inference = infer(template.build())
    assert (inference.parameters, inference.macs) == COUNTS[template.id]


@each_template
def test_no_template_has_a_problem(template: Template) -> None:
    assert infer(template.build()).problems == ()


@each_template
def test_each_template_learns(template: Template) -> None:
    network = Network(template.build(), seed=3)
    random = np.random.default_rng(0)
    x = random.random((8, *network.input_shape), np.float32)
    labels = random.integers(0, 10, 8)
    learner = Learner(network, SGD(lr=0.01))
    losses = [float(learner.step(x, labels)) for _ in range(4)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert network.predict(x).shape == (8, 10)


@each_template
def test_building_twice_gives_equal_graphs(template: Template) -> None:
    assert template.build() == template.build()


def test_lenet_is_drawn_as_in_the_lectures() -> None:
    nodes = infer(BY_ID["lenet5"].build()).nodes
    outputs = [info.output for info in nodes.values()]
    for shape in ((6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,)):
        assert shape in outputs


@each_template
def test_what_people_read(template: Template) -> None:
    assert BY_ID[template.id] is template
    assert template.sentence.endswith(".")
    graph = template.build()
    assert len(graph.of_type(Input)) == len(graph.of_type(Output)) == 1
