"""Stepping through a trained network in a real window: every number is the engine's own."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.network import Network
from core.training.checkpoint import load_weights
from designer.document import edits
from designer.viewers.maps import MapsView
from designer.viewers.stepper import StepperView
from designer.window import Window

PATIENCE = 60_000  # milliseconds


def train(window: Window, qtbot: QtBot) -> Network:
    """The network after an epoch."""
    design = window.document.design
    plan = design.plan.replace(epochs=1, device="cpu")
    window.document.apply("Plan", edits.set_plan(design, plan))
    window.session.train_anew()
    qtbot.waitUntil(lambda: not window.engine.is_busy, timeout=PATIENCE)
    assert window.session.run is not None
    network = Network(window.document.design.graph)
    load_weights(window.session.run.checkpoints()[-1], network)
    return network


def test_from_a_pixel_of_a_map_to_its_sum_and_its_gradients(window: Window, qtbot: QtBot) -> None:
    network = train(window, qtbot)
    window.docks.show("maps")
    maps = window.findChild(MapsView)
    window.document.select(["conv2"])
    qtbot.waitUntil(lambda: maps.shown_node == "conv2", timeout=PATIENCE)
    item = maps._item
    assert item is not None
    grid = maps.mosaic.grid
    layout = grid.layout_now
    x, y = layout.place(4)
    cell = layout.tile[0] / 10
    at = grid.viewport().rect().topLeft()
    at.setX(round((x + 6.5 * cell) / grid.devicePixelRatioF()))
    at.setY(round((y + 3.5 * cell) / grid.devicePixelRatioF()))
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert window.selection.spot.value == (4, 3, 6)
    assert window.session.run is not None
    assert window.selection.spot.run == str(window.session.run.path)

    window.docks.show("stepper")
    view = window.findChild(StepperView)
    qtbot.waitUntil(lambda: view.shown_node == "conv2", timeout=PATIENCE)
    walk = view.page.walk
    assert walk is not None
    assert walk.target == (4, 3, 6)
    values = network.activations(item[None], ["pool1", "conv2"])
    seen, w = values["pool1"][0, :, 3:8, 6:11], network.weight("conv2.weight")[4]
    by_hand = float((seen * w).sum()) + network.weight("conv2.bias")[4]
    frame = walk.view().frame
    assert frame is not None
    assert_allclose(frame.total, by_hand, rtol=1e-4, atol=1e-5)
    assert_allclose(frame.engine, values["conv2"][0, 4, 3, 6], rtol=1e-4, atol=1e-5)

    label = np.array([int(maps._label)])
    values = network.run_forward(network.upload(item[None]))
    losses = network.losses(values, network.encode(label))
    network.run_backward(losses.gradients)
    view.page.bar.modes.buttons["filter"].click()
    view.page.step(7)
    frame = walk.view().frame
    assert frame is not None
    expected = network.gradient("conv2.weight").reshape(-1, 5, 5)[walk.target]
    assert_allclose(frame.total, expected, rtol=1e-3, atol=1e-6)
    assert "as the engine has it" in view.page.result.text()
