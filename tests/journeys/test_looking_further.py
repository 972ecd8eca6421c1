"""What the views can be asked beyond their first picture, in a real window on the real engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from core.cores import thread_limits
from core.network import Network
from designer.document import edits
from designer.window import Window
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)


@pytest.fixture
def trained(open_window: Open, qtbot: QtBot) -> Window:
    """LeNet-5 after one epoch, with conv1 selected."""
    window = open_window()
    window.files.start("lenet5")
    plan = window.document.design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Plan", edits.set_plan(window.document.design, plan))
    window.session.train_anew()
    qtbot.waitUntil(
        lambda: window.session.run is not None and not window.engine.is_busy, timeout=PATIENCE
    )
    window.selection.set(node="conv1")
    return window


def opened(window: Window, qtbot: QtBot, id: str) -> Any:
    """A view in a window of its own, once it shows something."""
    dock = window.docks.docks[id]
    dock.setFloating(True)
    dock.resize(900, 560)
    dock.show()
    view: Any = dock.widget()
    qtbot.waitUntil(lambda: not view.is_empty and not view.asking.waiting, timeout=PATIENCE)
    return view


def pick(qtbot: QtBot, box: Any, at: int) -> None:
    """Take an entry of a list by keys, as a person does."""
    box.setCurrentIndex(at - 1)
    qtbot.keyClick(box, Qt.Key.Key_Down)


def test_filters_and_maps(trained: Window, qtbot: QtBot) -> None:
    window = trained
    filters = opened(window, qtbot, "filters")
    learned = filters.mosaic._tiles.values.copy()
    pick(qtbot, filters.what, 1)
    qtbot.waitUntil(lambda: "change since" in filters.title.text(), timeout=PATIENCE)
    design = window.document.design
    first = Network(design.graph, seed=design.plan.seed).weight("conv1.weight")[:, 0]
    rounding = 2**-10 * np.abs(first).max()  # the first weights are kept in 16 bits
    np.testing.assert_allclose(filters.mosaic._tiles.values, learned - first, atol=rounding)

    maps = opened(window, qtbot, "maps")
    qtbot.mouseClick(maps.more, LEFT)
    pick(qtbot, maps.settings.of, 1)
    qtbot.waitUntil(lambda: "mean of 64 items" in maps.title.text(), timeout=PATIENCE)
    pick(qtbot, maps.settings.of, 2)
    rows = maps.layers.rows
    qtbot.waitUntil(lambda: len(rows.shown) == len(design.graph.order), timeout=PATIENCE)
    place = rows.shown[4].place(3, 4 * 52).center().toPoint()  # rows are 52 pixels high
    qtbot.mouseClick(rows, LEFT, pos=place)
    assert (window.selection.spot.node, window.selection.spot.channel) == ("conv2", 3)


def test_the_ruler_shows_the_time_of_every_layer_after_a_run(trained: Window, qtbot: QtBot) -> None:
    window = trained
    window.docks.show("ruler")
    picture: Any = window.docks.docks["ruler"].widget().picture
    qtbot.waitUntil(lambda: any(block.seconds for block in picture.blocks), timeout=PATIENCE)
    assert [name for name, _, _ in picture.measures][-1] == "Measured time"
    told = {block.node: block.seconds for block in picture.blocks}
    assert all(told[node] > 0 for node in ("conv1", "pool1", "linear1"))
    assert sum(told.values()) < 60  # seconds of one step, not of a run
    wider = edits.set_settings(window.document.design, ["conv2"], {"out_channels": 20})
    window.document.apply("Wider", wider)
    qtbot.waitUntil(lambda: not any(block.seconds for block in picture.blocks), timeout=PATIENCE)
    assert len(picture.measures) == 4  # these times were of another network


def test_a_typed_weight_changes_the_answer_and_not_the_network(
    trained: Window, qtbot: QtBot
) -> None:
    view = opened(trained, qtbot, "operation")
    view.items.setValue(64)
    qtbot.waitUntil(lambda: view.shown.asked.count == 64, timeout=PATIENCE)
    before, sheet = view.shown.found.before, view.shown.sheet.copy()
    view.grab()  # only what is painted has its place
    spot: QPoint = view.grid.cell_rect(2, 2).center().toPoint()
    qtbot.mouseDClick(view.grid, LEFT, pos=spot)
    view.grid.field.selectAll()
    qtbot.keyClicks(view.grid.field, "40")
    qtbot.keyClick(view.grid.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.shown.asked.cuts) == 1, timeout=PATIENCE)
    assert view.shown.sheet[2, 2] == 40
    assert view.shown.found.after.loss > before.loss
    assert view.shown.found.before.loss == pytest.approx(before.loss)
    qtbot.mouseClick(view.undo, LEFT)
    qtbot.waitUntil(lambda: not view.shown.asked.cuts, timeout=PATIENCE)
    np.testing.assert_array_equal(view.shown.sheet, sheet)


def test_mistakes_field_and_where_it_looks(trained: Window, qtbot: QtBot) -> None:
    mistakes = opened(trained, qtbot, "mistakes")
    pick(qtbot, mistakes.part, 1)
    qtbot.waitUntil(
        lambda: mistakes._shown.train and mistakes._shown.answered is not None, timeout=PATIENCE
    )
    assert mistakes._shown.counts.sum() == 4000
    pick(qtbot, mistakes.beside, 3)
    assert mistakes.calibration.found.counts.sum() == 4000

    field = opened(trained, qtbot, "field")
    qtbot.mouseClick(field.random, LEFT)
    qtbot.waitUntil(
        lambda: field._reach is not None and field._reach.random is not None, timeout=PATIENCE
    )
    assert "With random weights" in field.used.text()

    saliency = opened(trained, qtbot, "saliency")
    qtbot.mouseClick(saliency.check, LEFT)
    qtbot.waitUntil(lambda: saliency._shown.deletion is not None, timeout=PATIENCE)
    found = saliency._shown.deletion
    assert found.hottest < found.by_chance <= found.whole + 0.05
    pick(qtbot, saliency.beside, 4)
    qtbot.waitUntil(lambda: saliency._shown.against == 3, timeout=PATIENCE)
