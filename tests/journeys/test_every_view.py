"""Every view shows a trained network for what it is: a picture that is not empty, in both looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.cores import thread_limits
from core.data.augment import Shift
from core.design import DataChoice
from core.zoo import BY_ID
from designer.document import edits
from designer.theme import theme
from designer.viewers.looker import Looker
from designer.viewers.tools import ViewTools
from designer.viewers.words import run_title
from designer.window import Window
from tests.support.all_views import float_all, views
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds
NODE = "conv2"
FEWEST_COLORS, MOST_OF_ONE = 60, 0.97  # of a picture; one sentence on an empty ground has fewer
NO_RUN = {"sizes", "ruler", "kernel-lab", "cortex", "variants", "examples"}  # about no weights
OF_LAYER = {"filters", "maps", "stepper", "sizes", "field", "patches", "dream", "surgery"}
CHOSEN_FIRST = {"examples"}  # shows a list until an example is opened
# A network with data of their kind, and a layer.
OF_OTHER_DATA = {"signal": ("tdnn", "frames"), "boxes": ("box-and-class", "conv1")}


@pytest.fixture(autouse=True)
def light_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)
    yield
    theme.apply("light")


def pixels(widget: QWidget) -> NDArray[np.uint8]:
    """What a widget looks like (pixels, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return lines[:, : 3 * image.width()].reshape(-1, 3)


def is_drawn(view: QWidget) -> bool:
    """Whether the picture of a view has many colors and no ground that takes nearly all of it."""
    tools = max(view.findChildren(ViewTools), key=QWidget.isVisible, default=None)  # of its page
    _, counts = np.unique(pixels(tools.picture if tools else view), axis=0, return_counts=True)
    return len(counts) >= FEWEST_COLORS and counts.max() <= MOST_OF_ONE * counts.sum()


def words(view: QWidget) -> str:
    """All that is written in labels that can be seen."""
    return " | ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def is_ready(id: str, view: QWidget) -> bool:
    if not isinstance(view, Looker) or id in CHOSEN_FIRST:
        return True
    return not (view.is_empty or view.asking.waiting)


def train(window: Window, qtbot: QtBot) -> None:
    """One epoch on digits that are shifted by chance."""
    design = window.document.design
    data = DataChoice(design.data.source, design.data.policy, (Shift(2.0, 2.0),))
    plan = design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Plan", edits.set_data(edits.set_plan(design, plan), data))
    window.session.train_anew()
    qtbot.waitUntil(
        lambda: window.session.run is not None and not window.engine.is_busy, timeout=PATIENCE
    )


def test_pictures_are_not_empty_and_are_named(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.start("lenet5")
    train(window, qtbot)
    found: dict[str, Any] = views(window)
    for id in OF_OTHER_DATA:
        found.pop(id)
    window.selection.set(node=NODE)
    for one in ("surgery", "operation"):
        found[one].items.setValue(32)
    found["dream"].steps.setValue(16)
    float_all(window)
    qtbot.waitUntil(lambda: all(is_ready(id, view) for id, view in found.items()), timeout=PATIENCE)
    run = run_title(window.selection.spot.run)
    for look in ("light", "dark"):
        theme.apply(look)
        empty = [id for id, view in found.items() if not is_drawn(view)]
        assert not empty, look
    unnamed = [id for id in found if id not in NO_RUN and run not in words(found[id])]
    assert not unnamed, run
    assert not [id for id in OF_LAYER if NODE not in words(found[id])]


@pytest.mark.parametrize("id", OF_OTHER_DATA)
def test_views_of_other_data_show_theirs(open_window: Open, qtbot: QtBot, id: str) -> None:
    template, node = OF_OTHER_DATA[id]
    window = open_window()
    window.files.start(template)
    design = window.document.design
    few = replace(design.data.source, train=128, validation=48)
    few_items = DataChoice(few, design.data.policy)
    plan = design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Few", edits.set_data(edits.set_plan(design, plan), few_items))
    window.session.train_anew()
    qtbot.waitUntil(
        lambda: window.session.run is not None and not window.engine.is_busy, timeout=PATIENCE
    )
    window.selection.set(node=node)
    window.docks.show(id)
    window.docks.docks[id].setFloating(True)
    view = window.docks.docks[id].widget()
    qtbot.waitUntil(lambda: is_ready(id, view), timeout=PATIENCE)
    for look in ("light", "dark"):
        theme.apply(look)
        assert is_drawn(view), look
    assert run_title(window.selection.spot.run) in words(view)


@pytest.mark.parametrize("id", OF_OTHER_DATA)
def test_where_there_is_none_of_the_kind_a_button_opens_some(
    open_window: Open, qtbot: QtBot, id: str
) -> None:
    window = open_window()
    window.files.start("lenet5")
    window.selection.set(node=NODE)
    window.docks.show(id)
    view = window.docks.docks[id].widget()
    button = view.empty.button
    qtbot.waitUntil(lambda: button.text().startswith("Open "), timeout=PATIENCE)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    template, node = OF_OTHER_DATA[id]
    assert window.document.design.graph == BY_ID[template].build()
    window.selection.set(node=node)
    qtbot.waitUntil(lambda: is_ready(id, view), timeout=PATIENCE)
