"""Random actions in the real window: nothing crashes, nothing warns, and undo goes all the way."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDockWidget

from tests.support.monkey import Monkey, as_bytes
from tests.support.windows import Open, rest

EVENTS = 3_000
SHOWN = {"layers", "outline", "properties", "problems"}
EVERY = 25  # actions between two rounds of the event loop, which paints


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_monkey_breaks_nothing(open_window: Open, seed: int) -> None:
    window = open_window()
    window.files.start("lenet5")
    for dock in window.findChildren(QDockWidget):  # their own tests show viewers
        dock.setVisible(dock.objectName() in SHOWN)
    monkey = Monkey(window, seed)
    actions = 0
    while monkey.events < EVENTS:
        monkey.act()
        actions += 1
        if actions % EVERY == 0:
            rest()
    assert as_bytes(window) != monkey.first
    assert window.document.history.index() > 50
    assert monkey.undo_all() == monkey.first
