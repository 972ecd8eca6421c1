"""The history panel: every step of the undo stack; a click goes back or forward to it."""

from __future__ import annotations

from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from designer.document.document import Document


class HistoryPanel(QWidget):
    """The steps of the document, the present one chosen."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.view = QUndoView(document.history)
        self.view.setEmptyLabel("Opened")
        self.view.setAccessibleName("Steps")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addWidget(self.view)
