"""What a map would like best: frames on the way, the end, and a map that is silent."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.explain.dream import Dream, Restraint
from core.explain.patches import Strongest
from core.messages import Cancel, Cancelled
from core.questions.exploring import Dreaming, DreamShown, PatchesShown, PicturesShown, ShowDream
from designer.viewers.dream import DreamView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

PICTURES = np.random.default_rng(0).random((2, 1, 28, 28), np.float32)


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> DreamView:
    selection.set(node="conv2")
    made = DreamView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    return made


def dream(steps: int, *, silent: bool = False) -> Dream:
    values = np.stack([np.arange(steps), np.arange(steps) / 2], axis=1)
    return Dream(PICTURES * (steps / 10), values, silent)


def test_frames_are_drawn_on_the_way(view: DreamView, engine: QuietEngine) -> None:
    assert engine.asked("dream")[-1] == ShowDream("conv2", 0, 256, 0)
    engine.say(Dreaming("dream", 5, 256, dream(5)))
    assert not view.is_empty
    assert view.errand.line.fraction == 5 / 256
    np.testing.assert_allclose(view.pictures._tiles.values[..., 0], PICTURES[:, 0] / 2)
    assert len(view.curve.curve("naive")[0]) == 5
    engine.say(DreamShown(0, engine.asked("dream")[-1], dream(10)))
    assert view.title.text() == "conv2, map 0 · 9 and 4.5 after 10 steps · not trained yet"
    np.testing.assert_array_equal(view.numbers()["pictures"], PICTURES)


def test_another_map_and_seed_are_asked_for(
    view: DreamView, engine: QuietEngine, selection: Selection
) -> None:
    view.map.setValue(3)
    assert engine.sent[-1] == Cancel("dream")
    engine.say(Cancelled("dream"))
    assert selection.spot.channel == 3
    assert engine.asked("dream")[-1].channel == 3
    view.seed.setValue(8)
    engine.say(Cancelled("dream"))
    assert engine.asked("dream")[-1].seed == 8


def test_what_holds_it_back_is_set_and_told(
    view: DreamView, engine: QuietEngine, qtbot: QtBot
) -> None:
    engine.say(DreamShown(0, engine.asked("dream")[-1], dream(10)))
    assert view.held.text() == "Decay 0.5 %, blur every 4, jitter 1"
    assert (
        "Regularized: moved by up to 1 cell at random in each step,"
        " 0.5 % of the way back to gray in each step, blurred 1 : 2 : 1 every 4 steps. It is"
    ) in view.tools.how.text()
    assert not view.settings.blur.isVisible()
    qtbot.mouseClick(view.more, Qt.MouseButton.LeftButton)
    for field, typed in (
        (view.settings.decay, "2.5"),
        (view.settings.blur, "0"),
        (view.settings.jitter, "3"),
    ):
        view.asking._rest.stop()
        field.selectAll()
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        engine.say(Cancelled("dream"))
    assert view.settings.blur.text() == "No blur"
    asked = engine.asked("dream")[-1]
    assert asked.restraint == Restraint(decay=0.025, blur_every=0, jitter=3)
    engine.say(DreamShown(0, asked, dream(10)))
    words = "moved by up to 3 cells at random in each step, 2.5 % of the way back to gray"
    assert view.held.text() == "Decay 2.5 %, no blur, jitter 3"
    assert words in view.tools.how.text()
    assert "blurred" not in view.tools.how.text().partition("Regularized")[2]
    made = {name: float(view.numbers()[name]) for name in ("seed", "decay", "blur_every", "jitter")}
    assert made == pytest.approx({"seed": 0, "decay": 0.025, "blur_every": 0, "jitter": 3})


def test_a_silent_map_is_told(view: DreamView, engine: QuietEngine) -> None:
    engine.say(DreamShown(0, engine.asked("dream")[-1], dream(1, silent=True)))
    assert "the map is silent" in view.title.text()


def test_an_answer_about_another_map_is_let_go(
    view: DreamView, engine: QuietEngine, selection: Selection
) -> None:
    old = engine.asked("dream")[-1]
    selection.set(channel=5)
    engine.say(DreamShown(0, old, dream(10)))
    assert view.shown is None


def test_the_input_is_the_picture_itself(view: DreamView, selection: Selection) -> None:
    selection.set(node="input")
    assert "choose a layer after it" in view.empty.accessibleName()


def test_signals_are_drawn_as_rows(view: DreamView, engine: QuietEngine) -> None:
    rows = Dream(PICTURES[:, :, 0], np.zeros((3, 2)))
    engine.say(DreamShown(0, engine.asked("dream")[-1], rows))
    assert view.pictures._tiles.values.shape == (2, 1, 28)


def test_the_strongest_real_patches_stand_below(view: DreamView, engine: QuietEngine) -> None:
    engine.say(DreamShown(4, engine.asked("dream")[-1], dream(10)))
    request = engine.asked("patches")[-1]
    assert (request.node, request.count) == ("conv2", 6)
    items = np.tile(np.arange(6) + 20, (16, 1))
    values = np.tile(np.linspace(6, 1, 6, dtype=np.float32), (16, 1))
    places = Strongest(values, items, np.full_like(items, 1), np.full_like(items, 2))
    engine.say(PatchesShown(4, request, 1000, places))
    asked = engine.asked("pictures")[-1]
    assert asked.items == (20, 21, 22, 23, 24, 25)
    pixels = np.random.default_rng(1).integers(0, 256, (6, 1, 28, 28)).astype(np.uint8)
    engine.say(PicturesShown(4, asked, pixels, ("1",) * 6))
    shown = view.real._tiles.values  # conv2 sees 14 cells from 2·1 − 2 and 2·2 − 2
    np.testing.assert_allclose(shown[3, :, :, 0], pixels[3, 0, 0:14, 2:16] / 255, atol=1e-6)
    assert view.real.grid._captions[0] == "6"
