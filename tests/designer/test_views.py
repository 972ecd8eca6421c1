"""Views are found by what they answer, opened by a word, and closed on their tab."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from designer import resources
from designer.docks import NARROW, Docks
from designer.pane import GROUPS, WORK, Pane
from designer.widgets.sheet import Sheet
from designer.window import Window

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
Side = QTabBar.ButtonPosition
USUAL = {
    "layers", "outline", "properties", "training", "curves", "problems", "summary", "data",
    "filters", "maps", "stepper", "sizes",
}  # fmt: skip


def opened(window: Window) -> set[str]:
    return {pane.id for pane in window.docks.panes if window.docks.is_open(pane.id)}


def tab(window: Window, title: str, qtbot: QtBot) -> tuple[QTabBar, int]:
    """The tab bar of the window that has a tab of this name, and which one it is."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly

    def found() -> list[tuple[QTabBar, int]]:
        bars = window.findChildren(QTabBar, options=direct)
        tabs = [(bar, index) for bar in bars if bar.isVisible() for index in range(bar.count())]
        return [(bar, index) for bar, index in tabs if bar.tabText(index) == title]

    qtbot.waitUntil(lambda: bool(found()))  # Qt fills its tab bars when it lays the docks out
    return found()[0]


def sheet(window: Window, qtbot: QtBot) -> Sheet:
    qtbot.mouseClick(window.findChild(QToolButton, "views_button"), LEFT)
    assert window.views.sheet is not None
    return window.views.sheet


# ---- the usual layout -------------------------------------------------------------------


def test_the_usual_layout_has_few_views_and_every_tab_is_in_sight(
    window: Window, qtbot: QtBot
) -> None:
    assert opened(window) == USUAL
    for width in (NARROW, 1440):
        window.resize(width, 800)
        qtbot.waitUntil(lambda w=width: window.width() == w)
        for title in ("Outline", "Data", "Size"):
            bar, index = tab(window, title, qtbot)
            qtbot.waitUntil(lambda b=bar, i=index: b.rect().contains(b.tabRect(i)))
            assert bar.tabRect(0).left() >= 0


def test_every_view_has_its_question_its_group_and_its_icon(window: Window) -> None:
    panes = window.docks.panes
    assert [pane.id for pane in panes if pane.group not in GROUPS] == []
    assert [pane.id for pane in panes if not pane.question.endswith("?")] == []
    assert [pane.id for pane in panes if not resources.has_icon(pane.icon or pane.id)] == []
    assert len({pane.title for pane in panes}) == len(panes)  # tabs are told apart by it


# ---- opening ----------------------------------------------------------------------------


def test_the_list_groups_views_and_marks_what_is_open(window: Window, qtbot: QtBot) -> None:
    found = sheet(window, qtbot)
    headings = {label.text() for label in found.findChildren(QLabel)}
    assert set(GROUPS) <= headings
    assert {row.text() for row in found.rows} == {pane.title for pane in window.docks.panes}
    told = {row.text(): row.accessibleDescription() for row in found.rows}
    assert told["Filters"].endswith("Open.")
    assert not told["Mistakes"].endswith("Open.")


def test_a_view_is_found_by_its_question_and_opened_by_enter(window: Window, qtbot: QtBot) -> None:
    found = sheet(window, qtbot)
    qtbot.keyClicks(found.search, "confuse")  # a word of the question, not of the name
    assert [row.text() for row in found.rows if not row.isHidden()] == ["Mistakes"]
    qtbot.keyClick(found.search, Qt.Key.Key_Return)
    assert window.views.sheet is None
    assert opened(window) == USUAL | {"mistakes"}
    qtbot.waitUntil(lambda: not window.docks.docks["mistakes"].visibleRegion().isEmpty())
    bar, index = tab(window, "Mistakes", qtbot)
    assert bar.currentIndex() == index


def test_arrows_move_through_the_list_and_a_click_opens(window: Window, qtbot: QtBot) -> None:
    found = sheet(window, qtbot)
    first = found.pointed
    assert first is not None
    qtbot.keyClick(found.search, Qt.Key.Key_Right)
    beside = found.pointed
    assert beside is not None
    assert beside.x() > first.x() or beside.parent() is not first.parent()
    qtbot.keyClick(found.search, Qt.Key.Key_Left)
    qtbot.keyClick(found.search, Qt.Key.Key_Up)
    assert found.pointed is found.rows[-1]
    row = next(row for row in found.rows if row.text() == "Ruler")
    qtbot.mouseClick(row, LEFT)
    assert window.docks.is_open("ruler")


def test_escape_and_looking_elsewhere_leave_everything_as_it_was(
    window: Window, qtbot: QtBot
) -> None:
    window.activateWindow()
    found = sheet(window, qtbot)
    qtbot.keyClick(found.search, Qt.Key.Key_Escape)
    assert window.views.sheet is None
    found = sheet(window, qtbot)
    qtbot.waitUntil(found.search.hasFocus)
    window.canvas.setFocus()
    assert window.views.sheet is None
    assert opened(window) == USUAL


