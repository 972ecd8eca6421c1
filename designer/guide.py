"""Where people turn when they do not know: help pages, the list of all commands, what this is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from core.layers import BY_NAME
from core.tongue import tr
from designer.dialogs import questions
from designer.docks import Docks
from designer.document.document import Document
from designer.panels.help import HelpPanel
from designer.panels.palette import PalettePanel
from designer.search import Search


class Guide(QObject):
    """Help of one window. `actions` are those of the table, once they are made."""

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        *,
        pages: HelpPanel,
        palette: PalettePanel,
        docks: Docks,
        search: Search,
    ) -> None:
        super().__init__(window)
        self.actions: Mapping[str, QAction] = {}
        self._window = window
        self._document = document
        self._pages = pages
        self._palette = palette
        self._docks = docks
        self._search = search

    def help(self) -> None:
        """The page on the layer that the palette points at, else on what is selected."""
        meant = self._palette.meant
        if meant:
            self._pages.show_page(BY_NAME[meant])
        elif self._document.design.groups.whole(self._document.selection):
            self._pages.show_topic("groups")
        else:
            self._pages.refresh()
        self._docks.show("help")

    def help_on_canvas(self) -> None:
        """The page on the canvas."""
        self._pages.show_topic("canvas")
        self._docks.show("help")

    def help_on_groups(self) -> None:
        """The page on groups."""
        self._pages.show_topic("groups")
        self._docks.show("help")

    def commands(self) -> None:
        """Every command, to be found by its name: those of the table, looks and panels."""
        menus_too = (
            action
            for menu in self._window.menuBar().findChildren(QMenu)
            for action in menu.actions()
        )
        named = [action for action in menus_too if action.text() and not action.menu()]
        self._search.commands(dict.fromkeys([*self.actions.values(), *named]))

    def about(self) -> None:
        """What this is."""
        questions.tell(
            self._window,
            "Striate",
            tr("Design, train and look inside convolutional networks. MIT license."),
        )
