"""The problems panel: everything that keeps the network from working, and the ways out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from core.infer import Problem
from designer.document.change import Change
from designer.document.document import Document
from designer.panels.problem_note import ProblemNote
from designer.widgets.empty_state import EmptyState


class ProblemsPanel(QWidget):
    """All problems of the network, errors first. A click selects the node that is meant.

    Signals: `node_wanted(id)` to bring a node into view, `count_changed(errors, warnings)`.
    """

    node_wanted = Signal(str)
    count_changed = Signal(int, int)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.rows: list[ProblemRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(2)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._list)
        self.empty = EmptyState(
            "check", "No problems: every size fits, the network can be trained."
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scroll)
        document.design_changed.connect(self._design_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems anew."""
        problems = sorted(self._document.inference.problems, key=lambda p: p.severity != "error")
        while (item := self._column.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self.rows = [ProblemRow(self._document, problem) for problem in problems]
        for row in self.rows:
            row.chosen.connect(self._choose)
            self._column.addWidget(row)
        self._stack.setCurrentIndex(1 if problems else 0)
        errors = sum(problem.severity == "error" for problem in problems)
        self.count_changed.emit(errors, len(problems) - errors)

    def _choose(self, node: str) -> None:
        self._document.select([node])
        self.node_wanted.emit(node)

    def _design_changed(self, change: Change) -> None:
        if change.problems or change.whole:
            self.refresh()


class ProblemRow(QFrame):
    """One problem in the list; a click or Enter chooses its node.

    Signals: `chosen(id)`.
    """

    chosen = Signal(str)

    def __init__(self, document: Document, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        self.note = ProblemNote(document, problem, broad=True)
        self.setProperty("role", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(problem.sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addWidget(self.note)
        if problem.node:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _choose(self) -> None:
        if self.problem.node:
            self.chosen.emit(self.problem.node)

    # ---- Qt -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Sentences wrap: the row may be as narrow as the panel."""
        return QSize(120, super().minimumSizeHint().height())
