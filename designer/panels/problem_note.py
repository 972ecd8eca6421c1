"""One problem as people read it: the sentence, and a button for each way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.infer import Fix, Problem
from designer.document import edits
from designer.document.document import Document
from designer.resources import icon
from designer.widgets.icon_label import IconLabel

SIGNS = {"error": ("problem", "problem"), "warning": ("warning", "warning")}  # icon and color


class ProblemNote(QWidget):
    """A problem's sign and sentence, its fixes as buttons below. A fix is one undo step."""

    def __init__(self, document: Document, problem: Problem, *, broad: bool = False) -> None:
        """`broad` puts the buttons side by side."""
        super().__init__()
        self._document = document
        self.problem = problem
        name, color = SIGNS[problem.severity]
        sign = IconLabel(icon(name, color), 16)
        self.sentence = QLabel(problem.sentence)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.sentence)
        self.buttons = [self._button(fix) for fix in problem.fixes]
        buttons = QHBoxLayout() if broad else QVBoxLayout()
        buttons.setSpacing(4)
        for button in self.buttons:
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if broad:
            buttons.addStretch(1)
        column.addLayout(buttons)
        row.addLayout(column, 1)

    def _button(self, fix: Fix) -> QPushButton:
        button = QPushButton(fix.text)
        button.clicked.connect(fixer(self._document, fix))
        return button


def fixer(document: Document, fix: Fix) -> Callable[[], object]:
    """What a fix button does."""
    return lambda: document.attempt(fix.text, lambda design: edits.repair(design, fix))
