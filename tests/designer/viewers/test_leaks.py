"""Views that are opened and closed leave no widget and no timer behind."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from core.training.events import Progress, Started
from designer.document.document import Document
from designer.engine.session import Session
from designer.engine.vitals import Vitals
from designer.viewers.boxes import BoxesView
from designer.viewers.cortex import CortexLab
from designer.viewers.curves import CurvesView
from designer.viewers.drawing import DrawingView
from designer.viewers.examples import ExamplesView
from designer.viewers.field import FieldView
from designer.viewers.filters import FiltersView
from designer.viewers.health import HealthView
from designer.viewers.invariance import InvarianceView
from designer.viewers.kernel_lab import KernelLab
from designer.viewers.maps import MapsView
from designer.viewers.mistakes import MistakesView
from designer.viewers.neighbors import NeighborsView
from designer.viewers.operation import OperationView
from designer.viewers.saliency import SaliencyView
from designer.viewers.selection import Selection
from designer.viewers.side_by_side import SideBySideView
from designer.viewers.signal import SignalView
from designer.viewers.stepper import StepperView
from designer.viewers.surgery import SurgeryView
from tests.designer.viewers.conftest import QuietEngine

TIMES = 50


def open_and_close(document: Document, engine: QuietEngine, kind: str) -> list[QTimer]:
    """One life of a view; gives its timers as they were just before its end."""
    selection = Selection(document)
    makers = {
        "curves": CurvesView,
        "filters": lambda: FiltersView(selection, engine),
        "maps": lambda: MapsView(selection, engine),
        "stepper": lambda: StepperView(selection, engine),
        "saliency": lambda: SaliencyView(selection, engine),
        "mistakes": lambda: MistakesView(selection, engine),
        "drawing": lambda: DrawingView(selection, engine),
        "field": lambda: FieldView(selection, engine),
        "kernel lab": lambda: KernelLab(selection, engine),
        "cortex": lambda: CortexLab(selection, engine, Session(document, engine)),
        "neighbors": lambda: NeighborsView(selection, engine),
        "surgery": lambda: SurgeryView(selection, engine),
        "operation": lambda: OperationView(selection, engine),
        "invariance": lambda: InvarianceView(selection, engine),
        "signal": lambda: SignalView(selection, engine),
        "boxes": lambda: BoxesView(selection, engine, Vitals(document, Session(document, engine))),
        "health": lambda: HealthView(selection, Vitals(document, Session(document, engine))),
        "examples": lambda: ExamplesView(selection, engine),
        "side by side": lambda: SideBySideView(selection, engine, Session(document, engine)),
    }
    view: QWidget = makers[kind]()
    view.show()
    document.select(["conv1"])
    engine.say(Started(1, 1, 3, 10, "cpu", 1, 1, 1, ""))
    engine.say(Progress(1, 5, 10, 1.0, 1.0, 1.0))
    view.hide()
    running = [timer for timer in view.findChildren(QTimer) if timer.isActive()]
    view.deleteLater()
    selection.deleteLater()
    return running


def settle() -> int:
    """Widgets alive once everything that waits for its end is gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()
    return len(QApplication.allWidgets())


@pytest.mark.parametrize(
    "kind",
    [
        "curves",
        "filters",
        "maps",
        "stepper",
        "saliency",
        "mistakes",
        "drawing",
        "examples",
        "health",
        "field",
        "kernel lab",
        "cortex",
        "neighbors",
        "surgery",
        "operation",
        "invariance",
        "signal",
        "boxes",
        "side by side",
    ],
)
def test_nothing_stays(document: Document, engine: QuietEngine, kind: str) -> None:
    open_and_close(document, engine, kind)
    before = settle()
    for _ in range(TIMES):
        assert not open_and_close(document, engine, kind)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert settle() <= before
