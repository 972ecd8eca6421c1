"""The list of views: every panel there is, opened by its name or by the question it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from core.tongue import tr
from designer.docks import Docks
from designer.pane import GROUPS, Pane
from designer.resources import icon
from designer.widgets.dock_tabs import dock_of
from designer.widgets.sheet import Item, Sheet


class Views(QObject):
    """Opens and closes the panels of a window.

    Attributes: `actions`, one for each pane by its id; `sheet`, the list while it is open.
    Signals: `told(sentence)`.
    """

    told = Signal(str)

    def __init__(self, window: QWidget, docks: Docks) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self.sheet: Sheet | None = None
        self.actions: Mapping[str, QAction] = {pane.id: self._action(pane) for pane in docks.panes}

    def by_group(self) -> Mapping[str, Sequence[QAction]]:
        """The actions by the kind of question that their panels answer."""
        return {
            group: [self.actions[pane.id] for pane in self._docks.panes if pane.group == group]
            for group in GROUPS
        }

    def choose(self) -> None:
        """Open the list below its button, or close it."""
        if self.sheet is not None:
            self.sheet.end()
            return
        sections = {
            group: [self._item(pane) for pane in self._docks.panes if pane.group == group]
            for group in GROUPS
        }
        self.sheet = Sheet(tr("Find a view"), sections, self._window, below=self._corner())
        self.sheet.finished.connect(self._ended)

    def close(self) -> None:
        """Close the panel in which the keyboard is."""
        dock = dock_of(QApplication.focusWidget())
        if dock is None or dock.objectName() not in self._docks.docks:
            self.told.emit(tr("No view has the keyboard: click into one, or close it on its tab."))
        else:
            dock.close()

    def _action(self, pane: Pane) -> QAction:
        action = QAction(icon(pane.glyph), pane.title, self)
        action.setObjectName(f"show_{pane.id}")
        action.setToolTip(pane.question)
        action.triggered.connect(lambda: self._docks.show(pane.id))
        return action

    def _item(self, pane: Pane) -> Item:
        return Item(
            title=pane.title,
            sentence=pane.question,
            icon=pane.glyph,
            act=self.actions[pane.id].trigger,
            marked=self._docks.is_open(pane.id),
        )

    def _corner(self) -> QPoint:
        """Where the list begins: below its button, in the window's own units."""
        button = self._window.findChild(QToolButton, "views_button")
        if button is None or not button.isVisible():
            return QPoint(self._window.width() // 2, 0)
        return button.mapTo(self._window, button.rect().bottomLeft())

    def _ended(self) -> None:
        if self.sheet is not None:
            self.sheet.deleteLater()
        self.sheet = None
