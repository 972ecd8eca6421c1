"""The problems panel: everything that keeps the network from working, and the ways out.

Below it stands, quieter, what a teacher would mention; any of that can be waved away.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from core.infer import Problem
from core.messages import DataShown
from core.tongue import tr
from designer.document import advising
from designer.document.change import Change
from designer.document.document import Document
from designer.notation import notation
from designer.panels.problem_note import ProblemNote
from designer.tokens import Tokens
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import count
from designer.widgets.when_seen import WhenSeen

ORDER = ("error", "warning", "advice")


class ProblemsPanel(QWidget):
    """All problems of the network, errors first. A click selects the node that is meant.

    Signals: `node_wanted(id)` to bring a node into view, `count_changed(errors, warnings)`; advice
    is not counted.
    """

    node_wanted = Signal(str)
    count_changed = Signal(int, int)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._classes = 0  # of the data, where these have been looked at
        self.rows: list[ProblemRow] = []
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(*[Tokens.SMALL] * 4)
        self._column.setSpacing(2)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._list)
        self.empty = EmptyState("check", tr("No problems."))
        self.heed = QPushButton()
        self.heed.setProperty("quiet", True)
        self.heed.clicked.connect(self._heed)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self.empty)  # in a layout of nobody's it would be a window
        self._stack.addWidget(scroll)
        column.addWidget(self.heed, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)
        self._showing = WhenSeen(self, self._show_all)
        document.design_changed.connect(self._design_changed)
        notation.notation_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems anew, and tell how many there are."""
        self._tell_count()
        self._show_all()

    def _tell_count(self) -> None:
        """How many errors and warnings there are; the title says so while nobody sees the list."""
        design, known = self._document.design, self._document.inference
        told = (*known.problems, *advising.warnings_on(design, known, self._classes))
        errors, warnings = (sum(one.severity == severity for one in told) for severity in ORDER[:2])
        self.count_changed.emit(errors, warnings)

    def _show_all(self) -> None:
        design, known = self._document.design, self._document.inference
        told = (*known.problems, *advising.advice_on(design, known, self._classes))
        problems = sorted(told, key=lambda problem: ORDER.index(problem.severity))
        while (item := self._column.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self.rows = [ProblemRow(self._document, problem) for problem in problems]
        for row in self.rows:
            row.chosen.connect(self._choose)
            self._column.addWidget(row)
        self._stack.setCurrentIndex(1 if problems else 0)
        self.empty.set_sentence(self._all_well())
        waved = len(design.dismissed)
        self.heed.setVisible(bool(waved))
        self.heed.setText(tr("Show advice again that was dismissed ({waved})", waved=count(waved)))

    def _all_well(self) -> str:
        """What was looked at and found to be in order."""
        layers = len(self._document.design.graph.nodes)
        data = tr(", the classes of the data") if self._classes else ""
        return tr(
            "No problems in {layers} layers. Wires, sizes, settings{data} and what a teacher would"
            " mention were checked: the network can be trained.",
            layers=count(layers),
            data=data,
        )

    def take_data(self, shown: DataShown) -> None:
        """The data have been looked at: how many classes they have is known now."""
        if len(shown.classes) != self._classes:
            self._classes = len(shown.classes)
            self.refresh()

    def _choose(self, node: str) -> None:
        self._document.select([node])
        self.node_wanted.emit(node)

    def _heed(self) -> None:
        self._document.attempt(tr("Show advice again"), advising.heeded)

    def _design_changed(self, change: Change) -> None:
        if change.data or change.whole:
            self._classes = 0
        if change.graph or change.problems or change.data or change.whole:
            self._tell_count()
            self._showing.do()


class ProblemRow(QFrame):
    """One problem in the list; a click or Enter chooses its node.

    Attributes: `note`, `dismiss` (the button of advice; None for the rest).
    Signals: `chosen(id)`.
    """

    chosen = Signal(str)

    def __init__(self, document: Document, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        self._document = document
        self.note = ProblemNote(document, problem, broad=True)
        self.dismiss: QPushButton | None = None
        self.setProperty("role", "row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(problem.sentence)
        line = QHBoxLayout(self)
        line.setContentsMargins(Tokens.SMALL, 6, Tokens.SMALL, 6)
        line.addWidget(self.note, 1)
        if problem.severity == "advice":
            self.dismiss = QPushButton(tr("Dismiss"))
            self.dismiss.setProperty("quiet", True)
            self.dismiss.setStyleSheet("padding-top: 0; padding-bottom: 0;")  # level with the text
            self.dismiss.setToolTip(tr("Do not mention this of this layer again"))
            self.dismiss.clicked.connect(self._dismiss)
            line.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        if problem.node:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _choose(self) -> None:
        if self.problem.node:
            self.chosen.emit(self.problem.node)

    def _dismiss(self) -> None:
        problem = self.problem
        self._document.attempt(
            tr("Dismiss advice"), lambda design: advising.dismissed(design, problem)
        )

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
