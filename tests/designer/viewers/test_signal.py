"""Signals over time: frames, lanes and sums follow the one selection, on answers of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.questions.particular import ShowSignal, SignalShown
from core.zoo import BY_ID
from designer.document.document import Document
from designer.viewers.selection import Selection
from designer.viewers.signal import AXES, POOLING, SignalView
from tests.designer.viewers.conftest import QuietEngine

LEFT = Qt.MouseButton.LeftButton


class Stage:
    """A view of one template, with the engine's own answers."""

    def __init__(self, qtbot: QtBot, engine: QuietEngine, template: str) -> None:
        self.design = BY_ID[template].design()
        self.document = Document(self.design)
        self.selection = Selection(self.document)
        self.engine = engine
        self.view = SignalView(self.selection, engine)
        qtbot.addWidget(self.view)
        self.view.resize(900, 560)
        self.view.show()
        self.studio = Studio()
        self.studio.show(self.design)

    def look(self, node: str, **spot: int) -> SignalShown:
        """Select a node, and let the engine answer what is asked."""
        self.selection.set(node=node, **spot)
        asked: Any = self.engine.asked("signal")[-1]
        *_, answer = ViewAnswers(self.studio).explore(None, asked)
        self.engine.say(answer)
        assert isinstance(answer, SignalShown)
        return answer

    def choose(self, page: str) -> None:
        """Another page, as by hand."""
        which = self.view.which
        which.setCurrentIndex(which.findData(page))
        which.activated.emit(which.currentIndex())


@pytest.fixture
def wave(qtbot: QtBot, engine: QuietEngine) -> Stage:
    return Stage(qtbot, engine, "tdnn")


@pytest.fixture
def spectrogram(qtbot: QtBot, engine: QuietEngine) -> Stage:
    return Stage(qtbot, engine, "spectrogram-cnn")


def test_the_sum_of_a_wave_and_what_it_sees(wave: Stage) -> None:
    """Frames of 32 samples every 8: value 40 sees samples 320 to 351."""
    shown = wave.look("frames", channel=3)
    assert shown.found is not None
    wave.selection.set(column=40)
    timeline = wave.view.lanes.timeline
    assert timeline is not None
    assert timeline.frames[0].columns == (320, 351)
    assert timeline.filter is not None
    np.testing.assert_array_equal(timeline.filter.columns, np.arange(320, 352))
    y = shown.found.tensors["y"][3, 40]
    assert wave.view.words.text().endswith(f"= {y:.4g}".replace("-", "−"))
    assert "sees 32 samples, 4 ms" in wave.view.title.text()
    assert len(timeline.lanes) == 24


def test_wide_delays_stand_apart(wave: Stage) -> None:
    """Three taps, 4 frames of 8 samples apart, and a sum that is written out moment by moment."""
    wave.look("conv3")
    timeline = wave.view.lanes.timeline
    assert timeline is not None
    assert timeline.filter is not None
    np.testing.assert_array_equal(np.diff(timeline.filter.columns), [32, 32])
    assert wave.view.words.text().startswith("Moment by moment over 32 maps: ")


def test_mouse_and_keys_move_through_time(wave: Stage, qtbot: QtBot) -> None:
    wave.look("frames")
    lanes, asked = wave.view.lanes, len(wave.engine.sent)
    box = lanes.lane_box(2)
    at = QPoint(round(lanes.x_of(15.5 + 8 * 60)), round(box.center().y()))
    qtbot.mouseClick(lanes.viewport(), LEFT, pos=at)
    spot = wave.selection.spot
    assert (spot.channel, spot.column) == (2, 60)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(lanes, key)
    spot = wave.selection.spot
    assert (spot.channel, spot.column) == (3, 61)
    qtbot.keyClick(lanes, Qt.Key.Key_End)
    assert wave.selection.spot.column == 124
    qtbot.keyClick(lanes, Qt.Key.Key_Home)
    assert wave.selection.spot.column == 0
    assert len(wave.engine.sent) == asked  # all of that is known already


def test_a_click_on_the_item_keeps_the_map(wave: Stage, qtbot: QtBot) -> None:
    wave.look("frames", channel=5)
    lanes = wave.view.lanes
    at = QPoint(round(lanes.x_of(15.5 + 8 * 100)), round(lanes.item_box().center().y()))
    qtbot.mouseClick(lanes.viewport(), LEFT, pos=at)
    assert (wave.selection.spot.channel, wave.selection.spot.column) == (5, 100)


