"""Cortex lab: cells as Hubel and Wiesel found them, and the network that was made of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.tongue import tr
from designer.engine.client import Engine
from designer.engine.session import Session
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.cortex_cells import CellsPage
from designer.viewers.cortex_planes import PlanesPage
from designer.viewers.selection import Selection

_PAGES = ((tr("Single cells"), 0), (tr("Neocognitron"), 1))


class CortexLab(QWidget):
    """Two pages. Attributes: `pages` (the choice), `cells`, `planes`.

    Signals: `template_wanted(id)`, `convert_wanted()`.
    """

    template_wanted = Signal(str)
    convert_wanted = Signal()

    def __init__(self, selection: Selection, engine: Engine, session: Session) -> None:
        super().__init__()
        self.setAccessibleName(tr("Cortex lab"))
        self.pages = Choice(tr("Page"), tr("Single cells, or the network that is made of them"))
        self.pages.offer(_PAGES, 0)
        self.cells = CellsPage(selection, engine)
        self.planes = PlanesPage(selection, engine, session)
        self._book, titles, tools = QStackedWidget(), QStackedWidget(), QStackedWidget()
        for page in (self.cells, self.planes):
            self._book.addWidget(page)
            titles.addWidget(page.title)
            tools.addWidget(page.tools)
        row = QHBoxLayout()
        row.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.TIGHT, Tokens.TIGHT)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.pages)
        row.addWidget(titles, 1)
        row.addWidget(tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._book, 1)
        for stack in (self._book, titles, tools):
            self.pages.chosen.connect(stack.setCurrentIndex)
        self.planes.template_wanted.connect(self.template_wanted)
        self.planes.convert_wanted.connect(self.convert_wanted)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)
