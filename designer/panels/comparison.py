"""The comparison panel: what differs from another design, layer by layer, and both totals."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr
from designer.document.comparison import Comparison
from designer.document.differing import told
from designer.document.document import Document
from designer.notation import shape_text
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.empty_state import EmptyState
from designer.widgets.numbers import bytes_text, count, localized, share_of

ID = Qt.ItemDataRole.UserRole
_TOTALS = 300

Row = tuple[str, str, str, str]  # node id or "", what it is, before, after


class ComparisonPanel(QWidget):
    """Rows of what differs; a click selects the layer on the canvas.

    Signals: `other_wanted`, `run_wanted`, `end_wanted`, `node_wanted(id)` to bring it into view.
    """

    other_wanted = Signal()
    run_wanted = Signal()
    end_wanted = Signal()
    node_wanted = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.empty = EmptyState(
            "compare",
            tr(
                "Compare this network with another version, project or picture: what differs is"
                " marked"
                " here and on the canvas."
            ),
            button=tr("Compare with …"),
        )
        self.empty.activated.connect(self.other_wanted)
        self.heading = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        self.heading.setProperty("role", "heading")
        self.rows = _tree()
        self.rows.itemSelectionChanged.connect(self._choose)
        self._figures = QGridLayout()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._page())

    def show_comparison(self, found: Comparison, name: str) -> None:
        """Show what differs from the design of this name."""
        same = tr("The network is the same as in") if found.same else tr("What differs from")
        self.heading.setText(f"{same} {name}")
        self.rows.blockSignals(True)
        self.rows.clear()
        for id, *words in (row for rows in _sections(found) for row in rows):
            words = [localized(word) for word in words]
            item = QTreeWidgetItem(self.rows, words)
            item.setData(0, ID, id)
            for column, text in enumerate(words):
                item.setToolTip(column, text)
        self.rows.blockSignals(False)
        self.rows.setVisible(self.rows.topLevelItemCount() > 0)
        self._show_totals(found, name)
        self._stack.setCurrentIndex(1)

    def clear(self) -> None:
        """Nothing is compared."""
        self.rows.clear()
        self._stack.setCurrentIndex(0)

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.SMALL, Tokens.MEDIUM, Tokens.SMALL)
        column.setSpacing(Tokens.TIGHT)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        for text, signal in (
            (tr("Another …"), self.other_wanted),
            (tr("The last run"), self.run_wanted),
            (tr("End"), self.end_wanted),
        ):
            button = QPushButton(text)
            button.setProperty("quiet", True)
            button.clicked.connect(signal)
            head.addWidget(button)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Tokens.LARGE)
        row.addWidget(self.rows, 1)
        side = QWidget()
        side.setFixedWidth(_TOTALS)
        self._figures.setContentsMargins(0, 0, 0, 0)
        self._figures.setHorizontalSpacing(Tokens.MEDIUM)
        self._figures.setColumnStretch(0, 1)
        holder = QVBoxLayout(side)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addLayout(self._figures)
        holder.addStretch(1)
        row.addWidget(side)
        column.addLayout(row, 1)
        return page

    def _show_totals(self, found: Comparison, name: str) -> None:
        while (item := self._figures.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        for place, head in enumerate(("", tr("before"), tr("now"), "")):
            self._put(0, place, head, "caption")
        for line, total in enumerate(found.totals, start=1):
            share = share_of(total.before, total.after)
            self._put(line, 0, total.label, "")
            words = bytes_text if total.bytes else count
            self._put(line, 1, words(total.before), "muted")
            self._put(line, 2, words(total.after), "")
            self._put(line, 3, share if total.after != total.before else "", "muted")

    def _put(self, line: int, place: int, text: str, role: str) -> None:
        label = QLabel(text)
        label.setProperty("role", role)
        side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
        self._figures.addWidget(label, line, place, side)

    def _choose(self) -> None:
        ids = [str(item.data(0, ID)) for item in self.rows.selectedItems()]
        if ids and ids[0]:
            self._document.select(ids[:1])
            self.node_wanted.emit(ids[0])


def _sections(found: Comparison) -> Iterator[list[Row]]:
    """The rows: what came, what went, what is set otherwise, sizes, wires, plan and data."""
    yield [(one.id, f"+ {one.title}", "", told(one.layer)) for one in found.added]
    yield [("", f"− {one.title}", told(one.layer), "") for one in found.removed]
    for id, differences in found.changed.items():
        yield [(id, f"≠ {id}: {one.label.lower()}", one.before, one.after) for one in differences]
    for id, sizes in found.resized.items():
        before, after = (shape_text(one) if one else tr("unknown") for one in sizes)
        yield [(id, tr("≠ {id}: size", id=id), before, after)]
    for sign, wires in (("+", found.wires_added), ("−", found.wires_removed)):
        paths = [f"{one.source} → {one.target}" for one in wires]
        yield [
            (
                wire.target,
                tr("{sign} wire", sign=sign),
                words if sign == "−" else "",
                words if sign == "+" else "",
            )
            for wire, words in zip(wires, paths, strict=True)
        ]
    yield [("", f"≠ {one.label}", one.before, one.after) for one in found.settings]


def _tree() -> QTreeWidget:
    made = QTreeWidget()
    made.setHeaderLabels([tr("What"), tr("Before"), tr("Now")])
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setAccessibleName(tr("What differs"))
    made.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return made
