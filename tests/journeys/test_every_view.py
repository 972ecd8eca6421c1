"""Every view shows a trained network for what it is: a picture that is not empty, in both looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.cores import thread_limits
from core.data.augment import Shift
from core.design import DataChoice
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
NO_RUN = {"sizes", "ruler", "kernel-lab", "variants", "examples"}  # about no weights
OF_LAYER = {"filters", "maps", "stepper", "sizes", "field", "patches", "dream", "surgery"}
CHOSEN_FIRST = {"examples"}  # shows a list until an example is opened


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
    tools = view.findChild(ViewTools)
    _, counts = np.unique(pixels(tools._picture if tools else view), axis=0, return_counts=True)
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
    window.selection.set(node=NODE)
    found["surgery"].items.setValue(32)
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
