"""A network that does not learn is told why on its canvas, and one click makes it learn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.optimizers import SGD
from core.training.runs import RunFolder
from designer.document import edits
from designer.viewers.health import HealthView
from tests.support.windows import Open

PATIENCE = 120_000  # milliseconds; a slow machine is still a machine


@pytest.mark.slow
def test_a_rate_that_is_too_high_is_found_and_mended(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.start("lenet5")
    document, session, vitals = window.document, window.session, window.vitals
    document.attempt(
        "Plan",
        lambda d: edits.set_plan(
            d, d.plan.replace(epochs=6, device="cpu", optimizer=SGD(lr=1.0, momentum=0.9))
        ),
    )
    window.docks.show("health")
    window.actions_by_id["train"].trigger()
    qtbot.waitUntil(lambda: bool(vitals.illnesses) and not session.engine.is_busy, timeout=PATIENCE)
    ill = {illness.node for illness in vitals.illnesses}
    kinds = {illness.kind for illness in vitals.illnesses}
    nodes = window.canvas.network.nodes
    assert all(nodes[node].look.severity == "warning" for node in ill)
    assert any(line.strength > 0 for line in window.canvas.network.wires.values())
    assert RunFolder(session.run.path).health()
    view = window.findChild(HealthView)
    qtbot.waitUntil(lambda: bool(view.notes), timeout=PATIENCE)
    first = session.run.path
    qtbot.mouseClick(view.notes[0].again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: session.run.path != first and not session.engine.is_busy, timeout=PATIENCE
    )
    assert document.design.plan.optimizer.lr < 1.0
    left = {illness.node for illness in vitals.illnesses}
    assert kinds.isdisjoint(illness.kind for illness in vitals.illnesses)
    assert session.figures.get("validation_accuracy") > 0.8
    assert all(nodes[node].look.severity == "" for node in nodes.keys() - left)
