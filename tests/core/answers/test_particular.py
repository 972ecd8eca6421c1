"""Questions about data of one kind: every template answers, nothing in the network changes."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.sources import ShapesWithBoxes, Sticks
from core.design import DataChoice, Design
from core.messages import Cancel, Cancelled, Going, Refused, Show
from core.questions.exploring import Exploration, ItemShown, ShowItem
from core.questions.particular import BoxesShown, ShowBoxes, ShowSignal, SignalShown
from core.zoo import BY_ID, TEMPLATES
from tests.support.talk import Talk, answer

OVER_TIME = {"tdnn", "spectrogram-cnn"}
OF_PLACES = {"box-and-class", "pose"}


def few(template: str, source: Any) -> Design:
    """A template on so many items."""
    design = BY_ID[template].design()
    return replace(design, data=DataChoice(source, design.data.policy))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_every_template(template: Any) -> None:
    """Those of the kind have an answer, all others say that there is nothing."""
    with contextlib.suppress(ValueError):  # it is small already
        template = template.narrow(8)
    studio, design = Studio(), template.design()
    studio.show(design)
    node = design.graph.active.order[1]
    signal: SignalShown = answer(studio, ShowSignal(node))
    assert (signal.found is not None) == (template.id in OVER_TIME)
    first = next(ViewAnswers(studio).explore(None, ShowBoxes(count=4)))
    assert isinstance(first, Going if template.id in OF_PLACES else BoxesShown)


def test_a_signal_has_its_time_and_its_tensors() -> None:
    studio = Studio()
    studio.show(BY_ID["tdnn"].design())
    shown: SignalShown = answer(studio, ShowSignal("frames", 1003))
    assert shown.sample == 3  # numbers begin again
    found = shown.found
    assert found is not None
    assert found.item.shape == (1, 1, 1024)
    assert found.sampling is not None
    assert found.sampling.rate == 8000
    assert set(found.tensors) == {"x", "y", "weight", "bias"}
    own: SignalShown = answer(studio, ShowSignal("frames", item=found.item[0]))
    assert own.label == ""
    assert own.found is not None
    np.testing.assert_array_equal(own.found.tensors["y"], found.tensors["y"])


@pytest.mark.parametrize(
    ("template", "source", "points"),
    [
        ("box-and-class", ShapesWithBoxes(train=8, validation=30), 4),
        ("pose", Sticks(train=8, validation=30), 11),
    ],
)
def test_places_of_an_item_and_of_many(template: str, source: Any, points: int) -> None:
    studio = Studio()
    studio.show(few(template, source))
    shown: BoxesShown = answer(studio, ShowBoxes(sample=7, count=20, shown=5))
    found = shown.found
    assert found is not None
    assert found.truth is not None
    assert found.said.shape == found.truth.shape == (points, 2)
    assert found.many.said.shape == (20, points, 2)
    np.testing.assert_array_equal(found.many.truth[7], found.truth)
    np.testing.assert_allclose(found.many.said[7], found.said, atol=1e-5)
    assert len(found.pictures) == 5
    assert found.picture.dtype == np.uint8
    assert bool(found.answer) == (template == "box-and-class")


def test_an_item_of_ones_own_has_no_truth() -> None:
    studio = Studio()
    studio.show(few("box-and-class", ShapesWithBoxes(train=8, validation=8)))
    plain: BoxesShown = answer(studio, ShowBoxes(sample=2))
    assert plain.found is not None
    item = (plain.found.picture / 255).astype(np.float32)
    own: BoxesShown = answer(studio, ShowBoxes(item=item))
    assert own.label == ""
    assert own.found is not None
    assert own.found.truth is None
    np.testing.assert_array_equal(own.found.picture, plain.found.picture)
    np.testing.assert_allclose(own.found.said, plain.found.said, atol=1e-5)


@pytest.mark.parametrize(
    ("template", "request_"), [("tdnn", ShowSignal("conv1")), ("pose", ShowBoxes(count=8))]
)
def test_nothing_in_the_network_changes(template: str, request_: Exploration) -> None:
    studio = Studio()
    studio.show(BY_ID[template].design())
    network = studio.network()
    before = network.parameters.copy(), network.gradients.copy(), network.clock
    answer(studio, request_)
    np.testing.assert_array_equal(network.parameters, before[0])
    np.testing.assert_array_equal(network.gradients, before[1])
    assert network.clock == before[2]


def test_a_node_that_is_gone_is_refused(talk: Talk) -> None:
    talk.send(Show(BY_ID["tdnn"].design()), ShowSignal("nowhere"))
    (refused,) = talk.until(Refused, SignalShown)
    assert isinstance(refused, Refused)


def test_many_items_can_be_given_up(talk: Talk) -> None:
    talk.send(Show(few("pose", Sticks(train=8, validation=3000))), ShowBoxes(count=3000))
    first = talk.until(Going)[-1]
    assert (first.asked, first.total) == ("boxes", 3000)
    talk.send(Cancel("boxes"), ShowItem(2))
    said = talk.until(ItemShown)
    assert any(isinstance(one, Cancelled) for one in said)
    assert not any(isinstance(one, BoxesShown) for one in said)
