"""The find bar (Ctrl+F): type a name, a type or a size, Enter goes from match to match."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QFrame, QGraphicsRectItem, QHBoxLayout, QLabel

from core.tongue import tr
from designer.canvas.geometry import HEIGHT, WIDTH
from designer.canvas.scene import CanvasScene
from designer.canvas.view import CanvasView
from designer.document.finding import found
from designer.tokens import Tokens
from designer.widgets.icon_button import icon_button
from designer.widgets.search_field import SearchField

FIELD_WIDTH = 220
HALO = 8.0  # canvas units around a match


class FindBar(QFrame):
    """Marks every match on the canvas and selects one of them."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.setObjectName("findBar")
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self._view = view
        self._document = view.document
        self._halos = Halos(view.network)
        self.matches: list[str] = []
        self.field = SearchField(tr("Find a name, a type, or a size such as 14x14"))
        self.field.setFixedWidth(FIELD_WIDTH)
        self.told = QLabel()
        self.told.setProperty("role", "muted")
        self.told.setMinimumWidth(self.told.fontMetrics().horizontalAdvance("999 of 999"))
        self.previous = icon_button("chevron-up", tr("Previous match (Shift+Enter)"), size=14)
        self.next = icon_button("chevron-down", tr("Next match (Enter)"), size=14)
        self.close_button = icon_button("close", tr("Close (Esc)"), size=14)
        row = QHBoxLayout(self)
        row.setContentsMargins(Tokens.TIGHT, Tokens.TIGHT, Tokens.TIGHT, Tokens.TIGHT)
        row.setSpacing(Tokens.TIGHT)
        for button in (self.previous, self.next, self.close_button):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for widget in (self.field, self.told, self.previous, self.next, self.close_button):
            row.addWidget(widget)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.close_button.clicked.connect(self.end)
        self._document.design_changed.connect(self._follow)
        view.network.inside_changed.connect(self._mark)
        self.hide()

    def open(self) -> None:
        """Show the bar with the cursor in it; what was looked for last is still there."""
        self.adjustSize()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search()

    def end(self) -> None:
        """Close; the match that was reached stays selected."""
        self.hide()
        self._mark()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """Go to the next match, or to the one before."""
        if not self.matches:
            return
        chosen = self._document.selection
        here = self.matches.index(chosen[0]) if chosen and chosen[0] in self.matches else -1
        if here < 0 and by < 0:
            here = 0
        self._go_to(self.matches[(here + by) % len(self.matches)])

    def _search(self) -> None:
        self._match()
        chosen = self._document.selection
        if self.matches and not (chosen and chosen[0] in self.matches):
            self._go_to(self.matches[0])

    def _match(self) -> None:
        inference = self._document.inference
        text = self.field.text()
        self.matches = found(self._document.design.graph, inference.nodes, text)
        self._mark()
        self._tell()

    def _mark(self) -> None:
        """A halo around each match in sight, or around the group that hides it."""
        items = self._view.network.seen.item_of
        shown = self.matches if self.isVisible() else []
        self._halos.show(dict.fromkeys(items.get(node, node) for node in shown))

    def _go_to(self, node: str) -> None:
        self._document.select((node,))
        self._view.reveal(node)
        self._tell()

    def _tell(self) -> None:
        chosen, count = self._document.selection, len(self.matches)
        if not self.field.text().strip():
            self.told.setText("")
        elif not count:
            self.told.setText(tr("No match"))
        elif chosen and chosen[0] in self.matches:
            self.told.setText(
                tr("{chosen} of {count}", chosen=self.matches.index(chosen[0]) + 1, count=count)
            )
        else:
            self.told.setText(tr("{count} found", count=count))
        self.previous.setEnabled(count > 0)
        self.next.setEnabled(count > 0)

    def _follow(self) -> None:
        if self.isVisible():
            self._match()

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Shift+Enter step through the matches, Escape closes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self.step(-1 if back else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.end()
                return True
        return False


class Halos:
    """A soft frame behind each node that is found."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._items: list[QGraphicsRectItem] = []

    def show(self, nodes: Iterable[str]) -> None:
        """Mark these nodes and no others."""
        for item in self._items:
            if item.scene() is self._scene:
                self._scene.removeItem(item)
        self._items = [self._halo(node) for node in nodes if node in self._scene.places]

    def _halo(self, node: str) -> QGraphicsRectItem:
        x, y = self._scene.places[node]
        item = QGraphicsRectItem(QRectF(x, y, WIDTH, HEIGHT).adjusted(-HALO, -HALO, HALO, HALO))
        fill = QColor(self._scene.ink.warning)
        fill.setAlphaF(0.22)
        pen = QPen(self._scene.ink.warning, 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        item.setBrush(fill)
        item.setPen(pen)
        item.setZValue(-1.5)
        self._scene.addItem(item)
        return item
