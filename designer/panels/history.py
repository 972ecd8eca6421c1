"""The history panel: every step of the undo stack; a click goes back or forward to it."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout, QUndoView, QVBoxLayout, QWidget

from core.tongue import tr
from designer.document.document import Document
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState


class HistoryPanel(QWidget):
    """The steps of the document, the present one chosen."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.view = QUndoView(document.history)
        self.view.setEmptyLabel(tr("Opened"))
        self.view.setAccessibleName(tr("Steps"))
        self.empty = EmptyState(
            "history",
            tr(
                "Every change becomes a step here, and a click goes back to it. Change something:"
                " that"
                " is the first."
            ),
        )
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(Tokens.SMALL, Tokens.TIGHT, Tokens.SMALL, Tokens.SMALL)
        column.addWidget(self.view)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(filled)
        self._steps = self.view.model()  # its first row is the state before the first step
        self._steps.modelReset.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self._stack.setCurrentIndex(1 if self._steps.rowCount() > 1 else 0)
