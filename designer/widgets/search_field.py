"""A field to type what one looks for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from core.tongue import tr
from designer.resources import icon


class SearchField(QLineEdit):
    """A line edit with a glass in front and, once there is text, a cross that clears it.

    Escape clears too; with nothing to clear it is left to the window.
    """

    def __init__(self, hint: str = "Search", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        glass = QAction(icon("search", "muted"), "", self)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        glass.triggered.connect(self.setFocus)
        self._clear = QAction(icon("close", "muted"), tr("Clear"), self)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)  # only now is there a button to hide
        self.textChanged.connect(self._on_text)

    def _on_text(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
            return
        super().keyPressEvent(event)
