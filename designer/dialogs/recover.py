"""After a crash: what was being worked on, and whether to have it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.tongue import tr
from designer.document.recovery import Found
from designer.widgets.numbers import count, locale

Answer = Literal["restore", "discard", "later"]


class RecoverDialog(QDialog):
    """One network that was not saved when Striate ended. Escape means later: nothing is lost."""

    def __init__(self, found: Found, *, more: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer: Answer = "later"
        self.setWindowTitle("Striate")
        heading = QLabel(tr("Striate ended before this was saved"))
        heading.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(heading)
        for line in describe(found):
            label = QLabel(line)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setMinimumWidth(380)
            column.addWidget(label)
        if more:
            rest = QLabel(tr("{more} more will be offered after this one.", more=count(more)))
            rest.setProperty("role", "muted")
            column.addWidget(rest)
        column.addSpacing(12)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        words: Sequence[tuple[Answer, str]] = (
            ("discard", tr("Discard")),
            ("later", tr("Later")),
            ("restore", tr("Restore")),
        )
        for answer, text in words:
            button = QPushButton(text)
            button.setObjectName(answer)
            button.clicked.connect(lambda _=False, a=answer: self._choose(a))
            button.setDefault(answer == "restore")
            button.setMinimumWidth(96)
            row.addWidget(button)
            if answer == "discard":
                row.addStretch(1)
        return row

    def _choose(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


def describe(found: Found) -> list[str]:
    """Name, place, size and time of what was found, a line each."""
    when = QDateTime.fromSecsSinceEpoch(int(found.changed.timestamp()))
    time = locale().toString(when, QLocale.FormatType.ShortFormat)
    lines = [found.title]
    if found.path is not None:
        lines.append(str(found.path))
    lines.append(
        tr(
            "{count} layers, last changed {time}",
            count=count(len(found.design.graph.nodes)),
            time=time,
        )
    )
    return lines
