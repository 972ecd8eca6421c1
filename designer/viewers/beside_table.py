"""Runs side by side as a table: only what differs among their designs, and what came out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from core.explain.side_by_side import Ran
from core.tongue import tr
from designer.document.differing import ABSENT, Difference, differences
from designer.theme import theme
from designer.viewers.beside_words import LETTERS, result_rows
from designer.viewers.run_choice import RunChoice
from designer.viewers.words import run_title
from designer.widgets.focus_line import FocusLine
from designer.widgets.numbers import localized

_NODE = Qt.ItemDataRole.UserRole
ICON, _RADIUS = 16, 4.5  # pixels of a run's color in the head
_HASH = 8  # letters of a fingerprint that are shown

Row = tuple[str, tuple[str, ...]]


class BesideTable(QTreeWidget):
    """A column for each run. Signals: `node_chosen(id)`, the layer of the row that was clicked."""

    node_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("What differs and what came out"))
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        FocusLine(self)

    def show_runs(self, choice: RunChoice) -> None:
        """Fill the table anew."""
        runs = choice.columns
        kept = self.verticalScrollBar().value()
        self.clear()
        self.setColumnCount(1 + len(runs))
        self._head(choice)
        differing = rows_that_differ(runs)
        self.rows = [(row.label, row.values) for row in differing]
        self._section(
            tr("What differs") if differing else tr("Nothing differs") if len(runs) > 1 else ""
        )
        for row in differing:
            self._add(row.label, row.values, row.node)
        self._section(tr("What came out"))
        for label, words in result_rows(runs, choice.kinds):
            self.rows.append((label, words))
            self._add(label, words, "")
        self.verticalScrollBar().setValue(kept)

    def _head(self, choice: RunChoice) -> None:
        head = self.headerItem()
        head.setText(0, "")
        for column, run in enumerate(choice.columns, start=1):
            head.setText(column, LETTERS[column - 1])
            head.setIcon(column, dot(theme.tokens.run_color(choice.kind_of(run))))
            head.setToolTip(column, run_title(run.path))
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)

    def _section(self, words: str) -> None:
        if not words:
            return
        item = QTreeWidgetItem(self, [words])
        item.setFirstColumnSpanned(True)
        item.setForeground(0, theme.color("muted"))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)

    def _add(self, label: str, words: Sequence[str], node: str) -> None:
        texts = [localized(one) for one in (label, *words)]
        item = QTreeWidgetItem(self, texts)
        item.setData(0, _NODE, node)
        for column, text in enumerate(texts):
            item.setToolTip(column, text)

    def _choose(self, item: QTreeWidgetItem) -> None:
        node = str(item.data(0, _NODE) or "")
        if node:
            self.node_chosen.emit(node)

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)


def rows_that_differ(runs: Sequence[Ran]) -> tuple[Difference, ...]:
    """What differs among the designs, the data that were found, and the weights at the start."""
    known = differences([run.design for run in runs])
    data = tuple(run.data[:_HASH] or ABSENT for run in runs)
    origins = tuple(run_title(run.origin) if run.origin else "fresh" for run in runs)
    more = (Difference(tr("Data: fingerprint"), data), Difference(tr("First weights"), origins))
    return (*known, *(row for row in more if len(set(row.values)) > 1))


def dot(color: str) -> QIcon:
    """A disk in the color of a run, in the middle of an icon."""
    picture = QPixmap(2 * ICON, 2 * ICON)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(ICON / 2, ICON / 2), _RADIUS, _RADIUS)
    painter.end()
    return QIcon(picture)
