"""While the first answer of a view takes a while, how far it is stands below the sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.messages import Cancel, Cancelled, Going
from core.questions.exploring import ShowReach
from designer.viewers.dream import DreamView
from designer.viewers.field import FieldView
from designer.viewers.mistakes import MistakesView
from designer.viewers.neighbors import NeighborsView
from designer.viewers.saliency import SaliencyView
from designer.viewers.selection import Selection
from designer.viewers.surgery import SurgeryView
from tests.designer.viewers.conftest import QuietEngine

VIEWS = (SurgeryView, NeighborsView, DreamView, MistakesView, SaliencyView, FieldView)


@pytest.mark.parametrize("view_class", VIEWS, ids=lambda one: one.__name__)
def test_it_can_be_seen_and_cancelled(
    view_class: type, selection: Selection, engine: QuietEngine, qtbot: QtBot
) -> None:
    selection.set(node="conv1")
    view = view_class(selection, engine)
    qtbot.addWidget(view)
    view.resize(620, 260)
    view.show()
    kind = ShowReach.kind if view_class is FieldView else view.kind
    assert not view.errand.isVisible()
    if view_class is FieldView:  # it asks first for the maps that it stands before
        view.engine.explore(ShowReach("conv1"))
    engine.say(Going(kind, 1, 8))
    assert view.is_empty
    assert view.empty.isVisible()
    assert view.errand.line.isVisible()
    assert view.errand.stop.isVisible()
    assert view.errand.geometry().top() >= view.empty.geometry().bottom()
    qtbot.mouseClick(view.errand.stop, Qt.MouseButton.LeftButton)
    assert engine.sent[-1] == Cancel(kind)
    engine.say(Cancelled(kind))
    assert not view.errand.isVisible()
