"""Boxes and pose: what is drawn and said follows the engine's answers; the slider edits weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.answers.studio import Studio
from core.answers.views import ViewAnswers
from core.data.dataset import Field
from core.design import DataChoice
from core.questions.particular import BoxesShown
from core.training.events import EpochDone, Started
from core.zoo import BY_ID
from designer.document import edits
from designer.document.document import Document
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from designer.tokens import DARK
from designer.viewers.box_paint import SAID, TRUTH, tile
from designer.viewers.boxes import BoxesView
from designer.viewers.selection import Selection
from tests.designer.viewers.conftest import QuietEngine

LEFT = Qt.MouseButton.LeftButton
ITEMS = 40


class Stage:
    """A view of one template with few items, and the engine's own answers."""

    def __init__(self, qtbot: QtBot, engine: QuietEngine, template: str) -> None:
        design = BY_ID[template].design()
        if template != "lenet5":
            few: Any = replace(design.data.source, train=16, validation=ITEMS)  # type: ignore[type-var]
            design = replace(design, data=DataChoice(few, design.data.policy))
        self.document = Document(design)
        self.selection = Selection(self.document)
        self.engine = engine
        self.session = Session(self.document, engine)
        self.view = BoxesView(self.selection, engine, Vitals(self.document, self.session))
        qtbot.addWidget(self.view)
        self.view.resize(900, 560)
        self.view.show()

    def answer(self) -> BoxesShown:
        """Let the engine answer what was asked last."""
        studio = Studio()
        studio.show(self.document.design)
        asked: Any = self.engine.asked("boxes")[-1]
        *_, shown = ViewAnswers(studio).explore(None, asked)
        self.engine.say(shown)
        assert isinstance(shown, BoxesShown)
        return shown


@pytest.fixture
def open_stage(qtbot: QtBot, engine: QuietEngine) -> Iterator[Callable[[str], Stage]]:
    """Opens views; their sessions go with their timers."""
    stages: list[Stage] = []

    def make(template: str) -> Stage:
        stages.append(Stage(qtbot, engine, template))
        return stages[-1]

    yield make
    for stage in stages:
        stage.session.deleteLater()
        QCoreApplication.sendPostedEvents(stage.session, QEvent.Type.DeferredDelete)


@pytest.fixture
def boxes(open_stage: Callable[[str], Stage]) -> Stage:
    return open_stage("box-and-class")


@pytest.fixture
def pose(open_stage: Callable[[str], Stage]) -> Stage:
    return open_stage("pose")


def test_the_iou_is_written_out(boxes: Stage) -> None:
    shown = boxes.answer()
    assert shown.found is not None
    truth, said = shown.found.truth, shown.found.said
    assert truth is not None
    low = np.maximum(truth.min(axis=0), said.min(axis=0))
    high = np.minimum(truth.max(axis=0), said.max(axis=0))
    common = np.maximum(high - low, 0).prod()
    areas = [float(np.prod(one.max(axis=0) - one.min(axis=0))) for one in (truth, said)]
    words = boxes.view.words.text()
    assert words.startswith("IoU = common / (true + said − common) = ")
    assert float(words.rsplit("= ", 1)[1]) == pytest.approx(
        common / (sum(areas) - common), rel=0.01
    )
    assert boxes.view.title.text().startswith("corners_out · item 0, class ")
    assert f"mean IoU of {ITEMS} items" in boxes.view.title.text()


def test_joints_are_told_in_pixels(pose: Stage) -> None:
    shown = pose.answer()
    assert shown.found is not None
    assert shown.found.truth is not None
    pixels = np.hypot(*((shown.found.said - shown.found.truth) * 48).T)
    words = pose.view.words.text()
    assert f"{pixels.mean():.3g} pixels of 48 × 48" in words
    assert shown.found.many.field.names[int(pixels.argmax())] in words
    assert not pose.view.balance.isVisible()  # there is one loss alone


def test_the_worst_come_first_and_a_click_looks_at_them(boxes: Stage, qtbot: QtBot) -> None:
    shown = boxes.answer()
    assert shown.found is not None
    many = shown.found.many
    assert many.scores[many.worst[0]] == many.scores.min()
    boxes.view.worst.tile_clicked.emit(3)
    assert boxes.selection.spot.sample == many.worst[3]
    assert boxes.engine.asked("boxes")[-1].sample == many.worst[3]
    boxes.answer()
    assert boxes.view.worst.selected == 3
    assert boxes.view.item.value() == many.worst[3]


