"""A worked example in a real window on the real engine: opened, walked, predicted, changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.lessons import BY_ID, EXAMPLES
from core.lessons.notes import NOTES
from designer.document.edits import set_settings
from designer.gallery import ExampleCard
from designer.viewers.examples import ExamplesView
from designer.window import Window

PATIENCE = 60_000  # milliseconds
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def empty(open_window: Callable[[], Window]) -> Window:
    """A window that shows the welcome page."""
    return open_window()


def arrive(window: Window, qtbot: QtBot, stage: int) -> ExamplesView:
    """Wait until a stage is shown."""
    view = window.docks.docks["examples"].widget()
    qtbot.waitUntil(
        lambda: view.number == stage and view._found is not None and bool(view.shown_node),
        timeout=PATIENCE,
    )
    return view


def go(window: Window, qtbot: QtBot, stage: int) -> ExamplesView:
    """To a stage, by keys, from the one that is shown."""
    view = window.docks.docks["examples"].widget()
    while view.number != stage:
        key = Qt.Key.Key_Right if view.number < stage else Qt.Key.Key_Left
        qtbot.keyClick(view, key)
    return arrive(window, qtbot, stage)


def test_from_the_welcome_page_to_the_filter_gradient(empty: Window, qtbot: QtBot) -> None:
    window = empty
    qtbot.mouseClick(window.welcome.examples, LEFT)
    cards = window.welcome.gallery.examples.cards
    card = next(one for one in cards if one.objectName() == "toy")
    assert isinstance(card, ExampleCard)
    qtbot.mouseClick(card, LEFT)
    view = arrive(window, qtbot, 0)
    assert window.windowTitle().startswith("5×5, end to end")
    assert view.words.text() == BY_ID["toy"].stages[0].words
    assert view.verdict.text() == "2, as worked out by hand"

    view = go(window, qtbot, 4)
    assert window.document.selection == ("conv",)
    assert window.selection.spot.value == (0, 0, 2)
    assert view.pages.sum.grids.right.marks.cell() == (0, 2)
    assert view.pages.sum.grids.right.numbers.values.tolist() == [
        [-1, 1, 1],
        [2, 0, -2],
        [-2, 1, 1],
    ]

    stages = BY_ID["toy"].stages
    place = next(n for n, one in enumerate(stages) if one.show == "filter" and one.notes == ("X1",))
    view = go(window, qtbot, place)
    assert NOTES["X1"].text in view.note.text()
    assert view.note_frame.isVisible()
    assert view.verdict.text() == "1.33638, as worked out by hand"
    assert view.pages.sum.lines[2].text().startswith("w − rate · dw = 1 − 0.1 · 1.336")


def test_predict_then_see(empty: Window, qtbot: QtBot) -> None:
    window = empty
    window.lessons.open("rows")
    view = arrive(window, qtbot, 0)
    view.bar.predict.click()
    grid = view.pages.sum.grids.right
    assert grid.marks.secret
    assert view.verdict.text().startswith("What comes out?")
    assert "= ?" in view.pages.sum.lines[1].text()
    qtbot.keyClicks(view.guess, "-5")
    qtbot.keyClick(view.guess, Qt.Key.Key_Return)
    assert view.verdict.text() == "It is −4: 1 away."
    assert not grid.marks.secret
    view = go(window, qtbot, 1)
    assert grid.marks.secret
    qtbot.keyClicks(view.guess, "-3")
    qtbot.keyClick(view.guess, Qt.Key.Key_Return)
    assert view.verdict.text() == "Right: it is −3."


@pytest.mark.parametrize(("example", "stage"), [("strides", 0), ("softmax", 1), ("hidden", 2)])
def test_every_page_hides_what_is_predicted(
    empty: Window, qtbot: QtBot, example: str, stage: int
) -> None:
    """Formulas, the table of a loss and plain sheets, too."""
    window = empty
    window.lessons.open(example)
    arrive(window, qtbot, 0)
    view = go(window, qtbot, stage)
    page = view.pages.currentWidget()
    view.bar.predict.click()
    if page is view.pages.formulas:
        assert any(text.endswith("= ?") for _, text in view.pages.formulas.lines)
    else:
        grid = view.pages.loss.grid if page is view.pages.loss else view.pages.sheets.right
        assert grid.marks.secret
    right = BY_ID[example].stages[stage].right
    qtbot.keyClicks(view.guess, f"{right}")
    qtbot.keyClick(view.guess, Qt.Key.Key_Return)
    assert view.verdict.text().startswith("Right")


def test_a_change_changes_the_numbers_and_undo_brings_them_back(
    empty: Window, qtbot: QtBot
) -> None:
    window = empty
    window.lessons.open("binary")
    view = arrive(window, qtbot, 0)
    assert view.verdict.text() == "4, as worked out by hand"
    window.document.attempt(
        "Bias", lambda design: set_settings(design, ["s1"], {"bias": True, "out_channels": 2})
    )
    assert window.document.modified
    qtbot.waitUntil(lambda: view.pages.sum.walk.steps.maps == 2, timeout=PATIENCE)
    window.document.history.undo()
    qtbot.waitUntil(lambda: view.pages.sum.walk.steps.maps == 1, timeout=PATIENCE)
    assert view.verdict.text() == "4, as worked out by hand"
    window.document.select(["s1"])
    window.actions_by_id["delete"].trigger()
    qtbot.waitUntil(lambda: view.is_empty, timeout=PATIENCE)
    assert "no longer there" in view.empty.accessibleName()
    window.document.history.undo()
    arrive(window, qtbot, 0)


def test_the_list_is_in_the_help_menu_and_finds_by_name(empty: Window, qtbot: QtBot) -> None:
    window = empty
    window.actions_by_id["examples"].trigger()
    sheet = window.lessons.sheet
    assert sheet is not None
    assert len(sheet.rows) == len(BY_ID)
    QTest.keyClicks(sheet.search, "grow")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    view = arrive(window, qtbot, 0)
    assert view.example is BY_ID["grown"]
    assert window.lessons.sheet is None
    window.files.start("lenet5")  # another document: the example is over
    qtbot.waitUntil(lambda: view.is_empty, timeout=PATIENCE)
    with qtbot.waitSignal(view.list_wanted):
        view.empty.button.click()


def test_training_takes_the_last_step(empty: Window, qtbot: QtBot) -> None:
    """The loss table of the last stage shows y before and after one real step."""
    window = empty
    window.lessons.open("toy")
    arrive(window, qtbot, 0)
    last = len(BY_ID["toy"].stages) - 1
    view = go(window, qtbot, last)
    assert round(float(view.pages.loss.grid.numbers.values[0, 1]), 3) == 0.332
    window.actions_by_id["train"].trigger()
    qtbot.waitUntil(
        lambda: round(float(view.pages.loss.grid.numbers.values[0, 1]), 3) == 0.902,
        timeout=PATIENCE,
    )


def test_it_plays_by_itself(empty: Window, qtbot: QtBot) -> None:
    window = empty
    window.lessons.open("rows")
    view = arrive(window, qtbot, 0)
    view.bar.player.clock.setInterval(1)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.number == 3, timeout=PATIENCE)
    assert not view.bar.player.play.isChecked()  # it stops at the end


def test_a_saved_example_goes_on_where_it_was_left(
    empty: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window, path = empty, tmp_path / "mine.striate"
    window.lessons.open("rows")
    arrive(window, qtbot, 0)
    go(window, qtbot, 1)
    window.document.save(path)
    go(window, qtbot, 2)
    window.files.start("lenet5")
    view = window.docks.docks["examples"].widget()
    assert view.example is None
    window.files.load(path)
    view = arrive(window, qtbot, 2)
    assert view.example is BY_ID["rows"]
    assert view.words.text() == BY_ID["rows"].stages[2].words


def test_two_saved_examples_keep_apart_where_they_were_left(
    empty: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window = empty
    for name, stage in (("one", 2), ("two", 1)):
        window.lessons.open("rows")
        arrive(window, qtbot, 0)
        window.document.save(tmp_path / f"{name}.striate")
        go(window, qtbot, stage)
    window.files.load(tmp_path / "one.striate")
    arrive(window, qtbot, 2)
    window.files.load(tmp_path / "two.striate")
    arrive(window, qtbot, 1)


def test_any_other_project_has_no_lesson(empty: Window, tmp_path: Path) -> None:
    window, path = empty, tmp_path / "plain.striate"
    window.files.start("lenet5")
    window.document.save(path)
    window.files.new()
    window.files.load(path)
    assert window.docks.docks["examples"].isHidden()


def test_p_goes_from_the_mean_to_the_maximum(empty: Window, qtbot: QtBot) -> None:
    """E5 of lecture 004: the same four numbers under one window, for every p."""
    window = empty
    example = next(one for one in EXAMPLES if any(stage.node == "norm" for stage in one.stages))
    window.lessons.open(example.id)
    view = arrive(window, qtbot, 0)
    at = next(
        n for n, one in enumerate(example.stages) if (one.node, one.show) == ("norm", "forward")
    )
    view = go(window, qtbot, at)
    page = view.pages.sum
    assert page.power.isVisible()
    assert page.power.words.text() == "p = 5"
    walk = page.walk
    under = walk.view().frame.left ** (1 / 5)  # the numbers themselves
    for p, expected in ((1, under.mean()), (2, np.sqrt((under**2).mean())), (20, None)):
        page.power.slider.setValue(p)
        found = page.walk.view().frame.total
        wanted = expected if expected is not None else ((under**20).mean()) ** (1 / 20)
        assert found == pytest.approx(wanted, rel=1e-6)
    assert found == pytest.approx(under.max(), rel=0.08)
    qtbot.mouseClick(page.bar.restore, LEFT)
    assert page.power.words.text() == "p = 5"
