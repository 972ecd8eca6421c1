"""Long answers of the engine process: they tell how far they are, and end when they are told to."""

from __future__ import annotations

import numpy as np
import pytest

from core.design import Design
from core.graph import Graph, chain
from core.layers import Conv2d, Flatten, Input, Linear, MaxPool2d, Output, ReLU
from core.messages import Cancel, Cancelled, Going, Pause, Refused, Show, Stop, Train
from core.network import Network
from core.questions.viewing import (
    CanvasShown,
    DrawnShown,
    FiltersShown,
    ItemsShown,
    MapsShown,
    MistakesShown,
    PredictDrawn,
    SaliencyShown,
    ShowCanvas,
    ShowFilters,
    ShowItems,
    ShowMaps,
    ShowMistakes,
    ShowSaliency,
)
from core.training.events import EpochDone, Finished, Paused, Started
from core.zoo import BY_ID
from tests.support.talk import Talk
from tests.support.training import small_design


def two_headed() -> Graph:
    """Two outputs that answer the same question."""
    trunk = chain(
        Input((1, 28, 28)), Conv2d(2), ReLU(), MaxPool2d(), Flatten(), Linear(10), Output()
    )
    return trunk.with_node(Output(weight=0.3), id="aside").with_wire("linear1", "aside")


def test_all_items_are_asked_about(talk: Talk) -> None:
    talk.send(Show(small_design(seed=5)), ShowMistakes())
    *going, shown = talk.until(MistakesShown, Refused)
    assert all(isinstance(one, Going) and one.asked == "mistakes" for one in going)
    done = [one.done for one in going]
    assert done == sorted(set(done))
    assert done[-1] == going[-1].total == 1000
    assert shown.counts.sum() == 1000
    assert shown.names == tuple("0123456789")
    assert shown.outputs == (shown.output,) == ("output1",)
    label, said = np.argwhere(shown.counts)[0]
    items = shown.answered.items(label, said)
    assert len(items) == shown.counts[label, said]
    talk.send(ShowItems(tuple(items[:4].tolist())))
    (pictures,) = talk.until(ItemsShown)
    assert pictures.pictures.shape[1:] == (1, 28, 28)
    assert pictures.count == 1000


def test_occlusion_ends_when_it_is_cancelled(talk: Talk) -> None:
    slow = ShowSaliency("conv1", "occlusion", patch=1, stride=1)
    talk.send(Show(Design(graph=BY_ID["lenet5"].build())), slow)
    (first,) = talk.until(Going)
    assert first.total == 28 * 28
    talk.send(Cancel("saliency"), ShowFilters("conv1"))
    before = talk.until(FiltersShown)
    assert any(isinstance(one, Cancelled) for one in before)
    assert not any(isinstance(one, SaliencyShown) for one in before)
    talk.send(Cancel("saliency"), ShowFilters("conv1"))  # there is none left to cancel
    assert not any(isinstance(one, Cancelled) for one in talk.until(FiltersShown))


def test_a_network_in_training_is_asked_as_it_is_and_learns_the_same(talk: Talk) -> None:
    design = small_design(epochs=2)
    talk.send(Train(design))
    talk.until(Started)
    talk.send(Pause())
    talk.until(Paused)
    talk.send(ShowSaliency("conv1", "occlusion", patch=4, stride=4), ShowMistakes(items=True))
    seen = talk.until(MistakesShown)
    assert any(isinstance(one, Going) for one in seen)
    assert seen[-1].counts.sum() == seen[-1].answered.labels.size
    talk.send(ShowSaliency("conv1", "occlusion", patch=1, stride=1))
    talk.until(Going)
    talk.send(Cancel("saliency"))
    talk.until(Cancelled)
    talk.send(Stop())
    talk.until(Finished)


def test_the_matrix_of_the_last_validation_is_there_at_once(talk: Talk) -> None:
    talk.send(Train(small_design(epochs=3)))
    (epoch,) = [one for one in talk.until(EpochDone) if isinstance(one, EpochDone)]
    talk.send(Pause())
    talk.until(Paused)
    talk.send(ShowMistakes())
    *before, shown = talk.until(MistakesShown)
    assert shown.answered is None
    assert not any(isinstance(one, Going) for one in before)
    assert shown.counts.trace() / shown.counts.sum() == pytest.approx(epoch.accuracy)
    talk.send(Stop())
    talk.until(Finished)


@pytest.mark.parametrize("method", ["gradient", "gradient × input", "occlusion", "Grad-CAM"])
def test_where_it_looks(method: str, talk: Talk) -> None:
    graph = two_headed()
    request = ShowSaliency("conv1", method, sample=3, output="aside", choice=7)
    talk.send(Show(Design(graph=graph)), request)
    shown = talk.until(SaliencyShown, Refused)[-1]
    assert (shown.output, shown.choice, shown.outputs) == ("aside", 7, ("output1", "aside"))
    assert shown.item.shape == (1, 28, 28)
    assert shown.said.shape == (10,)
    assert shown.sight.signed.shape == ((26, 26) if method == "Grad-CAM" else (28, 28))
    assert (shown.cam is None) == (method != "Grad-CAM")
    assert not np.array_equal(shown.sight.signed, shown.random.signed)
    assert (shown.sight.unsigned >= 0).all()


def test_a_drawing_is_answered_and_followed(talk: Talk) -> None:
    graph = two_headed()
    talk.send(Show(Design(graph=graph)), ShowCanvas(2))
    (canvas,) = talk.until(CanvasShown)
    assert canvas.picture.shape == (1, 28, 28)
    talk.send(PredictDrawn(canvas.picture))
    (drawn,) = talk.until(DrawnShown)
    expected = Network(graph).predict(canvas.picture[None].astype(np.float32) / 255)
    assert list(drawn.said) == ["output1", "aside"]
    np.testing.assert_allclose(drawn.said["output1"], expected[0], atol=1e-5)
    talk.send(ShowMaps("input1", gradients=True, item=drawn.item))
    (maps,) = talk.until(MapsShown)
    np.testing.assert_array_equal(maps.maps, drawn.item)
    assert (maps.label, maps.gradients) == ("", None)


def test_signals_cannot_be_drawn(talk: Talk) -> None:
    talk.send(Show(BY_ID["tdnn"].design()), ShowCanvas(0), ShowSaliency("input1"))
    first, second = talk.until(Refused, where=lambda one: one.asked == "saliency")
    assert "cannot be drawn" in first.sentence
    assert "drawn over pictures" in second.sentence
