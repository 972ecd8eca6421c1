"""Cortex lab: cells as Hubel and Wiesel found them, and the network that was made of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget

from designer.engine.client import Engine
from designer.engine.session import Session
from designer.viewers.choice import Choice
from designer.viewers.cortex_cells import CellsPage
from designer.viewers.cortex_planes import PlanesPage
from designer.viewers.selection import Selection

_PAGES = (("Single cells", 0), ("Neocognitron", 1))


class CortexLab(QStackedWidget):
    """Two pages. Attributes: `cells`, `planes`.

    Signals: `template_wanted(id)`, `convert_wanted()`.
    """

    template_wanted = Signal(str)
    convert_wanted = Signal()

    def __init__(self, selection: Selection, engine: Engine, session: Session) -> None:
        super().__init__()
        self.setAccessibleName("Cortex lab")
        self._choices = [_choice(number) for _, number in _PAGES]
        self.cells = CellsPage(selection, engine, self._choices[0])
        self.planes = PlanesPage(selection, engine, session, self._choices[1])
        for page in (self.cells, self.planes):
            self.addWidget(page)
        for choice in self._choices:
            choice.chosen.connect(self.turn)
        self.planes.template_wanted.connect(self.template_wanted)
        self.planes.convert_wanted.connect(self.convert_wanted)

    def turn(self, page: int) -> None:
        """Open a page: 0 the cells, 1 the neocognitron."""
        for choice in self._choices:
            choice.offer(_PAGES, page)
        self.setCurrentIndex(page)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)


def _choice(page: int) -> Choice:
    made = Choice("Page", "Single cells, or the network that is made of them")
    made.offer(_PAGES, page)
    return made
