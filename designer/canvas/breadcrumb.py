"""The breadcrumb: from the whole network to the group that is open by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.theme import Theme, font
from designer.tokens import Tokens
from designer.widgets.icon_label import IconLabel

WIDEST = 160  # pixels that one name may take


class Breadcrumb(QWidget):
    """Shown while a group is open by itself.

    Signals: `chosen(group)` for a step of the way, "" for the whole network.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setAccessibleName(tr("Way to the open group"))
        self._theme = theme
        self._way: list[tuple[str, str]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(Tokens.SMALL, Tokens.TIGHT, Tokens.MEDIUM, Tokens.TIGHT)
        self._row.setSpacing(0)
        self.move(Tokens.MEDIUM, Tokens.MEDIUM)
        self.hide()

    @property
    def titles(self) -> list[str]:
        """What it says, from the whole network on; nothing while it is hidden."""
        return [title for _, title in self._way] if len(self._way) > 1 else []

    def show_way(self, way: Sequence[tuple[str, str]]) -> None:
        """Show the steps of a way, each a group and its name; one step alone is not shown."""
        if list(way) == self._way:
            return
        self._way = list(way)
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for group, title in self._way[:-1]:
            self._put(self._step(group, title))
            self._put(IconLabel(icon("chevron-right"), 14))
        self._put(self._last(self._way[-1][1]))
        self.setVisible(len(self._way) > 1)
        self._row.activate()
        self.resize(self._row.sizeHint())

    def _put(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        widget.show()  # at once, so that it counts in the size

    def _step(self, group: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setText(_fitted(button, title))
        button.setToolTip(
            tr("Back to {title}", title=title) if group else tr("Back to the whole network (Esc)")
        )
        button.clicked.connect(lambda: self.chosen.emit(group))
        return button

    def _last(self, title: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(font(Tokens.BODY, bold=True))
        label.setText(_fitted(label, title))
        label.setContentsMargins(Tokens.TIGHT, 0, 0, 0)
        return label

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small card over the canvas."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("edge"), 1))
        painter.setBrush(self._theme.color("surface"))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Tokens.RADIUS, Tokens.RADIUS)


def _fitted(widget: QWidget, title: str) -> str:
    """A name, cut where it would take too much of the canvas."""
    return widget.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, WIDEST)
