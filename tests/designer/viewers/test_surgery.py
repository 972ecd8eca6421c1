"""Surgery: the order of the maps, boxes that mute them, and what is asked for it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.explain.surgery import Ablation, Worth
from core.messages import Cancel, Cancelled, Going
from core.questions.exploring import AblationShown, ShowAblation
from designer.viewers.selection import Selection
from designer.viewers.surgery import SurgeryView
from tests.designer.viewers.conftest import QuietEngine

NAMES = tuple("0123456789")


@pytest.fixture
def view(qtbot: QtBot, selection: Selection, engine: QuietEngine) -> SurgeryView:
    selection.set(node="relu1")
    made = SurgeryView(selection, engine)
    qtbot.addWidget(made)
    made.resize(620, 260)
    made.show()
    return made


def answer(engine: QuietEngine, *, accuracy: float = 0.9) -> None:
    request: ShowAblation = engine.asked("ablation")[-1]
    losses = np.array([0.5, 0.4, 0.9, 0.3, 0.45, 0.6])
    rights = np.array([0.8, 0.9, 0.5, 0.95, 0.9, 0.7]) * (accuracy / accuracy)
    muted = Worth(0.7, 0.6) if request.muted else Worth(0.4, accuracy)
    found = Ablation(256, Worth(0.4, accuracy), muted, losses, rights)
    said = np.eye(10)[3]
    engine.say(AblationShown(2, request, found, NAMES, "7", np.eye(10)[7], said))


def rows(view: SurgeryView) -> list[str]:
    tree = view.ranking
    return [tree.topLevelItem(at).text(0) for at in range(tree.topLevelItemCount())]


def mute(qtbot: QtBot, view: SurgeryView, name: str) -> None:
    """Click the box of a map."""
    tree = view.ranking
    row = tree.topLevelItem(rows(view).index(name))
    spot = tree.visualItemRect(row).topLeft() + QPoint(16, tree.visualItemRect(row).height() // 2)
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_the_map_that_counts_most_comes_first(view: SurgeryView, engine: QuietEngine) -> None:
    assert engine.asked("ablation")[-1] == ShowAblation("relu1", (), 256, 0)
    answer(engine)
    assert rows(view) == ["map 2", "map 5", "map 0", "map 4", "map 1", "map 3"]
    assert view.ranking.topLevelItem(0).text(1) == "+0.5"
    assert view.ranking.topLevelItem(5).text(1) == "−0.1"
    assert view.ranking.topLevelItem(0).text(2) == "−40.0 %"
    assert "90.0 % right, loss 0.4" in view.title.text()


def test_boxes_mute_maps_together(view: SurgeryView, engine: QuietEngine, qtbot: QtBot) -> None:
    answer(engine)
    view.asking._rest.stop()
    mute(qtbot, view, "map 5")
    assert engine.asked("ablation")[-1].muted == (5,)
    answer(engine)
    assert "without 1 map 60.0 % right, loss 0.7" in view.title.text()
    view.asking._rest.stop()
    mute(qtbot, view, "map 1")
    assert engine.asked("ablation")[-1].muted == (1, 5)
    answer(engine)
    qtbot.mouseClick(view.none, Qt.MouseButton.LeftButton)
    assert engine.asked("ablation")[-1].muted == ()


def test_an_answer_of_before_is_not_shown(
    view: SurgeryView, engine: QuietEngine, qtbot: QtBot
) -> None:
    answer(engine)
    view.asking._rest.stop()
    mute(qtbot, view, "map 5")
    request = engine.asked("ablation")[-1]
    mute(qtbot, view, "map 2")
    assert engine.sent[-1] == Cancel("ablation")
    engine.say(Cancelled("ablation"))
    assert engine.asked("ablation")[-1].muted == (2, 5) != request.muted


def test_a_row_leads_to_its_map_and_another_layer_forgets_the_muted(
    view: SurgeryView, engine: QuietEngine, selection: Selection, qtbot: QtBot
) -> None:
    answer(engine)
    tree = view.ranking
    spot = tree.visualItemRect(tree.topLevelItem(1)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert selection.spot.channel == 5
    view.asking._rest.stop()
    mute(qtbot, view, "map 0")
    selection.set(node="conv2")
    engine.say(Cancelled("ablation"))
    assert engine.asked("ablation")[-1] == ShowAblation("conv2", (), 256, 0)


def test_progress_is_seen_and_outputs_are_left_alone(
    view: SurgeryView, engine: QuietEngine, selection: Selection
) -> None:
    engine.say(Going("ablation", 4, 16))
    assert view.errand.line.fraction == 0.25
    answer(engine)
    assert set(view.numbers()) >= {"losses", "accuracies", "muted", "said"}
    selection.set(node="output")
    assert "choose a layer before it" in view.empty.accessibleName()


def test_values_have_no_right_answers(view: SurgeryView, engine: QuietEngine) -> None:
    answer(engine, accuracy=float("nan"))
    assert view.ranking.isColumnHidden(2)
    assert view.skyline.isVisible()
