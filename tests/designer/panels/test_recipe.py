"""The recipe in the Training panel: one choice, one step to undo, and "Custom" once edited."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.data.augment import Crop, Flip
from core.optimizers import SGD
from core.schedules import ReduceOnPlateau
from designer.forms.number_box import NumberBox
from designer.panels.recipe import RecipeRow
from designer.window import Window


@pytest.fixture
def recipe(window: Window) -> RecipeRow:
    """The row in a window with LeNet-5."""
    window.docks.show("training")
    return window.training.recipe


def choose(qtbot: QtBot, recipe: RecipeRow, title: str) -> None:
    """Type the first letters of a recipe."""
    recipe.combo.setFocus()
    qtbot.keyClicks(recipe.combo, title[:2])
    assert recipe.combo.currentText() == title


def test_choosing_fills_in_the_rest_as_one_step(
    window: Window, recipe: RecipeRow, qtbot: QtBot
) -> None:
    before = window.document.design
    choose(qtbot, recipe, "ResNet 2015")
    design = window.document.design
    assert design.plan.optimizer == SGD(lr=0.1, momentum=0.9, weight_decay=1e-4)
    assert isinstance(design.plan.schedule, ReduceOnPlateau)
    assert design.plan.batch_size == 256
    assert design.data.augment == (Crop(3), Flip())  # an eighth of 28
    assert window.document.history.undoText() == "Recipe ResNet 2015"
    note = recipe.note.text()
    assert "batch size 256" in note
    assert "learning rate 0.1, momentum 0.9, weight decay 0.0001" in note
    assert "augmentation Crop, Flip" in note
    assert "He normal" in note
    window.actions_by_id["undo"].trigger()
    assert window.document.design == before
    assert not recipe.note.isVisible()


def test_an_edit_makes_it_custom_and_the_old_value_brings_it_back(
    window: Window, recipe: RecipeRow, qtbot: QtBot
) -> None:
    choose(qtbot, recipe, "Adam")
    assert recipe.combo.currentText() == "Adam"
    box = window.training.form.rows["batch_size"].editor.findChild(NumberBox)
    for text, shown in (("65", "Custom"), ("64", "Adam")):
        box.lineEdit().selectAll()
        qtbot.keyClicks(box.lineEdit(), text)
        assert window.document.design.plan.batch_size == int(text)
        assert recipe.combo.currentText() == shown


def test_custom_cannot_be_chosen(window: Window, recipe: RecipeRow, qtbot: QtBot) -> None:
    choose(qtbot, recipe, "AlexNet 2012")
    before = window.document.design
    recipe.combo.setFocus()
    qtbot.keyClick(recipe.combo, Qt.Key.Key_Home)
    assert window.document.design is before
    assert recipe.combo.currentText() == "AlexNet 2012"


def test_what_is_no_way_to_train_leaves_the_note(
    window: Window, recipe: RecipeRow, qtbot: QtBot
) -> None:
    choose(qtbot, recipe, "ResNet 2015")
    note = recipe.note.text()
    window.document.select(["conv1"])
    window.editing.duplicate()
    assert recipe.note.text() == note
