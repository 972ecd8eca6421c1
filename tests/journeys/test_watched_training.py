"""A training that every view watches learns bit for bit what one learns that nobody looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from core.cores import thread_limits
from core.data.augment import Shift
from core.design import DataChoice, Design
from core.layers import BatchNorm2d, Dropout
from core.training.runs import RunFolder
from designer.document import edits
from designer.viewers.drawing import DrawingView
from designer.window import Window
from tests.support.all_views import float_all, hide_all
from tests.support.windows import Open

PATIENCE = 60_000  # milliseconds
EPOCHS = 2
CURIOSITY = 60  # milliseconds until something else is looked at
TIMES = {"seconds", "waited"}  # figures of an epoch that no two runs share
ANSWERS = ("filters", "maps", "tensors", "prediction", "drawn", "mistakes", "saliency")
OF_THE_NETWORK = {"filters", "maps", "tensors"}  # the first two with gradients
NODES = ("conv1", "relu1", "pool1", "conv2", "linear1", "output")


def plain(design: Design) -> Design:
    return design


def changed(design: Design) -> Design:
    """With layers that remember and draw, on items that are changed by chance."""
    for layer, source in ((BatchNorm2d(), "conv1"), (Dropout(0.2), "flatten")):
        (wire,) = (one for one in design.graph.wires if one.source == source)
        design, _ = edits.insert_on_wire(design, wire, layer)
    data = design.data
    return edits.set_data(design, DataChoice(data.source, data.policy, (Shift(2.0, 2.0),)))


class Curious:
    """Looks at another layer, item and drawing all the time; counts what is answered."""

    def __init__(self, window: Window) -> None:
        self.answered: Counter[str] = Counter()
        self._window, self._round = window, 0
        engine = window.engine
        for kind in ANSWERS:
            getattr(engine, f"{kind}_received").connect(self._count)
        engine.explored.connect(self._count)
        self._timer = QTimer(window, interval=CURIOSITY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _count(self, answer: Any) -> None:
        if self._window.engine.is_busy:
            self.answered[answer.kind] += 1

    def _look(self) -> None:
        self._round += 1
        node = NODES[self._round % len(NODES)]
        self._window.selection.set(node=node, sample=self._round % 7, channel=self._round % 3)
        if self._round % 5 == 0:
            drawing = self._window.findChild(DrawingView)
            drawing.pad.invert()


def learned(
    window: Window, qtbot: QtBot, curious: Curious | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Everything in the last checkpoint of a new run, and the figures of its epochs.

    Who is curious pauses it until what is asked of the very network in training (all else is asked
    of a copy) has been answered, and goes on looking.
    """
    before = window.session.run
    window.session.train_anew()
    if curious is not None:
        assert window.engine.is_busy
        window.engine.pause()  # at once: a busy window may see the training begin when it is over
        qtbot.waitUntil(lambda: window.engine.state == "paused", timeout=PATIENCE)
        qtbot.waitUntil(lambda: curious.answered.keys() >= OF_THE_NETWORK, timeout=PATIENCE)
        assert window.engine.is_busy
        window.engine.resume()
    qtbot.waitUntil(
        lambda: window.session.run is not before and not window.engine.is_busy, timeout=PATIENCE
    )
    assert window.session.failure is None
    run = window.session.run
    assert isinstance(run, RunFolder)
    epochs = [
        {name: figure for name, figure in event.items() if name not in TIMES}
        for event in run.events()
        if event["event"] == "epoch"
    ]
    return load_file(run.checkpoints()[-1]), epochs


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the engine: with several, tests that run side by side would wait for one another."""
    for name, count in thread_limits(1).items():
        monkeypatch.setenv(name, count)


@pytest.mark.parametrize("change", [plain, changed])
def test_views_change_nothing(
    open_window: Open, qtbot: QtBot, change: Callable[[Design], Design]
) -> None:
    window = open_window()
    window.files.start("lenet5")
    design = change(window.document.design)
    plan = design.plan.replace(epochs=EPOCHS, device="cpu")
    window.document.apply("Plan", edits.set_plan(design, plan))
    hide_all(window)
    alone, alone_curve = learned(window, qtbot)
    float_all(window)
    curious = Curious(window)
    watched, watched_curve = learned(window, qtbot, curious)
    curious.stop()
    assert len(alone_curve) == EPOCHS
    assert watched_curve == alone_curve
    assert watched.keys() == alone.keys()
    for name, values in alone.items():
        assert watched[name].tobytes() == values.tobytes(), name
