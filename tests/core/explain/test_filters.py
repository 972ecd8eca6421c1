"""Filters and feature maps: the numbers drawn are the engine's own."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.fitted import fit
from core.data.policy import DataPolicy
from core.explain.filters import by_norm, filter_weights, filters
from core.explain.maps import all_layers, feature_maps, mean_maps, shrunk
from core.network import Network
from core.zoo import BY_ID
from tests.core.explain.test_patches import finished
from tests.support.training import few_digits, small_graph

RANDOM = np.random.default_rng(3)


def test_tiles_are_the_weights() -> None:
    weight = RANDOM.normal(size=(6, 4, 5, 3)).astype(np.float32)
    shown = filters(weight)
    assert np.array_equal(shown.tiles, weight)
    assert (shown.limit, shown.rgb, shown.of) == (np.abs(weight).max(), False, (6, 4))


def test_colors_have_gray_in_the_middle() -> None:
    weight = RANDOM.normal(size=(6, 3, 5, 5)).astype(np.float32)
    weight[2] = 0
    shown = filters(weight, rgb=True)
    assert shown.tiles.shape == (6, 1, 5, 5, 3)
    assert np.all(shown.tiles[2] == 0.5)
    back = (shown.tiles[:, 0].transpose(0, 3, 1, 2) - 0.5) * 2 * shown.limit
    assert np.allclose(back, weight, atol=1e-6)
    assert 0 <= shown.tiles.min() < shown.tiles.max() <= 1


def test_zero_filters_can_be_drawn() -> None:
    assert np.all(filters(np.zeros((2, 3, 3, 3)), rgb=True).tiles == 0.5)
    assert filters(np.zeros((2, 1, 3, 3))).limit == 0


def test_a_dense_layer_is_one_tile_and_many_filters_are_cut() -> None:
    assert filters(np.ones((10, 84))).tiles.shape == (1, 1, 10, 84)
    shown = filters(np.ones((100, 70, 3, 3)))
    assert (shown.tiles.shape, shown.of) == ((64, 64, 3, 3), (100, 70))


@pytest.mark.parametrize("node", ["input", "conv1", "pool2", "linear1", "output"])
def test_maps_are_what_the_node_gives(node: str) -> None:
    network = Network(BY_ID["lenet5"].build(), seed=1)
    x = RANDOM.random((1, 28, 28), np.float32)
    shown = feature_maps(network, x, node)
    value = network.activations(x[None], [node])[node][0]
    assert shown.ndim == 3
    assert np.array_equal(shown.reshape(value.shape), value)


def test_looking_changes_nothing() -> None:
    network = Network(small_graph(), seed=1)
    before, kept = network.parameters.copy(), network.kept.copy()
    first = feature_maps(network, RANDOM.random((1, 28, 28), np.float32), "dropout1")
    assert np.array_equal(network.parameters, before)
    assert np.array_equal(network.kept, kept)
    assert network.clock == 0
    assert first.shape == (1, 1, 144)


def test_dead_and_alike_filters_are_found() -> None:
    weight = RANDOM.normal(size=(6, 2, 3, 3)).astype(np.float32)
    weight[1] = 3 * weight[4]
    weight[3] *= 1e-5
    weight[5] = -weight[0]  # the opposite is not the same
    shown = filters(weight)
    assert shown.dead == (3,)
    assert [pair[:2] for pair in shown.alike] == [(1, 4)]
    assert shown.alike[0][2] == pytest.approx(1)
    assert np.allclose(shown.norms**2, (weight**2).sum(axis=(1, 2, 3)), rtol=1e-5)


def test_filters_of_one_weight_are_not_called_alike() -> None:
    assert filters(RANDOM.normal(size=(6, 1, 1, 1))).alike == ()


def test_every_position_may_have_filters_of_its_own() -> None:
    weight = RANDOM.normal(size=(4, 5, 6, 2, 3, 3)).astype(np.float32)
    assert np.array_equal(filters(weight, at=(3, 1)).tiles, weight[3, 1])
    assert np.array_equal(filters(weight, at=(9, 9)).tiles, weight[3, 4])


def test_weights_that_are_filters_are_known_by_shape() -> None:
    assert filter_weights({"weight": (6, 1, 5, 5), "bias": (6,)}) == ("weight",)
    assert filter_weights({"depthwise": (3, 1, 3), "pointwise": (4, 3, 1)}) == (
        "depthwise", "pointwise",
    )  # fmt: skip
    assert filter_weights({"weight": (16,), "bias": (16,)}) == ()


def test_the_largest_norm_comes_first_and_only_those_are_kept() -> None:
    sizes = RANDOM.permutation(80) + 1.0
    weight = np.zeros((80, 2, 1, 2), np.float32)
    weight[:, 1, 0, 0] = sizes  # of one number the norm is its amount
    order = by_norm(weight)
    assert [weight[one, 1, 0, 0] for one in order] == sorted(sizes, reverse=True)
    shown = filters(weight, order=order)
    assert np.array_equal(shown.tiles[:, 1, 0, 0], np.arange(80, 16, -1))
    assert shown.order == order[:64]
    assert np.array_equal(shown.norms, sizes)  # by the filter's own number


def test_filters_keep_their_own_numbers_without_an_order() -> None:
    assert filters(RANDOM.normal(size=(3, 1, 2, 2))).order == (0, 1, 2)
    assert filters(RANDOM.normal(size=(3, 4))).order == ()


def test_small_maps_are_means_of_blocks() -> None:
    maps = np.arange(2 * 5 * 4, dtype=np.float32).reshape(2, 5, 4)
    found = shrunk(maps, 3)  # blocks of 2 × 2, the last row alone
    assert found.shape == (2, 3, 2)
    assert found[0, 0, 0] == np.mean([0, 1, 4, 5])
    assert found[1, 2, 1] == np.mean([20 + 18, 20 + 19])
    assert np.array_equal(shrunk(maps, 5), maps)


def test_mean_maps_and_all_layers_are_those_of_the_engine() -> None:
    network, data = Network(small_graph(), seed=3), fit(few_digits(), (1, 28, 28), DataPolicy())
    node = next(id for id in network.graph.order if len(network.inference.nodes[id].output) == 3)
    work = mean_maps(network, data.validation, node, count=7)
    mean = finished(work)
    chosen = np.linspace(0, len(data.validation) - 1, 7).astype(int)
    each = [feature_maps(network, data.validation.batch([one])[0][0], node) for one in chosen]
    np.testing.assert_allclose(mean, np.mean(each, axis=0), atol=1e-5)
    x = data.validation.batch([3])[0][0]
    found = all_layers(network, x, most=2, side=64)
    assert list(found) == list(network.graph.order)
    for id, maps in found.items():
        wanted = feature_maps(network, x, id)
        np.testing.assert_allclose(maps, wanted if len(wanted) == 1 else wanted[:2], atol=1e-6)
