"""Looking inside in a real window: what filters and maps show is what the engine has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.network import Network
from core.training.checkpoint import load_weights
from designer.document import edits
from designer.viewers.filters import FiltersView
from designer.viewers.maps import MapsView
from designer.window import Window
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds


def train(window: Window, qtbot: QtBot) -> None:
    design = window.document.design
    plan = design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Plan", edits.set_plan(design, plan))
    window.session.train_anew()
    qtbot.waitUntil(lambda: not window.engine.is_busy, timeout=PATIENCE)
    assert window.session.failure is None


def trained(window: Window) -> Network:
    """The network with the weights of the run's last checkpoint."""
    assert window.session.run is not None
    network = Network(window.document.design.graph)
    load_weights(window.session.run.checkpoints()[-1], network)
    return network


def look(window: Window, qtbot: QtBot, node: str) -> FiltersView:
    window.docks.show("filters")
    window.document.select([node])
    view = window.findChild(FiltersView)
    qtbot.waitUntil(lambda: view.shown_node == node and not view.asking.waiting, timeout=PATIENCE)
    return view


def test_fresh_weights_are_shown_as_such(window: Window, qtbot: QtBot) -> None:
    view = look(window, qtbot, "conv1")
    assert view.title.text() == "conv1 · 6 filters of 5×5 · not trained yet"
    fresh = Network(window.document.design.graph, seed=window.document.design.plan.seed)
    np.testing.assert_array_equal(view.mosaic._tiles.values, fresh.weight("conv1.weight")[:, 0])


def test_train_look_close_and_look_again(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window()
    window.files.start("lenet5")
    window.document.save(tmp_path / "mine.striate")
    train(window, qtbot)
    expected = trained(window).weight("conv1.weight")[:, 0]
    view = look(window, qtbot, "conv1")
    np.testing.assert_array_equal(view.mosaic._tiles.values, expected)
    assert "epoch 1 of run" in view.title.text()
    window.document.save()
    again = open_window()
    assert again.files.load(tmp_path / "mine.striate")
    assert again.curves.words().startswith("Finished · epoch 1 of 1")
    view = look(again, qtbot, "conv1")
    np.testing.assert_array_equal(view.mosaic._tiles.values, expected)
    assert "epoch 1 of run" in view.title.text()


def test_maps_are_what_the_network_computes(window: Window, qtbot: QtBot) -> None:
    train(window, qtbot)
    window.docks.show("maps")
    view = window.findChild(MapsView)
    view.picker.number.setValue(130)
    window.document.select(["relu1"])
    qtbot.waitUntil(lambda: bool(view.picker.answer.text()), timeout=PATIENCE)
    item = view._item
    assert item is not None
    network = trained(window)
    expected = network.activations(item[None], ["relu1"])["relu1"][0]
    np.testing.assert_allclose(view.mosaic._tiles.values, expected, rtol=1e-5, atol=1e-6)
    assert view.classes.shares == pytest.approx(network.predict(item[None])[0], abs=1e-5)
    best = network.predict(item[None])[0].argmax()
    assert view.picker.answer.text().startswith(f"says {best} ")
