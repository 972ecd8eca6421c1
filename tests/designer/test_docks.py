"""Where panels lie when the window grows and shrinks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabBar
from pytestqt.qtbot import QtBot

from designer.docks import NARROW
from designer.window import Window


def _group(window: Window, id: str) -> set[str]:
    """The docks that share tabs with one, itself included."""
    dock = window.docks.docks[id]
    return {id} | {other.objectName() for other in window.tabifiedDockWidgets(dock)}


def _of_viewers(window: Window) -> set[str]:
    """Every viewer, opened: a new one needs no word here."""
    docks = window.docks._of("viewer")
    for dock in docks:
        dock.show()
    return {dock.objectName() for dock in docks}


def _width(qtbot: QtBot, window: Window, width: int) -> None:
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.width() == width)


def test_viewers_lie_beside_the_panels_where_there_is_room(qtbot: QtBot, window: Window) -> None:
    """Whichever tab is in front, crossing the width and back gives two groups again."""
    viewers = _of_viewers(window)
    window.docks.show("curves")
    for _ in range(2):
        _width(qtbot, window, NARROW - 200)
        qtbot.waitUntil(lambda: viewers < _group(window, "training"))
        _width(qtbot, window, NARROW + 200)
        qtbot.waitUntil(lambda: _group(window, "filters") == viewers)
        assert not _group(window, "training") & viewers
        assert not window.docks.docks["curves"].visibleRegion().isEmpty()


def test_hidden_and_floating_panels_stay_so(qtbot: QtBot, window: Window) -> None:
    docks: dict[str, QDockWidget] = dict(window.docks.docks)
    viewers = _of_viewers(window)
    docks["maps"].hide()
    _width(qtbot, window, NARROW - 200)
    _width(qtbot, window, NARROW + 200)
    qtbot.waitUntil(lambda: _group(window, "filters") == viewers - {"maps"})
    assert docks["maps"].isHidden()


def test_a_panel_behind_a_tab_floats_in_sight(qtbot: QtBot, window: Window) -> None:
    dock = window.docks.docks["maps"]
    assert dock.visibleRegion().isEmpty()
    dock.setFloating(True)
    qtbot.waitUntil(lambda: not dock.widget().visibleRegion().isEmpty())
    assert window.geometry().contains(dock.geometry())
    assert dock.width() >= 400
    assert dock.height() >= 300


def test_no_reset_leaves_a_tab_bar_behind(qtbot: QtBot, window: Window) -> None:
    def counts() -> list[int]:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return sorted(bar.count() for bar in window.findChildren(QTabBar, options=direct))

    qtbot.waitUntil(lambda: 0 not in counts())
    before = counts()
    for dock in ("history", "field", "comparison"):
        window.docks.show(dock)
        window.docks.docks["curves"].setFloating(True)
        window.docks.reset()
        qtbot.waitUntil(lambda: counts() == before)
