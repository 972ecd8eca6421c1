"""Who looks elsewhere faster than the engine answers still gets answers, the newest at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.cores import thread_limits
from designer.window import Window
from tests.support.all_views import hide_all
from tests.support.windows import Open

PATIENCE = 30_000  # milliseconds
RESTLESS = 30  # milliseconds until another item is looked at
VIEWS = ("mistakes", "saliency", "drawing", "maps", "dream", "field")
ANSWERS = ("maps", "drawn", "mistakes", "saliency")
EXPLORED = ("dream", "reach")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the engine: with several, tests that run side by side would wait for one another."""
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)


def open_views(window: Window) -> dict[str, Any]:
    found: dict[str, Any] = {id: window.docks.docks[id].widget() for id in VIEWS}
    hide_all(window)  # Qt leaves a dock behind another tab unseen when it is floated
    for id in VIEWS:
        window.docks.docks[id].setFloating(True)
        window.docks.docks[id].show()
    found["saliency"].methods.setCurrentIndex(2)  # occlusion: it takes a while
    found["saliency"].methods.activated.emit(2)
    found["dream"].steps.setValue(16)
    return found


def test_answers_come_while_items_change(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.files.start("lenet5")
    window.selection.set(node="conv2")
    views = open_views(window)
    answered: Counter[str] = Counter()
    for kind in ANSWERS:
        signal = getattr(window.engine, f"{kind}_received")
        signal.connect(lambda _, kind=kind: answered.update([kind]))
    window.engine.explored.connect(lambda answer: answered.update([answer.kind]))
    step = [0]

    def look_elsewhere() -> None:
        step[0] += 1
        window.selection.set(sample=step[0] % 90, channel=step[0] % 6)
        if step[0] % 4 == 0:
            views["drawing"].pad.invert()

    timer = QTimer(window, interval=RESTLESS)
    timer.timeout.connect(look_elsewhere)
    timer.start()
    qtbot.waitUntil(lambda: answered.keys() >= {*ANSWERS, *EXPLORED}, timeout=PATIENCE)
    timer.stop()

    def is_newest() -> bool:
        window.selection.set(sample=95, channel=1)  # a drawing on its way may have come between
        shown = [views[id]._shown for id in ("saliency", "maps")]
        dream = views["dream"].shown
        return all(one and one.sample == 95 for one in shown) and dream.asked.channel == 1

    qtbot.waitUntil(is_newest, timeout=PATIENCE)
