"""The questions of the views that explore, through the engine's studio: on every template."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.augment import CIFAR
from core.data.fitted import fit
from core.data.sources import open_source
from core.design import Design
from core.explain.effective import ALL_MAPS
from core.graph import GraphError
from core.initializers import Constant
from core.messages import Cancel, Cancelled, Going, Pause, Refused, Show, Stop, Train
from core.network_errors import NetworkError
from core.questions.exploring import (
    AblationShown,
    Dreaming,
    DreamShown,
    Exploration,
    ItemShown,
    MatrixShown,
    NeighborsShown,
    PatchesShown,
    PicturesShown,
    ReachShown,
    ShowAblation,
    ShowDream,
    ShowInvariance,
    ShowItem,
    ShowMatrix,
    ShowNeighbors,
    ShowPatches,
    ShowPictures,
    ShowReach,
    ShowVariants,
    VariantsShown,
)
from core.questions.layers import AllLayersShown, ShowAllLayers, ShowMeanMaps, ShowOperation
from core.training.events import Failed, Finished, Started
from core.zoo import BY_ID, TEMPLATES
from tests.support.talk import Talk, answer
from tests.support.training import small_design

LONG = (
    lambda node: ShowPatches(node),
    lambda node: ShowNeighbors(node),
    lambda node: ShowAblation(node, count=2),
    lambda node: ShowDream(node, 0, 2),
    lambda node: ShowMeanMaps(node, 1),
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_every_template(template: Any) -> None:
    """Quick questions whole, long ones up to the first piece: it has gone through the network."""
    with contextlib.suppress(ValueError):  # it is small already
        template = template.narrow(8)
    studio, design = Studio(), template.design()
    studio.show(design)
    node = design.graph.active.order[len(design.graph.active.order) // 2]
    shown: ReachShown = answer(studio, ShowReach(node, 0, (0, 0), 1))
    assert np.isfinite(shown.found.weights).all()
    layers: AllLayersShown = answer(studio, ShowAllLayers(1, most=2))
    assert list(layers.maps) == list(studio.network().graph.order)
    item: ItemShown = answer(studio, ShowItem(1))
    assert item.picture.dtype == np.uint8
    for ask in LONG:
        first = next(ViewAnswers(studio).explore(None, ask(node)))
        assert isinstance(first, Going)
        assert 0 < first.done <= first.total
    turned = ViewAnswers(studio).explore(None, ShowInvariance(node, "turn", 1))
    if shown.found.weights.shape == item.picture.shape[1:] and item.picture.shape[1] > 1:
        with contextlib.suppress(NetworkError):  # a spectrogram looks like a picture
            assert isinstance(next(turned), Going)


def test_variants_have_the_seed_that_is_asked_for() -> None:
    studio, design = Studio(), small_design()
    augmented = replace(design, data=design.data.replace(augment=CIFAR))
    studio.show(augmented)
    shown: VariantsShown = answer(studio, ShowVariants(2, 5, 1, 6))
    data = fit(
        open_source(design.data.source), (1, 28, 28), design.data.policy, augment=CIFAR, seed=5
    )
    for place, picture in enumerate(shown.found.pictures):
        expected = data.train.pictures([2], epoch=1 + place)[0]
        np.testing.assert_array_equal(picture, expected)


def test_a_matrix_is_that_of_the_layer_and_others_are_refused() -> None:
    studio = Studio()
    studio.show(small_design())
    shown: MatrixShown = answer(studio, ShowMatrix("conv1", 0, 2, 5))
    assert shown.size == (28, 28)
    np.testing.assert_array_equal(shown.found.kernel, studio.network().weight("conv1.weight")[2, 0])
    with pytest.raises(NetworkError, match="Only a Conv2d"):
        answer(studio, ShowMatrix("linear1"))


def test_a_dream_and_a_surgery_to_the_end() -> None:
    studio = Studio()
    studio.show(small_design())
    kept = studio.network().parameters.copy()
    *frames, last = ViewAnswers(studio).explore(None, ShowDream("conv1", 1, 20))
    assert all(isinstance(one, Dreaming) for one in frames)
    assert last.found.values.shape == (20, 2)
    shown: AblationShown = answer(studio, ShowAblation("conv1", (1,), 20, 3))
    assert shown.said.shape == shown.said_without.shape == (10,)
    assert len(shown.found.losses) == 4
    np.testing.assert_array_equal(studio.network().parameters, kept)


def test_patches_neighbors_and_pictures() -> None:
    studio = Studio()
    studio.show(small_design())
    patches: PatchesShown = answer(studio, ShowPatches("conv1", 4))
    assert patches.found.values.shape == (4, 4)
    assert patches.items == 1000
    chosen = tuple(patches.found.items[2].tolist())
    pictures: PicturesShown = answer(studio, ShowPictures(chosen))
    assert pictures.pictures.shape == (4, 1, 28, 28)
    near: NeighborsShown = answer(studio, ShowNeighbors("linear1", 1003, train=False))
    assert near.sample == 3  # numbers begin again
    assert len(near.labels) == len(near.pictures) == 16
    own: NeighborsShown = answer(studio, ShowNeighbors("linear1", item=near.query, train=False))
    assert own.label == ""
    assert own.found.in_input.items[0] == 3


def test_neighbors_among_training_items() -> None:
    """Pictures, classes and distances are theirs; one that is picked is not its own neighbor."""
    studio, design = Studio(), small_design()
    studio.show(design)
    data = fit(open_source(design.data.source), (1, 28, 28), design.data.policy)
    train, (x,) = data.train.batch(np.arange(len(data.train)))[0], data.validation.batch([5])[0]
    label = data.classes[int(data.validation.labels([5])[0])]
    of_item: NeighborsShown = answer(studio, ShowNeighbors("linear1", 5))
    assert (of_item.sample, of_item.label) == (5, label)
    assert of_item.searched == of_item.items == len(train)
    away = np.sqrt(((train - x) ** 2).sum(axis=(1, 2, 3)))
    found = of_item.found.in_input
    np.testing.assert_allclose(found.distances, np.sort(away)[:8], rtol=1e-4)
    np.testing.assert_array_equal(of_item.pictures[8:], data.train.pictures(found.items))
    names = [data.classes[number] for number in data.train.labels(found.items)]
    assert list(of_item.labels[8:]) == names

    first = int(found.items[0])
    hop: NeighborsShown = answer(studio, ShowNeighbors("linear1", 5, picked=first))
    assert (hop.sample, hop.label) == (first, names[0])
    away = np.sqrt(((train - train[first]) ** 2).sum(axis=(1, 2, 3)))
    np.testing.assert_allclose(hop.found.in_input.distances, np.sort(away)[1:9], rtol=1e-4)
    assert first not in (*hop.found.in_input.items, *hop.found.in_node.items)
    across: NeighborsShown = answer(studio, ShowNeighbors("linear1", 5, train=False, picked=first))
    assert across.items == len(data.validation)
    assert (across.sample, across.label) == (first, names[0])


def test_a_long_one_ends_when_it_is_cancelled(talk: Talk) -> None:
    design = Design(graph=BY_ID["lenet5"].build())
    talk.send(Show(design), ShowPatches("conv2"))
    (first,) = talk.until(Going)
    assert (first.asked, first.total) == ("patches", 1000)
    talk.send(Cancel("patches"), ShowItem(2))
    said = talk.until(ItemShown)
    assert any(isinstance(one, Cancelled) for one in said)
    assert not any(isinstance(one, PatchesShown) for one in said)


def test_a_long_one_goes_on_when_a_training_begins(talk: Talk) -> None:
    """Between batches and in pauses, not after the end alone."""
    talk.send(Show(small_design()), ShowDream("conv1", steps=400))
    talk.until(Going)
    talk.send(Train(small_design(epochs=999)))
    talk.until(Started)
    talk.send(Pause())
    said = talk.until(DreamShown, Failed)
    assert isinstance(said[-1], DreamShown)
    talk.send(ShowPatches("conv1"))
    talk.until(Going)
    talk.send(Cancel("patches"))
    talk.until(Cancelled)
    talk.send(Stop())
    talk.until(Finished)


def test_a_node_that_is_gone_is_refused(talk: Talk) -> None:
    talk.send(Show(small_design()), ShowReach("nowhere"))
    (refused,) = talk.until(Refused, ReachShown)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ShowOperation("nowhere"), "no node 'nowhere'"),
        (ShowDream("conv1", 4), "conv1 has fewer values than that"),
        (ShowReach("conv1", 4, (0, 0)), "fewer values"),
        (ShowReach("conv1", ALL_MAPS, (0, 12)), "fewer values"),
        (ShowAblation("conv1", (1, 4)), "fewer values"),
        (ShowMatrix("relu1"), "relu1 has no filters"),
        (ShowPictures((1, 1000)), "not among them"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(asked: Exploration, words: str) -> None:
    """As when the network that learns has fewer maps than the design that is open."""
    studio = Studio()
    studio.show(small_design())
    with pytest.raises((NetworkError, GraphError), match=words):
        answer(studio, asked)


def test_the_last_cell_of_the_last_map_is_there() -> None:
    studio = Studio()
    studio.show(small_design())
    shown: ReachShown = answer(studio, ShowReach("conv1", 3, (11, 11), 1))
    assert np.argwhere(shown.found.weights).min() == 22  # stride 2


def test_a_bypassed_layer_is_not_operated_on() -> None:
    studio, design = Studio(), small_design()
    studio.show(design.with_graph(design.graph.with_bypass(["conv1"], True)))
    with pytest.raises(NetworkError, match="conv1 is bypassed"):
        answer(studio, ShowOperation("conv1", unit=3))


def test_weights_that_were_never_trained_start_anew_with_another_initializer() -> None:
    """What a kernel from the lab does to a filter is to be seen before any training."""
    design, studio = small_design(), Studio()
    studio.show(design)
    assert np.ptp(studio.network().weight("conv1.weight")) > 0
    layer = design.graph["conv1"].layer.replace(weight_init=Constant(0.5))
    studio.show(design.with_graph(design.graph.with_layer("conv1", layer)))
    assert (studio.network().weight("conv1.weight") == 0.5).all()