def test_the_slider_moves_weight_and_can_be_undone(boxes: Stage, qtbot: QtBot) -> None:
    boxes.answer()
    slider, document = boxes.view.balance.slider, boxes.document
    assert slider.value() == 50
    assert boxes.view.balance.isVisible()
    slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    weights = boxes.view.balance.weights
    assert weights == {"class_out": pytest.approx(0.94), "corners_out": pytest.approx(1.06)}
    assert document.history.count() == 1  # moves in a row are one step
    document.history.undo()
    assert boxes.view.balance.weights == {"class_out": 1.0, "corners_out": 1.0}
    assert slider.value() == 50


def test_the_losses_of_the_run(boxes: Stage) -> None:
    boxes.answer()
    more = {"class_out.loss": 2.0, "corners_out.loss": 0.1}
    train = {"class_out.train_loss": 2.5, "corners_out.train_loss": 0.2}
    boxes.engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, ""))
    for epoch in (1, 2):
        done = EpochDone(epoch, 2.7, 0.3, 2.1, 0.3, 0.1, 1.0, True, more, 0.0, train)
        boxes.engine.say(done)
    plot = boxes.view.losses
    x, y = plot.curve("corners_out")
    np.testing.assert_array_equal(x, [1, 2])
    np.testing.assert_array_equal(y, [0.1, 0.1])
    np.testing.assert_array_equal(plot.curve("class_out, training")[1], [2.5, 2.5])
    assert set(boxes.view.numbers()) == {
        "truth", "said", "scores", "class_out_training", "class_out_validation",
        "corners_out_training", "corners_out_validation",
    }  # fmt: skip


def test_digits_have_no_boxes(open_stage: Callable[[str], Stage], qtbot: QtBot) -> None:
    stage = open_stage("lenet5")
    assert stage.answer().found is None
    assert "No Output here learns a box or points" in stage.view.empty.accessibleName()
    with qtbot.waitSignal(stage.view.template_wanted) as wanted:
        qtbot.mouseClick(stage.view.empty.button, LEFT)
    assert wanted.args == ["box-and-class"]


def test_an_output_that_learns_a_box_is_needed(
    open_stage: Callable[[str], Stage], qtbot: QtBot
) -> None:
    """The data have boxes, but nothing learns them until an Output is told to."""
    stage = open_stage("box-and-class")
    document = stage.document
    learning = document.design
    document.attempt("Drop", lambda design: edits.delete(design, ["corners", "corners_out"]))
    assert stage.answer().found is None  # an answer to what was asked before
    qtbot.waitUntil(lambda: len(stage.engine.asked("boxes")) == 2)
    assert "learns a box" not in stage.view.empty.sentence
    assert stage.answer().found is None
    assert "No Output here learns a box or points" in stage.view.empty.sentence
    asked = len(stage.engine.asked("boxes"))
    stage.selection.set(sample=3)
    assert len(stage.engine.asked("boxes")) == asked
    document.apply("Back", learning)
    qtbot.waitUntil(lambda: len(stage.engine.asked("boxes")) > asked)
    assert stage.answer().found is not None


def test_both_are_drawn_over_a_picture() -> None:
    """The truth along the left, what is said along the right edge of a gray picture."""
    picture = np.full((1, 8, 8), 128, np.uint8)
    field = Field("points", names=("a", "b"), bones=((0, 1),))
    left = np.array([[0.1, 0.1], [0.1, 0.9]], np.float32)
    right = np.array([[0.9, 0.1], [0.9, 0.9]], np.float32)
    drawn = tile(picture, 320, field, truth=left, said=right)
    assert drawn.shape == (320, 320, 3)

    def near(token: str, part: Any) -> int:
        color = QColor(DARK.color(token))
        wanted = np.array([color.red(), color.green(), color.blue()])
        return int((np.abs(part.astype(int) - wanted).max(axis=2) < 48).sum())

    assert near(TRUTH, drawn[:, :80]) > 240
    assert near(SAID, drawn[:, :80]) == 0
    assert near(SAID, drawn[:, 240:]) > 80  # dashed: less of it
    assert near(SAID, drawn[:, 240:]) < near(TRUTH, drawn[:, :80])
