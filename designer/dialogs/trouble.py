"""When something went wrong that nobody foresaw: one sentence, the details folded away."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr
from designer.theme import fixed_font
from designer.widgets.fold import Fold


class TroubleDialog(QDialog):
    """Says that an action failed, that the work is safe, and where the details are."""

    def __init__(self, details: str, log: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Striate")
        heading = QLabel(tr("Something did not work as it should"))
        heading.setProperty("role", "heading")
        sentence = QLabel(
            tr(
                "Your network is kept. Save it and go on; if this comes again, the details help us"
                " to mend it."
            )
        )
        sentence.setWordWrap(True)
        sentence.setMinimumWidth(420)
        self._details = details
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addWidget(Fold(tr("Details"), self._text(), opened=False))
        if log is not None:
            place = QLabel(tr("Also written to {log}", log=log))
            place.setProperty("role", "caption")
            place.setWordWrap(True)
            column.addWidget(place)
        column.addLayout(self._buttons())

    def _text(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self._details)
        text.setReadOnly(True)
        text.setFont(fixed_font(11))
        text.setMinimumHeight(180)
        return text

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy, close = QPushButton(tr("Copy details")), QPushButton(tr("Go on"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        close.setFocus()
        close.setMinimumWidth(96)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        return row
