"""The questions of the views that explore, through the engine's studio: on every template."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core import service
from core.design import Design
from core.exploring import (
    Exploration,
    Explored,
    ItemShown,
    NeighborsShown,
    PatchesShown,
    PicturesShown,
    ReachShown,
    ShowItem,
    ShowNeighbors,
    ShowPatches,
    ShowPictures,
    ShowReach,
)
from core.initializers import Constant
from core.messages import Cancel, Cancelled, Going, Refused, Show
from core.studio import Studio
from core.zoo import BY_ID, TEMPLATES
from tests.core.test_service import Talk
from tests.support.training import small_design


@pytest.fixture
def talk() -> Iterator[Talk]:
    process, connection = service.start()
    yield Talk(process, connection)
    connection.close()
    process.join(10)
    assert process.exitcode == 0


def answer(studio: Studio, request: Exploration) -> Any:
    """The last piece of an answer."""
    *_, last = studio.explore(None, request)
    assert isinstance(last, Explored)
    assert last.kind == request.kind
    return last


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_quick_questions_of_every_template(template: Any) -> None:
    """Narrow where that is possible: what a value in the middle uses, and the item itself."""
    with contextlib.suppress(ValueError):  # it is small already
        template = template.narrow(8)
    design = template.design()
    studio = Studio()
    studio.show(design)
    graph = design.graph.active
    last = graph.order[len(graph.order) // 2]
    shown: ReachShown = answer(studio, ShowReach(last, 0, (0, 0), 2))
    assert shown.found.count in (1, 2)  # one has a single item
    assert np.isfinite(shown.found.weights).all()
    item: ItemShown = answer(studio, ShowItem(1))
    assert item.picture.dtype == np.uint8


def test_patches_neighbors_and_pictures() -> None:
    studio = Studio()
    studio.show(small_design())
    patches: PatchesShown = answer(studio, ShowPatches("conv1", 4))
    assert patches.found.values.shape == (4, 4)
    assert patches.items == 1000
    chosen = tuple(patches.found.items[2].tolist())
    pictures: PicturesShown = answer(studio, ShowPictures(chosen))
    assert pictures.pictures.shape == (4, 1, 28, 28)
    near: NeighborsShown = answer(studio, ShowNeighbors("linear1", 1003))
    assert near.sample == 3  # numbers begin again
    assert len(near.labels) == len(near.pictures) == 16
    own: NeighborsShown = answer(studio, ShowNeighbors("linear1", item=near.query))
    assert own.label == ""
    assert own.found.in_input.items[0] == 3


def test_a_long_one_ends_when_it_is_cancelled(talk: Talk) -> None:
    design = Design(graph=BY_ID["lenet5"].build())
    talk.send(Show(design), ShowPatches("conv2"))
    (first,) = talk.until(Going)
    assert (first.asked, first.total) == ("patches", 1000)
    talk.send(Cancel("patches"), ShowItem(2))
    said = talk.until(ItemShown)
    assert any(isinstance(one, Cancelled) for one in said)
    assert not any(isinstance(one, PatchesShown) for one in said)


def test_a_node_that_is_gone_is_refused(talk: Talk) -> None:
    talk.send(Show(small_design()), ShowReach("nowhere"))
    (refused,) = talk.until(Refused, ReachShown)
    assert isinstance(refused, Refused)


def test_weights_that_were_never_trained_start_anew_with_another_initializer() -> None:
    """What a kernel from the lab does to a filter is to be seen before any training."""
    design, studio = small_design(), Studio()
    studio.show(design)
    assert np.ptp(studio.network().weight("conv1.weight")) > 0
    layer = design.graph["conv1"].layer.replace(weight_init=Constant(0.5))
    studio.show(design.with_graph(design.graph.with_layer("conv1", layer)))
    assert (studio.network().weight("conv1.weight") == 0.5).all()
