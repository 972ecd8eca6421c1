"""Learning without a teacher: what each rule makes of bars in four orientations."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.linalg import norm

from core.graph import chain
from core.hebb import (
    RULES,
    Cells,
    Hebb,
    Inhibitory,
    Plain,
    UnitNorm,
    strongest,
    strongest_in_columns,
)
from core.layers import Flatten, Input, Linear, NeoS, Output
from core.network import Network
from tests.campaigns.hebb import separated, trial
from tests.support.bars import bar

SEEDS = range(8)


def cells(planes: int = 3) -> Cells:
    """S-cells with windows of 3×3, fresh for the inhibitory rule."""
    made = Cells(NeoS(planes, (3, 3)), np.zeros((planes, 1, 3, 3)), np.zeros(planes))
    Inhibitory().start(made, np.random.default_rng(0))
    return made


# ---- the rules --------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_changes_the_winning_plane_alone(rule: type[Plain | Inhibitory]) -> None:
    made, x = cells(), np.arange(9) / 9
    before, b = made.a.copy(), made.b.copy()
    rule().learn(made, 1, x, 0.5, 2.0)
    assert (made.a[1] != before[1]).any()
    assert np.array_equal(made.a[[0, 2]], before[[0, 2]])
    assert np.array_equal(made.b[[0, 2]], b[[0, 2]])


def test_the_plain_rule_is_hebbs() -> None:
    made, x = cells(), np.arange(9) / 9
    before = made.a[0].copy()
    Plain(0.1).learn(made, 0, x, 0.5, 2.0)
    np.testing.assert_allclose(made.a[0], before + 0.1 * 2.0 * x)
    assert not made.b.any()


def test_unit_norm_keeps_every_plane_at_length_one() -> None:
    made = cells()
    UnitNorm().start(made, np.random.default_rng(1))
    UnitNorm(0.5).learn(made, 2, np.arange(9) / 9, 0.5, 2.0)
    np.testing.assert_allclose(norm(made.a, axis=1), 1.0)


def test_the_inhibitory_rule_is_fukushimas() -> None:
    made, x = cells(), np.arange(9) / 9
    before = made.a[0].copy()
    Inhibitory(3.0).learn(made, 0, x, 0.5, 2.0)
    np.testing.assert_allclose(made.a[0], before + 3.0 * made.c * x)
    assert made.b[0] == pytest.approx(1.5 * 0.5)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_first_strengths_are_positive_and_differ(rule: type[Plain | Inhibitory]) -> None:
    made = cells()
    rule().start(made, np.random.default_rng(4))
    assert (made.a > 0).all()
    assert np.unique(made.a).size == made.a.size


# ---- who wins ---------------------------------------------------------------------------


def test_one_cell_wins_or_one_in_each_column_but_one_a_plane() -> None:
    u = np.array([[1.0, 2.0, 0.0], [5.0, 0.0, 0.0], [0.0, 3.0, 0.0], [4.0, 0.0, 0.0]])
    assert strongest(u) == [(1, 0)]
    assert sorted(strongest_in_columns(u)) == [(1, 0), (2, 1)]


def test_nobody_wins_where_nobody_answers() -> None:
    assert strongest(np.zeros((4, 3))) == []
    assert strongest_in_columns(np.zeros((4, 3))) == []


def test_cells_on_the_host_answer_as_the_layer() -> None:
    layer = NeoS(4, padding=(1, 1, 0, 2))
    graph = chain(Input((1, 12, 12)), layer, Flatten(), Linear(2), Output())
    network, x = Network(graph, seed=2, dtype=np.float64), bar(2)
    network.set_weights({"neos1.inhibition": np.array([0.0, 0.5, 1.0, 2.0])})
    _, _, u = Cells(layer, network.weight("neos1.weight"), network.weight("neos1.inhibition")).see(
        x
    )
    wanted = network.activations(x[None], ["neos1"])["neos1"][0]
    np.testing.assert_allclose(u.T, wanted.reshape(4, -1), rtol=1e-12)


# ---- four orientations (lecture 004, J5 and J8; slide note X30) --------------------------


def test_inhibition_separates_every_orientation_for_every_seed() -> None:
    assert separated(Hebb(Inhibitory()), SEEDS) == [4] * 8


def test_the_plain_rule_collapses() -> None:
    found = separated(Hebb(Plain()), SEEDS)
    assert max(found) <= 2
    assert np.mean(found) < 1.5


def test_unit_norm_separates_three_or_four() -> None:
    assert min(separated(Hebb(UnitNorm()), SEEDS)) >= 3


def test_letting_every_column_learn_at_once_separates_fewer() -> None:
    assert np.mean(separated(Hebb(Inhibitory(), winners="columns"), SEEDS)) < 3.5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_grandmother_cell_fires_wherever_she_stands(seed: int) -> None:
    found = trial(Hebb(seed=seed))
    assert found.c_winners.shape == (4, 9)
    assert (found.c_winners == found.c_winners[:, :1]).all()
    assert (found.c_winners[:, 0] == found.s_winners).all()
