"""The neocognitron in the lab: the lecture's numbers come out of what its view is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.answers.enquiries import Enquiry
from core.answers.explorations import explored
from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.fitted import FittedData, fit
from core.data.policy import DataPolicy
from core.data.sources import open_source
from core.data.sources.synthetic.bars import Bars
from core.design import DataChoice, Design
from core.explain.neocognitron import answers, fields, first_filters, learners
from core.graph import Graph, chain
from core.hebb import Hebb, Inhibitory, Plain, Rule, UnitNorm
from core.initializers import Constant, Listed
from core.layers import Flatten, Input, Linear, NeoC, NeoS, Output
from core.messages import Going
from core.network import Network
from core.network_errors import NetworkError
from core.optimizers import Adam
from core.questions.cortex import FieldsShown, PlanesShown, Presenting, ShowFields, ShowPlanes
from core.training.learner import Learner
from core.training.organizer import organize
from core.zoo import BY_ID
from tests.support.bars import bar, bars

ORIENTATIONS = 4


def one_layer(*, classes: int = ORIENTATIONS) -> Graph:
    layers = NeoS(4), NeoC((8, 8), (1, 1)), Flatten(), Linear(classes), Output()
    return chain(Input((1, 12, 12)), *layers)


@pytest.fixture(scope="module")
def data() -> FittedData:
    source = Bars(train=600, validation=200, size=(12, 12), length=0.75, thickness=1.0, noise=0.0)
    return fit(open_source(source, DataPolicy()), (1, 12, 12), DataPolicy())


def lesson(data: FittedData, hebb: Hebb | None, graph: Graph | None = None) -> PlanesShown:
    """What the view is told at last."""
    enquiry = Enquiry(Network(graph or one_layer()), data)
    *_, last = explored(enquiry, ShowPlanes("neos1", hebb))
    assert isinstance(last, PlanesShown)
    return last


def told_apart(shown: PlanesShown) -> int:
    """Classes that have a plane of their own."""
    return len(set(shown.table[:-1].argmax(axis=0).tolist()))


# ---- J3, J4: shapes and formulas --------------------------------------------------------


def test_planes_shrink_and_their_number_grows() -> None:
    studio = Studio()
    studio.show(BY_ID["neocognitron"].design())
    shapes = []
    for node in ("us1", "us2", "us3"):
        *_, last = ViewAnswers(studio).explore(None, ShowPlanes(node, count=4))
        assert isinstance(last, PlanesShown)
        assert last.found.c is not None
        shapes += [last.found.s.shape, last.found.c.shape]
        assert last.found.c_node == f"uc{node[-1]}"
        assert last.table.shape == (last.found.s.shape[0] + 1, 10)
        assert last.table.sum() == 4
    assert shapes == [(8, 28, 28), (8, 13, 13), (16, 13, 13), (16, 5, 5), (32, 3, 3), (32, 1, 1)]


def one_cell(e: float, b: float) -> Network:
    """S-cells of one input each that is 1, r = 4."""
    cells = NeoS(1, 1, selectivity=4.0, weight_init=Constant(e), inhibition_init=Constant(b))
    return Network(chain(Input((1, 1, 1)), cells, Flatten(), Linear(2), Output()), dtype=np.float64)


def test_the_winner_is_told_as_on_the_slide() -> None:
    found = answers(one_cell(2.0, 1.0), np.ones((1, 1, 1)), "neos1")
    assert found.best is not None
    assert (found.best.e, found.best.v, found.best.b, found.best.r) == (2.0, 1.0, 1.0, 4.0)
    assert found.best.h == pytest.approx(1.6)  # 2·4/5 · 1 · 1
    assert found.best.u == pytest.approx(0.615, abs=5e-4)
    assert found.s.item() == pytest.approx(0.615, abs=5e-4)
    silent = answers(one_cell(2.0, 2.0), np.ones((1, 1, 1)), "neos1")
    assert silent.best is None
    assert silent.winners == ()
    assert silent.s.item() == 0.0


@pytest.mark.parametrize(("t", "answer"), [(0.5, 0.5), (2.0, 0.8)])
def test_c_planes_saturate_as_on_the_slide(t: float, answer: float) -> None:
    first = t / (1 - (1 + t) / 6)  # so that (1 + u)/(1 + u/6) − 1 = t
    start = Listed((first, 0.0, 0.0, 0.0, 0.0, 0.0))
    layers = NeoS(6, 1, weight_init=start, selectivity=1.0), NeoC(1, 1), Flatten(), Linear(2)
    network = Network(chain(Input((1, 1, 1)), *layers, Output()), dtype=np.float64)
    found = answers(network, np.ones((1, 1, 1)), "neos1")
    assert found.c is not None
    assert found.c[:, 0, 0] == pytest.approx([answer, 0, 0, 0, 0, 0])


# ---- J5: learning -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_inhibition_tells_all_orientations_apart(data: FittedData, seed: int) -> None:
    assert told_apart(lesson(data, Hebb(Inhibitory(), seed=seed))) == ORIENTATIONS


@pytest.mark.parametrize(
    ("rule", "winners", "least", "most", "growth"),
    [
        (Plain(), "image", 1, 1, (100, 1000)),  # nothing holds it back
        (UnitNorm(), "image", 3, 4, (1, 2)),
        (Inhibitory(), "columns", 1, 3, (5, 20)),
    ],
    ids=["plain", "unit norm", "columns"],
)
def test_the_other_rules_do_less(
    data: FittedData, rule: Rule, winners: str, least: int, most: int, growth: tuple[int, int]
) -> None:
    shown = lesson(data, Hebb(rule, winners))
    assert least <= told_apart(shown) <= most
    grown = shown.frames[-1].planes.max() / shown.frames[0].planes.max()
    assert growth[0] < grown < growth[1]


def test_a_lesson_is_told_on_its_way_and_leaves_no_trace(data: FittedData) -> None:
    network = Network(one_layer(), seed=3)
    before, hebb = network.weights(), Hebb(presentations=40)
    *going, last = explored(Enquiry(network, data), ShowPlanes("neos1", hebb, count=64))
    shown = [one for one in going if isinstance(one, Presenting)]
    assert [one.done for one in shown] == list(range(1, 41))
    assert all(isinstance(one, Going) and one.total == 40 for one in shown)
    assert isinstance(last, PlanesShown)
    assert len(last.frames) == 40
    np.testing.assert_array_equal(last.frames[-1].planes, last.planes)
    assert sum(last.frames[-1].wins) == 40
    winner = shown[-1].presented.winners[0]
    assert shown[-1].s[winner[0]].max() == shown[-1].s.max() > 0
    after = network.weights()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert network.clock == 0


def test_lessons_between_two_steps_change_no_bit_of_a_training(data: FittedData) -> None:
    x, labels = data.train.batch(np.arange(32))
    learned = []
    for watched in (False, True):
        network = Network(one_layer(), seed=5)
        learner = Learner(network, Adam(lr=0.01))
        for _ in range(4):
            learner.step(x, labels)
            if watched:
                hebb = Hebb(presentations=10)
                list(explored(Enquiry(network, data), ShowPlanes("neos1", hebb, count=20)))
        learned.append(network.weights())
    assert all(learned[0][name].tobytes() == learned[1][name].tobytes() for name in learned[0])


def test_as_trained_is_the_network_itself(data: FittedData) -> None:
    network = Network(one_layer(), seed=3)
    *_, last = explored(Enquiry(network, data), ShowPlanes("neos1", None, sample=5, count=50))
    assert isinstance(last, PlanesShown)
    x = data.validation.batch([5])[0]
    given: Any = network.activations(x, ["neos1", "neoc1"])
    np.testing.assert_array_equal(last.found.s, given["neos1"][0])
    np.testing.assert_array_equal(last.found.c, given["neoc1"][0])
    ((plane, row, column),) = last.found.winners
    assert given["neos1"][0, plane, row, column] == given["neos1"].max()
    assert last.frames == ()
    assert last.label == data.classes[int(data.validation.labels([5])[0])]
    assert last.table.sum(axis=0).sum() == 50


# ---- J8: what moves a little is still the same ------------------------------------------


def test_the_same_c_plane_answers_wherever_the_bar_is() -> None:
    network = Network(one_layer())
    for _ in organize(network, bars(300, 0)[0], Hebb()):
        pass
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    for kind in range(ORIENTATIONS):
        told = [answers(network, bar(kind, shift), "neos1").c for shift in shifts]
        assert len({int(c.argmax()) for c in told if c is not None}) == 1


# ---- which layers, which filters --------------------------------------------------------


def test_the_layers_before_learn_first() -> None:
    graph = BY_ID["neocognitron"].build()
    assert learners(graph, "us1") == ("us1",)
    assert learners(graph, "us3") == ("us1", "us2", "us3")


def test_filters_of_colors_are_added_up() -> None:
    graph = BY_ID["convnetjs-cifar10"].build()
    network, node = Network(graph), first_filters(graph)
    weight = network.weight(f"{node}.weight")
    assert weight.shape[1] == 3
    found = fields(network, node)
    np.testing.assert_allclose(found[2], weight[2, 0] + weight[2, 1] + weight[2, 2], atol=1e-7)
    s_cells = Network(one_layer(), seed=1)
    assert (fields(s_cells, "neos1") >= 0).all()


def test_without_filters_or_s_cells_it_says_so(data: FittedData) -> None:
    dense = chain(Input((1, 12, 12)), Flatten(), Linear(4), Output())
    enquiry = Enquiry(Network(dense), data)
    with pytest.raises(NetworkError, match="no convolution"):
        list(explored(enquiry, ShowFields()))
    with pytest.raises(NetworkError, match="select a NeoS layer"):
        list(explored(enquiry, ShowPlanes("linear1")))
    (shown,) = explored(Enquiry(Network(one_layer()), data), ShowFields())
    assert isinstance(shown, FieldsShown)
    assert shown.fields.shape == (4, 5, 5)


def test_a_design_of_bars_is_sorted_through_the_studio() -> None:
    source = Bars(train=200, validation=100, size=(12, 12), length=0.75, thickness=1.0)
    studio = Studio()
    studio.show(Design(graph=one_layer(), data=DataChoice(source=source)))
    *_, last = ViewAnswers(studio).explore(None, ShowPlanes("neos1", Hebb(), count=1000))
    assert isinstance(last, PlanesShown)
    assert last.table.sum() == 100  # there are no more
    assert last.names == ("0°", "45°", "90°", "135°")
