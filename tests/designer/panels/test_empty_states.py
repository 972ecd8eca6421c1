"""What panels say while there is nothing to show: what to do, in the same form everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from designer.widgets.empty_state import EmptyState
from designer.window import Window
from tests.support.windows import Open

# A word of what is to be done, by panel.
TOLD = {
    "outline": "Drag",
    "summary": "Drag",
    "ruler": "Add",
    "history": "Change",
    "comparison": "Compare",
    "help": "Select",
    "data": "Add",
    "curves": "press",
    "filters": "Select",
    "maps": "Select",
    "stepper": "Select",
    "sizes": "Select",
    "mistakes": "Add",
}


def state(window: Window, id: str, qtbot: QtBot) -> EmptyState:
    """The empty state of a panel, which must be in sight."""
    window.docks.show(id)
    found = window.docks.docks[id].widget().findChildren(EmptyState)
    assert found
    qtbot.waitUntil(lambda: any(one.isVisible() for one in found))
    return next(one for one in found if one.isVisible())


@pytest.fixture
def nothing(open_window: Open) -> Window:
    """A window whose network has no layer yet."""
    window = open_window()
    window.files.start("")
    return window


def test_every_panel_says_what_to_do(nothing: Window, qtbot: QtBot) -> None:
    for id, word in TOLD.items():
        assert word in state(nothing, id, qtbot).accessibleName(), id


def test_no_problems_says_what_was_checked(window: Window, qtbot: QtBot) -> None:
    told = state(window, "problems", qtbot).accessibleName()
    assert told.startswith("No problems in 14 layers.")
    assert "Wires, sizes, settings" in told
    assert "classes" not in told  # the data have not been looked at yet
    with qtbot.waitSignal(window.engine.data_received, timeout=60_000):
        window.docks.show("data")
    assert "the classes of the data" in state(window, "problems", qtbot).accessibleName()


def test_the_first_step_takes_the_place_of_the_invitation(window: Window, qtbot: QtBot) -> None:
    shown = state(window, "history", qtbot)
    window.document.select(["pool1"])
    window.editing.delete()
    qtbot.waitUntil(window.history.view.isVisible)
    assert not shown.isVisible()
    window.files.start("lenet5")
    qtbot.waitUntil(shown.isVisible)


def test_groups_have_a_page(window: Window, qtbot: QtBot) -> None:
    window.actions_by_id["help_groups"].trigger()
    assert window.help.page.toPlainText().startswith("Groups")
    window.document.select(["conv1"])
    assert "Conv2d" in window.help.page.toPlainText()
    window.document.select(["conv1", "relu1"])
    window.actions_by_id["group"].trigger()
    window.actions_by_id["help"].trigger()
    assert window.help.page.toPlainText().startswith("Groups")


def test_a_sentence_takes_the_lines_it_needs_at_any_width(qtbot: QtBot) -> None:
    """Said while narrow, then seen broad, and the other way round."""
    empty = EmptyState("check", "")
    qtbot.addWidget(empty)
    empty.resize(150, 400)
    empty.show()
    empty.set_sentence("One sentence that is long enough for two or three lines. " * 2)
    label = empty.findChild(QLabel)
    line = label.fontMetrics().lineSpacing()
    narrow = label.height()
    assert narrow >= 7 * line
    empty.resize(800, 400)
    qtbot.waitUntil(lambda: label.height() <= 3 * line)
    empty.resize(150, 400)
    qtbot.waitUntil(lambda: label.height() == narrow)
