"""One problem as people read it: the sentence, and a button for each way out with what it gives."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.fixes import Fix, Resized, WayOut, ways_out
from core.infer import Problem
from core.tongue import tr
from designer.document import edits
from designer.document.document import Document
from designer.notation import notation, shape_text
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_label import IconLabel
from designer.widgets.numbers import count

SIGNS = {  # icon and color
    "error": ("problem", "problem"),
    "warning": ("warning", "warning"),
    "advice": ("info", "muted"),
}


class ProblemNote(QWidget):
    """A problem's sign and sentence, its fixes as buttons below. A fix is one undo step.

    Fixes are looked for once somebody sees the note, since each is tried on the whole network.

    Attributes: `buttons`, one for each way out; `ways`.
    Signals: `filled()` once the buttons are there.
    """

    filled = Signal()

    def __init__(self, document: Document, problem: Problem, *, broad: bool = False) -> None:
        """`broad` puts what a fix gives beside its button, not below."""
        super().__init__()
        self._document = document
        self._broad = broad
        self.problem = problem
        self.ways: tuple[WayOut, ...] = ()
        self.buttons: list[QPushButton] = []
        self._looked = False
        self._looking = QTimer(self, singleShot=True, interval=0)
        self._looking.timeout.connect(self.look)
        name, color = SIGNS[problem.severity]
        sign = IconLabel(icon(name, color), 16)
        self.sentence = QLabel(notation.sentence(problem.sentence))
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.sentence)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Tokens.MEDIUM)
        self._grid.setVerticalSpacing(Tokens.TIGHT)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        row.addLayout(column, 1)

    def look(self) -> None:
        """Find the ways out and show them."""
        graph, known = self._document.design.graph, self._document.inference
        if self.problem.node and self.problem.node not in graph.nodes:
            return  # gone with its node before there was time to look
        self.ways = ways_out(graph, self.problem, known=known)
        for way in self.ways:
            self._show_way(way)
        self.filled.emit()

    def _show_way(self, way: WayOut) -> None:
        button = QPushButton(notation.sentence(way.fix.text))
        button.clicked.connect(fixer(self._document, way.fix))
        preview = ElidedLabel()
        preview.setProperty("role", "caption")
        preview.setText(preview_text(way, self.problem.node, self.problem.severity))
        whole = "\n".join(size_line(size) for size in way.sizes)
        button.setToolTip(whole)
        button.setAccessibleDescription(f"{preview.text()}\n{whole}")
        preview.setToolTip(whole)
        line = self._grid.rowCount()
        self._grid.addWidget(button, line, 0, Qt.AlignmentFlag.AlignLeft)
        if self._broad:
            self._grid.addWidget(preview, line, 1)
        else:
            self._grid.addWidget(preview, line + 1, 0, 1, 2)
        self.buttons.append(button)

    # ---- Qt -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Somebody looks: the sentence first, the ways out right after.

        A panel behind another tab counts as shown for Qt, but nothing of it is painted.
        """
        super().paintEvent(event)
        if not self._looked:
            self._looked = True
            self._looking.start()


def preview_text(way: WayOut, node: str, severity: str) -> str:
    """What a fix makes of the sizes, in one line: of the node that is meant, and what it costs."""
    told = [size_line(size) for size in way.sizes if size.node == node] or [
        size_line(size) for size in way.sizes[:1]
    ]
    if way.parameters:
        sign = "+" if way.parameters > 0 else "−"
        told.append(
            tr("{sign}{parameters} parameters", sign=sign, parameters=count(abs(way.parameters)))
        )
    if not way.solved and severity == "error":
        told.append(tr("other problems stay"))
    return " · ".join(told)


def size_line(size: Resized) -> str:
    """One node's size before and after: `conv1: 14 × 14 × 6 → 16 × 16 × 6`."""
    before = f" {shape_text(size.before)} →" if size.before is not None else ""
    return f"{size.title}:{before} {shape_text(size.after)}"


def fixer(document: Document, fix: Fix) -> Callable[[], object]:
    """What a fix button does."""
    return lambda: document.attempt(fix.text, lambda design: edits.repair(design, fix))