def test_pools_of_a_map(wave: Stage) -> None:
    shown = wave.look("frames", channel=1)
    assert shown.found is not None
    wave.choose(POOLING)
    timeline = wave.view.lanes.timeline
    assert timeline is not None
    assert [lane.name for lane in timeline.lanes] == [
        "pool 1 → 125", "pool 2 → 62", "pool 4 → 31", "pool 8 → 15", "pool 16 → 7",
    ]  # fmt: skip
    y = shown.found.tensors["y"][1]
    np.testing.assert_array_equal(timeline.lanes[2].values[0], y[:124].reshape(31, 4).max(axis=1))
    assert not wave.view.sum.isVisible()


def test_a_wave_by_its_frequencies(wave: Stage) -> None:
    wave.look("frames")
    wave.view.item.setCurrentIndex(1)
    wave.view.item.activated.emit(1)
    timeline = wave.view.lanes.timeline
    assert timeline is not None
    assert timeline.item.values.shape == (64, 29)
    assert timeline.frames[0].rows == (0.0, 63.0)
    assert timeline.frames[0].columns == (0, 31)


def test_time_and_frequency_of_one_filter(spectrogram: Stage) -> None:
    shown = spectrogram.look("frequency1")
    assert shown.found is not None
    spectrogram.choose(AXES)
    spectrogram.view.taps.setValue(8)  # an even number has no middle
    assert spectrogram.view.taps.value() == 9
    timeline = spectrogram.view.lanes.timeline
    assert timeline is not None
    over_time, over_frequency = timeline.lanes
    assert over_time.values.shape == (64, 21)
    assert over_frequency.values.shape == (56, 29)
    item = shown.found.item[0].astype(np.float64)
    change = np.array([-1.0] * 4 + [0] + [1] * 4) / 4
    assert over_time.values[10, 3] == pytest.approx(item[10, 3:12] @ change)
    assert over_frequency.values[10, 3] == pytest.approx(item[10:19, 3] @ change)


def test_a_unit_on_a_spectrogram_has_a_span_of_frequencies(spectrogram: Stage) -> None:
    """9 rows of 62.5 Hz from row 20: 1.25 to 1.75 kHz, at one moment."""
    spectrogram.look("frequency1")
    spectrogram.selection.set(row=20, column=7)
    timeline = spectrogram.view.lanes.timeline
    assert timeline is not None
    assert (timeline.frames[0].rows, timeline.frames[0].columns) == ((20, 28), (7, 7))
    assert "1.25 kHz to 1.75 kHz" in spectrogram.view.title.text()


def test_numbers_are_those_that_are_drawn(wave: Stage) -> None:
    shown = wave.look("frames", channel=2)
    assert shown.found is not None
    wave.selection.set(column=9)
    numbers = wave.view.numbers()
    assert numbers["lanes"].shape == (24, 1, 125)
    total = numbers["products"].sum() + shown.found.tensors["bias"][2]
    assert total == pytest.approx(float(shown.found.tensors["y"][2, 9]), abs=1e-5)
    np.testing.assert_array_equal(numbers["tap_columns"], np.arange(72, 104))


def test_pictures_have_no_time(qtbot: QtBot, engine: QuietEngine) -> None:
    stage = Stage(qtbot, engine, "lenet5")
    assert stage.look("conv2").found is None
    assert "have no time" in stage.view.empty.accessibleName()
    with qtbot.waitSignal(stage.view.template_wanted) as wanted:
        qtbot.mouseClick(stage.view.empty.button, LEFT)
    assert wanted.args == ["tdnn"]
    asked = len(engine.asked("signal"))
    stage.selection.set(node="conv1")
    assert len(engine.asked("signal")) == asked  # the same data have no time either


def test_a_bypassed_layer_shows_what_it_hands_on(wave: Stage, qtbot: QtBot) -> None:
    """The frames are bypassed: one lane, the wave itself, with no sum behind it."""
    resting = wave.design.with_graph(wave.design.graph.with_bypass(["frames"], True))
    wave.document.apply("Bypass", resting)
    wave.studio.show(resting)
    wave.selection.set(node="frames", column=40)
    qtbot.waitUntil(lambda: bool(wave.engine.asked("signal")))
    shown = wave.look("frames")
    assert shown.found is not None
    timeline = wave.view.lanes.timeline
    assert timeline is not None
    (lane,) = timeline.lanes
    np.testing.assert_array_equal(lane.values, shown.found.item[0])
    assert timeline.filter is None
    assert wave.view.words.text().startswith("No window slides here")
    assert not wave.view.sum.isVisible()


def test_a_vector_has_no_lanes(wave: Stage) -> None:
    wave.selection.set(node="linear1")
    assert "gives no values over time" in wave.view.empty.accessibleName()


def test_the_question_names_the_item(wave: Stage) -> None:
    wave.look("frames")
    wave.selection.set(sample=4)
    assert wave.engine.asked("signal")[-1] == ShowSignal("frames", 4)