def test_menu_and_command_list_open_views(window: Window, qtbot: QtBot) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]
    view = next(menu for menu in menus if menu is not None and menu.title() == "&View")
    groups = {action.text(): action.menu() for action in view.actions() if action.menu()}
    work = groups[WORK]
    assert work is not None
    next(action for action in work.actions() if action.text() == "History").trigger()
    assert window.docks.is_open("history")
    window.guide.commands()
    chooser = window.search.open_chooser
    assert chooser is not None
    qtbot.keyClicks(chooser.search, "ruler")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert window.docks.is_open("ruler")
    window.guide.commands()  # once more: what is open is not closed by its name
    chooser = window.search.open_chooser
    assert chooser is not None
    qtbot.keyClicks(chooser.search, "ruler")
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert window.docks.is_open("ruler")


def test_what_asks_for_a_closed_view_opens_it(window: Window) -> None:
    window.docks.docks["sizes"].close()
    window.show_size("conv1")
    assert window.docks.is_open("sizes")
    window.guide.help()
    assert window.docks.is_open("help")


# ---- closing ----------------------------------------------------------------------------


def test_the_cross_of_a_tab_closes_its_view(window: Window, qtbot: QtBot) -> None:
    bar, index = tab(window, "Feature maps", qtbot)
    qtbot.mouseClick(bar.tabButton(index, Side.RightSide), LEFT)
    assert opened(window) == USUAL - {"maps"}


def test_a_middle_click_on_a_tab_closes_its_view(window: Window, qtbot: QtBot) -> None:
    bar, index = tab(window, "Curves", qtbot)
    qtbot.mouseClick(bar, MIDDLE, pos=bar.tabRect(index).center())
    assert opened(window) == USUAL - {"curves"}
    qtbot.mouseClick(bar, MIDDLE, pos=QPoint(bar.width() - 1, 2))  # beside the tabs
    assert opened(window) == USUAL - {"curves"}


def test_ctrl_w_closes_where_the_keyboard_is(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert opened(window) == USUAL
    assert "No view has the keyboard" in window.status.notice.text()
    window.docks.show("outline")
    qtbot.waitUntil(window.outline.tree.isVisible)
    window.outline.tree.setFocus()
    qtbot.keyClick(window.outline.tree, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert opened(window) == USUAL - {"outline"}


def test_a_view_alone_says_its_name_and_can_be_closed(window: Window, qtbot: QtBot) -> None:
    for id in ("maps", "stepper", "sizes"):
        window.docks.docks[id].close()
    dock = window.docks.docks["filters"]
    name = dock.titleBarWidget().findChild(QLabel)
    qtbot.waitUntil(name.isVisible)
    assert name.text() == "Filters"
    window.docks.show("maps")
    qtbot.waitUntil(name.isHidden)
    dock.setFloating(True)
    qtbot.waitUntil(name.isVisible)
    dock.setFloating(False)


# ---- layouts that were saved before -----------------------------------------------------


def test_an_older_layout_keeps_its_panels_and_newer_ones_can_be_opened(
    window: Window, qtbot: QtBot
) -> None:
    """A layout with everything open, saved when there was neither ruler nor help."""
    newer = {"ruler", "help"}
    panes = window.docks.panes
    older = QMainWindow()
    qtbot.addWidget(older)
    older.resize(1440, 900)
    older.setCentralWidget(QLabel("canvas"))
    docks = Docks(
        older,
        [
            Pane(pane.id, pane.title, QLabel(pane.title), pane.place, open=True)
            for pane in panes
            if pane.id not in newer
        ],
    )
    docks.put(docks.state().__class__())
    older.show()
    assert window.docks.restore(docks.state())
    assert opened(window) == {pane.id for pane in panes} - newer
    for id, beside in (("ruler", "filters"), ("help", "training")):
        window.docks.show(id)
        found = window.tabifiedDockWidgets(window.docks.docks[id])
        assert window.docks.docks[beside] in found
    window.actions_by_id["layout"].trigger()
    assert opened(window) == USUAL
    beside = window.tabifiedDockWidgets(window.docks.docks["training"])
    assert {dock.objectName() for dock in beside} == {"curves", "problems", "summary", "data"}
    for title in (pane.title for pane in panes if pane.id in USUAL - {"properties"}):
        tab(window, title, qtbot)


def test_a_layout_that_was_kept_comes_back_and_can_be_reset(window: Window, qtbot: QtBot) -> None:
    """Each open panel has one tab, whatever came before."""
    docks = window.docks
    for id in ("data", "sizes", "mistakes"):
        (docks.show if id == "mistakes" else lambda one: docks.docks[one].close())(id)
    state = docks.state()
    docks.reset()
    for _ in range(2):
        assert docks.restore(state)
        assert opened(window) == USUAL - {"data", "sizes"} | {"mistakes"}
        tab(window, "Mistakes", qtbot)
        docks.reset()
        assert opened(window) == USUAL
        tab(window, "Size", qtbot)
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.x() >= 0]
    titles = [bar.tabText(index) for bar in bars for index in range(bar.count())]
    assert sorted(titles) == sorted(
        pane.title for pane in docks.panes if pane.id in USUAL and pane.place != "right"
    )
