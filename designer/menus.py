"""The menu bar, the tool bar and the menu under the right mouse button, made of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from core.flow import Direction
from core.groups import is_group_id
from core.layers import NeoC, NeoS
from core.tongue import tr
from designer import actions as table
from designer.canvas.hit import CommentHit, FrameHit, Hit, NodeHit, WireHit
from designer.document.document import Document
from designer.engine.session import Session
from designer.resources import icon
from designer.theme import Choice

Actions = Mapping[str, QAction]
LAYER = ("add", "connect", "disconnect", "knife", "repeat", "bypass")
GROUPS = ("group", "ungroup", "switch_group", "enter_group")
ARRANGE = ("align_column", "align_row", "", "spread_down", "spread_across", "", "snap")
ALIGN = ("align_column", "align_row", "spread_down", "spread_across")
_ALWAYS = {
    "new", "open", "new_window", "open_beside", "close", "canvas_only", "commands", "tour", "about",
    "examples", "language",
}  # fmt: skip
LOOKS: Mapping[Choice, str] = {
    "light": tr("&Light"),
    "dark": tr("&Dark"),
    "system": tr("As the &system"),
}


def fill_menu_bar(
    window: QMainWindow,
    actions: Actions,
    *,
    recent: Callable[[QMenu], None],
    views: Mapping[str, Sequence[QAction]],
    look: tuple[Choice, Callable[[Choice], None]],
    windows: Callable[[QMenu], None],
) -> None:
    """The menus, in the order of the table.

    `recent` fills the list of recent projects, `windows` that of the open windows; `views` are the
    actions that open panels, by the kind of question these answer.
    """
    bar = window.menuBar()
    file = _menu(bar.addMenu(tr("&File")), actions, ("new", "open", "new_window", "open_beside"))
    shelf = file.addMenu(tr("Open &recent"))
    shelf.aboutToShow.connect(lambda: recent(shelf))
    _menu(file, actions, ("save", "save_as", "revert", "version_before", ""))
    _menu(file, actions, ("compare", "compare_run", ""))
    _menu(file, actions, ("figure", "picture", "drawing", "", "close"))
    edit = ("undo", "redo", "", "cut", "copy", "paste", "paste_wired", "duplicate", "delete", "")
    _menu(
        bar.addMenu(tr("&Edit")),
        actions,
        (
            *edit,
            "select_all",
            "select_none",
            "",
            *LAYER,
            "",
            *GROUPS,
            "",
            "rename",
            "find",
            "",
            "convert",
        ),
    )
    view = bar.addMenu(tr("&View"))
    _menu(view, actions, ("fit", "zoom_100", "zoom_in", "zoom_out", ""))
    _menu(view, actions, ("tidy", "flow", "", "canvas_only", ""))
    _menu(view.addMenu(tr("&Arrange")), actions, ARRANGE)
    view.addAction(actions["minimap"])
    view.addAction(actions["instruments"])
    view.addAction(actions["shapes"])
    _menu(view, actions, ("", "views"))
    for group, found in views.items():
        shelf = view.addMenu(group)
        shelf.setToolTipsVisible(True)
        shelf.addActions(list(found))
    _menu(view, actions, ("close_view", "layout", ""))
    _looks(view.addMenu(tr("&Look")), *look)
    view.addAction(actions["language"])
    _menu(bar.addMenu(tr("&Train")), actions, tuple(row.id for row in table.TRAIN))
    open_ones = bar.addMenu(tr("&Window"))
    open_ones.aboutToShow.connect(lambda: windows(open_ones))
    pages = ("help", "help_canvas", "help_groups", "commands", "examples", "tour", "", "about")
    _menu(bar.addMenu(tr("&Help")), actions, pages)


def tool_bar(actions: Actions, right: Sequence[QWidget]) -> QToolBar:
    """Undo and redo, fit and tidy; at the right what is given, then the train buttons."""
    bar = QToolBar(tr("Tools"))
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for name in ("undo", "redo", "", "fit", "tidy", ""):
        _put(bar, actions, name)
    bar.addWidget(_views_button(actions["views"]))
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    for widget in right:
        bar.addWidget(widget)
    bar.addWidget(_train_button(actions["train"]))
    for name in ("pause", "stop"):
        _put(bar, actions, name)
    return bar


def _views_button(action: QAction) -> QToolButton:
    """Opens the list of views below itself; it says what it is, since what it leads to is much."""
    button = QToolButton()
    button.setObjectName("views_button")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIcon(action.icon())
    button.setText(tr("Views"))
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(action.trigger)
    return button


def _train_button(action: QAction) -> QToolButton:
    """The one button in the accent color; in menus the same action has a plain icon."""
    button = QToolButton()
    button.setObjectName("train_button")
    button.setProperty("primary", True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIcon(icon("train", "on_accent"))
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setText(action.text().replace("&", ""))
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button


def context_menu(parent: QWidget, actions: Actions, hit: Hit, add: Callable[[], object]) -> QMenu:
    """What can be done with what is under the mouse."""
    menu = QMenu(parent)
    if isinstance(hit, FrameHit) or (isinstance(hit, NodeHit) and is_group_id(hit.node)):
        _menu(menu, actions, ("enter_group", "switch_group", "ungroup", "", "repeat", "bypass", ""))
        return _menu(menu, actions, ("rename", "", "cut", "copy", "duplicate", "delete"))
    if isinstance(hit, NodeHit):
        _menu(menu, actions, ("add", "connect", "repeat", "bypass", "group", "", "rename", "help"))
        menu.addSeparator()
        return _menu(menu, actions, ("cut", "copy", "duplicate", "delete"))
    if isinstance(hit, CommentHit):
        return _menu(menu, actions, ("edit_comment", "", "cut", "copy", "duplicate", "delete"))
    adding = QAction(tr("Add a layer here …"), menu)
    adding.triggered.connect(lambda: add())
    menu.addAction(adding)
    if isinstance(hit, WireHit):
        return _menu(menu, actions, ("delete",))
    return _menu(menu, actions, ("comment", "paste", "", "select_all", "tidy", "fit"))


def refresh(actions: Actions, document: Document, session: Session, *, working: bool) -> None:
    """Enable what makes sense now, and say what undo, redo and train would do."""
    sensible = {**_sensible(document), **_trainable(session)} if working else {}
    for row in table.TABLE:
        action, on = actions[row.id], row.id in _ALWAYS
        if working:
            on = sensible.get(row.id, True)
        if action.isEnabled() != on:  # off and on again would cost all who show it
            action.setEnabled(on)
    if not working:
        return
    history = document.history
    actions["undo"].setText(tr("&Undo {text}", text=history.undoText()).rstrip())
    actions["redo"].setText(tr("&Redo {text}", text=history.redoText()).rstrip())
    actions["flow"].setChecked(document.design.flow is Direction.RIGHT)
    actions["train"].setText(tr("&Continue") if _goes_on(session) else tr("&Train"))


def _sensible(document: Document) -> dict[str, bool]:
    """Which actions on the network make sense, of those that do not always."""
    chosen, notes = bool(document.selection), len(document.selected_comments)
    groups, graph = bool(document.selected_groups), document.design.graph
    saved = document.path is not None
    return {
        "undo": document.history.canUndo(),
        "redo": document.history.canRedo(),
        **dict.fromkeys(("connect", "disconnect", "repeat", "bypass", "group"), chosen),
        **dict.fromkeys(("cut", "copy", "duplicate"), chosen or notes > 0),
        "edit_comment": notes == 1,
        **dict.fromkeys(("ungroup", "switch_group", "enter_group"), groups),
        "rename": groups or len(document.selection) == 1,
        **dict.fromkeys(ALIGN, len(document.selection) + notes > 1),
        "knife": bool(graph.wires),
        "delete": chosen or notes > 0 or bool(document.selected_wires),
        "convert": bool(graph.of_type(NeoS) or graph.of_type(NeoC)),
        "revert": saved and document.modified,
        "version_before": saved,
    }


def _trainable(session: Session) -> dict[str, bool]:
    """Which actions on the training make sense."""
    state, idle = session.state, session.state in ("idle", "lost")
    return {
        "train": state not in ("starting", "training"),
        "train_anew": idle,
        "train_inheriting": idle and session.can_inherit,
        "pause": state == "training",
        "stop": state in ("starting", "training", "paused"),
    }


def _goes_on(session: Session) -> bool:
    """Whether Train goes on with what was begun."""
    state = session.state
    return state == "paused" or (state in ("idle", "lost") and session.can_continue)


def fill_windows(menu: QMenu, actions: Actions, windows: Sequence[QWidget], now: QWidget) -> None:
    """One more window, and those that are open; the one whose menu it is has a mark."""
    menu.clear()
    _menu(menu, actions, ("new_window", "open_beside", ""))
    for number, window in enumerate(windows, start=1):
        title = window.windowTitle().replace("[*]", "*" * window.isWindowModified())
        action = menu.addAction(f"&{number % 10}  {title}")
        action.setCheckable(True)
        action.setChecked(window is now)
        action.triggered.connect(lambda _=False, w=window: _raise(w))


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()


def fill_recent(menu: QMenu, paths: Sequence[Path], choose: Callable[[Path], object]) -> None:
    """Recent projects; those that are gone are pale."""
    menu.clear()
    for number, path in enumerate(paths, start=1):
        action = menu.addAction(f"&{number % 10}  {path.stem}")
        action.setToolTip(str(path))
        action.setEnabled(path.exists())
        action.triggered.connect(lambda _=False, p=path: choose(p))
    if not paths:
        menu.addAction(tr("None yet")).setEnabled(False)


def _menu(menu: QMenu, actions: Actions, names: Sequence[str]) -> QMenu:
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
    return menu


def _looks(menu: QMenu, now: Choice, choose: Callable[[Choice], None]) -> None:
    group = QActionGroup(menu)
    for choice, text in LOOKS.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(choice == now)
        action.setObjectName(f"look_{choice}")
        action.triggered.connect(lambda _=False, c=choice: choose(c))
        group.addAction(action)


def _put(bar: QToolBar, actions: Actions, name: str) -> None:
    if name:
        bar.addAction(actions[name])
    else:
        bar.addSeparator()
