"""Says over the canvas that a project's data are gone, and leads to where they are now."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from designer.docks import Docks
from designer.document.change import Change
from designer.document.document import Document
from designer.panels.finder import Finder
from designer.widgets.notice_bar import NoticeBar


class MissingData(QObject):
    """Asks once when a project is opened; the Data panel goes on saying so.

    Attributes: `bar` (the notice).
    """

    def __init__(self, document: Document, *, area: QWidget, finder: Finder, docks: Docks) -> None:
        super().__init__(area)
        self._finder = finder
        self._docks = docks
        self.bar = NoticeBar(area, button=tr("Find it …"))
        self.bar.acted.connect(self._find)
        document.design_changed.connect(self._follow)

    def _follow(self, change: Change) -> None:
        if not (change.whole or change.data):
            return
        lost = self._finder.missing
        if change.whole and lost:
            self.bar.say(tr("The data are not where they were:"), lost)
        elif not lost:
            self.bar.say("")

    def _find(self) -> None:
        self._docks.show("data")
        self._finder.ask()
