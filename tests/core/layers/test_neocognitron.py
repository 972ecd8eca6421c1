"""S-cells and C-cells: the lecture's numbers, and what each kind of cell is there for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.backend import Backend
from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.graph import chain
from core.infer import infer
from core.initializers import Constant
from core.layers import Flatten, Input, Linear, NeoC, NeoS, Output
from core.layers.neocognitron import bell
from core.network import Network
from core.optimizers import Adam
from core.training.learner import Learner
from core.zoo import BY_ID
from tests.support.bars import bars
from tests.support.layer_run import LayerRun
from tests.support.training import few_digits

Host = np.ndarray[Any, Any]


def forward(layer: NeoS | NeoC, x: Host, **weights: Host) -> Host:
    """What a layer gives for inputs N C H W."""
    y, _ = layer.forward(LayerRun(Backend(), np.float64), weights, x)
    return np.asarray(y)


def s_cell(excitation: float, inhibition: float) -> float:
    """The answer of one S-cell with r = 4 whose window is one cell of 1."""
    x = np.ones((1, 1, 1, 1))
    strengths = {"weight": np.full((1, 1, 1, 1), excitation), "inhibition": np.array([inhibition])}
    return float(forward(NeoS(1, (1, 1), selectivity=4.0), x, **strengths).item())


@pytest.mark.parametrize(
    ("excitation", "inhibition", "answer"), [(2, 1, 0.615), (2, 2, 0.0), (2, 0, 8.0), (0, 0, 0.0)]
)
def test_s_cells_answer_as_on_the_slide(
    excitation: float, inhibition: float, answer: float
) -> None:
    assert s_cell(excitation, inhibition) == pytest.approx(answer, abs=5e-4)


def test_strengths_count_without_their_sign() -> None:
    assert s_cell(-2, -1) == s_cell(2, 1) > 0


@pytest.mark.parametrize(("x", "answer"), [(0.5, 0.5), (2.0, 0.8), (0.0, 0.0)])
def test_c_cells_saturate_as_on_the_slide(x: float, answer: float) -> None:
    planes = 6
    given = np.zeros((1, planes, 1, 1))
    given[0, 0] = x / (1 - (1 + x) / planes)  # so that (1 + u)/(1 + u/planes) − 1 = x
    got = forward(NeoC((1, 1), (1, 1), alpha=0.5), given)
    assert got[0, 0, 0, 0] == pytest.approx(answer)
    assert (got[0, 1:] == 0).all()


def test_a_larger_r_makes_inhibition_stronger() -> None:
    x = np.ones((1, 1, 1, 1))
    strengths = {"weight": np.full((1, 1, 1, 1), 2.0), "inhibition": np.array([1.5])}
    bracket = [
        forward(NeoS(1, (1, 1), selectivity=r), x, **strengths).item() / r for r in (0.5, 1.0, 4.0)
    ]
    assert bracket == pytest.approx([3 / 2 - 1, 3 / 2.5 - 1, 0.0])


def test_the_inhibiting_cell_is_a_weighted_root_mean_square() -> None:
    random = np.random.default_rng(2)
    x, c = random.random((1, 3, 5, 5)), bell(np, (5, 5), np.float64)[0, 0]
    v = np.sqrt((np.square(x[0]).mean(axis=0) * c).sum())
    # With r = 1 the factor 2r/(1 + r) is 1.
    strengths = {"weight": np.full((1, 3, 5, 5), 0.1), "inhibition": np.array([0.7])}
    got = forward(NeoS(1, selectivity=1.0), x, **strengths).item()
    assert got == pytest.approx((1 + 0.1 * x.sum()) / (1 + 0.7 * v) - 1)


def test_the_bell_falls_from_the_middle_and_sums_to_one() -> None:
    for kernel in ((5, 5), (4, 3), (1, 1)):
        c = bell(np, kernel, np.float64)[0, 0]
        assert c.sum() == pytest.approx(1)
        assert (c > 0).all()
        assert np.array_equal(c, c[::-1, ::-1])
        assert (np.diff(c[: (kernel[0] + 1) // 2], axis=0) > 0).all()


def test_planes_hold_each_other_down() -> None:
    alone = np.zeros((1, 3, 4, 4))
    alone[0, 0] = 1.0
    crowd = np.ones((1, 3, 4, 4))
    assert forward(NeoC(), alone)[0, 0].min() > 0.3
    assert (forward(NeoC(), crowd) == 0).all()


def test_what_holds_c_cells_down_is_the_plain_mean_of_all_planes() -> None:
    random, alpha = np.random.default_rng(3), 0.5
    x, d = random.random((1, 3, 4, 4)), bell(np, (4, 4), np.float64)[0, 0]
    m = (x[0] * d).sum(axis=(1, 2))
    v = sum(float((plane * d).sum()) for plane in x[0]) / 3
    t = np.maximum((1 + m) / (1 + v) - 1, 0)
    got = forward(NeoC(alpha=alpha), x)[0, :, 0, 0]
    assert got == pytest.approx(t / (alpha + t))
    # A root mean square over the plane's own window would leave nothing.
    assert (np.sqrt((np.square(x[0]) * d).sum(axis=(1, 2))) >= m).all()


def test_a_single_plane_is_refused() -> None:
    graph = chain(Input((1, 8, 8)), NeoS(1, (3, 3)), NeoC(), Flatten(), Linear(2), Output())
    (problem,) = infer(graph).problems
    assert problem.node == "neoc1"
    assert "two planes" in problem.sentence


def test_strengths_start_as_the_settings_say() -> None:
    cells = NeoS(3, (2, 2), weight_init=Constant(0.25), inhibition_init=Constant(0.5))
    network = Network(chain(Input((1, 6, 6)), cells, Flatten(), Linear(2), Output()))
    assert (network.weight("neos1.weight") == 0.25).all()
    assert (network.weight("neos1.inhibition") == 0.5).all()
    plain = Network(chain(Input((1, 6, 6)), NeoS(3, (2, 2)), Flatten(), Linear(2), Output()))
    assert (plain.weight("neos1.inhibition") == 0).all()


@pytest.mark.parametrize("backprop", [True, False])
def test_backpropagation_moves_s_cells_only_where_it_may(backprop: bool) -> None:
    layers = NeoS(4, (3, 3), backprop=backprop), NeoC(), Flatten(), Linear(4), Output()
    network = Network(chain(Input((1, 12, 12)), *layers), seed=1)
    before, (x, labels) = network.weights(), bars(16, 0)
    learner = Learner(network, Adam(lr=0.01))
    for _ in range(3):
        learner.step(x, labels)
    moved = {name for name, w in network.weights().items() if not np.array_equal(w, before[name])}
    cells = {"neos1.weight", "neos1.inhibition"}
    assert moved == {"linear1.weight", "linear1.bias"} | (cells if backprop else set())


def test_the_template_learns_digits_with_a_teacher() -> None:
    template = BY_ID["neocognitron"]
    data = fit(few_digits(64, 10), (1, 28, 28), DataPolicy())
    learner = Learner(Network(template.build()), template.plan.optimizer)
    x, labels = data.train.batch(np.arange(64))
    losses = [float(learner.step(x, labels)) for _ in range(40)]
    assert losses[0] == pytest.approx(np.log(10), abs=0.05)
    assert losses[-1] < 1.4
    assert (learner.network.predict(x).argmax(axis=1) == labels).mean() > 0.5
