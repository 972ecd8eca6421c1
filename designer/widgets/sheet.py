"""A sheet of things to choose, in columns under headings, with a sentence on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.search_field import SearchField
from designer.widgets.sheet_row import SheetRow

_COLUMNS = 3
_EDGE = 16  # between the sheet and the edge of the window


@dataclass(frozen=True)
class Item:
    """One thing to choose: `act` does it; what is `marked` is open or chosen already."""

    title: str
    sentence: str
    icon: str
    act: Callable[[], object]
    marked: bool = False


class Sheet(QFrame):
    """Lies over a window. Type to find, arrows and Enter or a click to choose, Escape to leave.

    `sections` are items by heading; those without items are left out.
    Attributes: `search`, `rows` (in the order of the columns).
    Signals: `finished` when it is gone, with or without a choice.
    """

    finished = Signal()

    def __init__(
        self, hint: str, sections: Mapping[str, Sequence[Item]], window: QWidget, *, below: QPoint
    ) -> None:
        super().__init__(window)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.setAccessibleName(hint)
        self.search = SearchField(hint)
        self.rows: list[SheetRow] = []
        self._columns: list[list[SheetRow]] = []
        self._headings: list[tuple[QLabel, list[SheetRow]]] = []
        self._nothing = QLabel(tr("Nothing of this name."))
        self._nothing.setProperty("role", "muted")
        self._nothing.hide()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._filled(sections))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[Tokens.MEDIUM] * 4)
        column.setSpacing(Tokens.SMALL)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self._area, 1)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        window.installEventFilter(self)
        self._open(below)

    def _open(self, below: QPoint) -> None:
        window = self.parentWidget()
        hint = self._area.widget().sizeHint()
        margins = 2 * Tokens.MEDIUM + 2
        width = min(hint.width() + margins + 10, window.width() - 2 * _EDGE)
        height = hint.height() + margins + self.search.sizeHint().height() + Tokens.SMALL
        left = max(_EDGE, min(below.x(), window.width() - width - _EDGE))
        top = below.y() + Tokens.TIGHT
        self.setGeometry(left, top, width, min(height, window.height() - top - _EDGE))
        self.show()
        self.raise_()
        self._mark(self._shown()[:1])
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filled(self, sections: Mapping[str, Sequence[Item]]) -> QWidget:
        """Headings and rows; the next section goes to the column that is shortest."""
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Tokens.MEDIUM)
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        self._columns = [[] for _ in columns]
        for place, column in enumerate(columns):
            column.setSpacing(0)
            grid.addLayout(column, 0, place)
            grid.setColumnStretch(place, 1)
        for heading, items in sections.items():
            if items:
                shortest = min(range(_COLUMNS), key=lambda one: len(self._columns[one]))
                rows = self._section(columns[shortest], heading, items)
                self._columns[shortest] += rows
        for column in columns:
            column.addStretch(1)
        self.rows = [row for column in self._columns for row in column]
        return holder

    def _section(self, column: QVBoxLayout, heading: str, items: Sequence[Item]) -> list[SheetRow]:
        label = QLabel(heading)
        label.setProperty("role", "caption")
        label.setContentsMargins(Tokens.SMALL, Tokens.SMALL, 0, Tokens.TIGHT)
        column.addWidget(label)
        rows = []
        for item in items:
            row = SheetRow(item.title, item.sentence, item.icon, marked=item.marked)
            row.clicked.connect(lambda _=False, chosen=item: self._choose(chosen))
            row.entered.connect(lambda one=row: self._mark([one]))
            column.addWidget(row)
            rows.append(row)
        self._headings.append((label, rows))
        return rows

    # ---- choosing -----------------------------------------------------------------------

    @property
    def pointed(self) -> SheetRow | None:
        """The row that Enter would choose."""
        return next((row for row in self.rows if row.pointed), None)

    def end(self) -> None:
        """Go away."""
        if self.isHidden():
            return
        self.search.removeEventFilter(self)
        self.parentWidget().removeEventFilter(self)
        self.hide()
        self.finished.emit()

    def _choose(self, item: Item) -> None:
        self.end()
        item.act()

    def _shown(self) -> list[SheetRow]:
        return [row for row in self.rows if not row.isHidden()]

    def _mark(self, rows: Iterable[SheetRow]) -> None:
        meant = set(rows)
        for row in self.rows:
            row.set_pointed(row in meant)
        for row in meant:
            self._area.ensureWidgetVisible(row, 0, Tokens.SMALL)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for label, rows in self._headings:
            for row in rows:
                words = f"{label.text()} {row.words}".casefold()
                row.setVisible(all(word in words for word in wanted))
            label.setVisible(any(not row.isHidden() for row in rows))
        found = self._shown()
        start = text.casefold().strip()
        found.sort(key=lambda row: not row.text().casefold().startswith(start))
        self._nothing.setVisible(not found)
        self._mark(found[:1])

    def _step(self, key: Qt.Key) -> bool:
        """Move the mark; sideways only while nothing is typed, for the cursor of the field."""
        down = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        aside = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(key, 0)
        shown, now = self._shown(), self.pointed
        if now is None or not (down or (aside and not self.search.text())):
            return False
        if down:
            self._mark([shown[(shown.index(now) + down) % len(shown)]])
            return True
        place = next(at for at, column in enumerate(self._columns) if now in column)
        beside = self._columns[(place + aside) % _COLUMNS]
        if beside:
            self._mark([min(beside, key=lambda row: abs(row.y() - now.y()))])
        return True

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys and Enter work on the rows; looking elsewhere and resizing close the sheet."""
        kind = event.type()
        if watched is not self.search:
            if kind == QEvent.Type.Resize:
                self.end()
            return False
        if kind == QEvent.Type.FocusOut:
            self.end()
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.end()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.pointed is not None:
                    self.pointed.click()
                return True
            return self._step(key)
        return False
