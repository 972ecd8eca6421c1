"""The one-minute tour: points at real parts of the window, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.tongue import tr
from designer.theme import theme
from designer.tokens import Tokens

_CARD = 320  # pixels across
_SHADE = 120  # of 255, how dark everything else becomes
_AROUND = 4  # between a part and its outline


@dataclass(frozen=True)
class Stop:
    """A part of the window to point at: what it is called and what one does there.

    `find` brings the part to the front and gives it.
    """

    find: Callable[[], QWidget]
    heading: str
    sentence: str


class Tour(QWidget):
    """Lies over a window until it was seen or skipped. Enter and arrows lead on, Esc ends it.

    Signals: `ended`.
    """

    ended = Signal()

    def __init__(self, window: QWidget, stops: Sequence[Stop]) -> None:
        super().__init__(window)
        self._stops = tuple(stops)
        self.number = 0
        self._target: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make_card()
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.go_to(0)
        self.show()
        self.raise_()
        self.next.setFocus()

    @property
    def hole(self) -> QRect:
        """Where the part lies that is pointed at."""
        if self._target is None:
            return QRect()
        corner = self._target.mapTo(self.parentWidget(), QPoint(0, 0))
        around = QRect(corner, self._target.size())
        return around.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND) & self.rect()

    def go_to(self, number: int) -> None:
        """Point at the stop of this number, from 0; past the last the tour ends."""
        if not 0 <= number < len(self._stops):
            self.end()
            return
        self.number = number
        stop = self._stops[number]
        self._target = stop.find()
        self.heading.setText(stop.heading)
        self.sentence.setText(stop.sentence)
        self.setAccessibleName(f"{stop.heading}. {stop.sentence}")
        self.place.setText(tr("{number} of {count}", number=number + 1, count=len(self._stops)))
        self.back.setEnabled(number > 0)
        self.next.setText(tr("Done") if number == len(self._stops) - 1 else tr("Next"))
        self._lay()
        QTimer.singleShot(0, self, self._lay)  # once docks that were brought up are laid out

    def end(self) -> None:
        """Go away."""
        self.parentWidget().removeEventFilter(self)
        self.hide()
        self.deleteLater()
        self.ended.emit()

    # ---- parts --------------------------------------------------------------------------

    def _make_card(self) -> None:
        self.card = QFrame(self)
        self.card.setProperty("role", "card")
        self.card.setFixedWidth(_CARD)
        self.heading, self.sentence, self.place = QLabel(), QLabel(), QLabel()
        self.heading.setProperty("role", "heading")
        self.place.setProperty("role", "caption")
        self.sentence.setWordWrap(True)
        self.skip, self.back, self.next = (
            QPushButton(one) for one in (tr("Skip"), tr("Back"), tr("Next"))
        )
        self.skip.setProperty("quiet", True)
        self.next.setProperty("primary", True)
        self.skip.clicked.connect(self.end)
        self.back.clicked.connect(lambda: self.go_to(self.number - 1))
        self.next.clicked.connect(lambda: self.go_to(self.number + 1))
        row = QHBoxLayout()
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.place)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(Tokens.LARGE, Tokens.LARGE, Tokens.LARGE, Tokens.MEDIUM)
        column.setSpacing(Tokens.SMALL)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addSpacing(Tokens.SMALL)
        column.addLayout(row)

    def _lay(self) -> None:
        """The card beside the part: where there is most room, else in it."""
        high = self.card.layout().heightForWidth(_CARD)
        self.card.setFixedHeight(max(high, self.card.layout().minimumSize().height()))
        size, hole, all_of_it = self.card.size(), self.hole, self.rect()
        gap = Tokens.MEDIUM
        rooms = {
            QPoint(hole.right() + gap, hole.top()): all_of_it.right() - hole.right() - size.width(),
            QPoint(hole.left() - gap - size.width(), hole.top()): hole.left() - size.width(),
            QPoint(hole.left(), hole.top() - gap - size.height()): hole.top() - size.height(),
            QPoint(hole.left(), hole.bottom() + gap): (
                all_of_it.bottom() - hole.bottom() - size.height()
            ),
        }
        corner = max(rooms, key=lambda one: rooms[one])
        if rooms[corner] < 2 * gap:  # no room on any side: in the middle of it
            corner = hole.center() - QPoint(size.width() // 2, size.height() // 2)
        x = min(max(gap, corner.x()), all_of_it.width() - size.width() - gap)
        y = min(max(gap, corner.y()), all_of_it.height() - size.height() - gap)
        self.card.move(x, y)
        self.raise_()  # docks that are laid out anew lift the canvas above everything
        self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything darker but the part that is meant."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade, hole = QPainterPath(), QRectF(self.hole)
        shade.addRect(QRectF(self.rect()))
        shade.addRoundedRect(hole, Tokens.RADIUS, Tokens.RADIUS)
        painter.fillPath(shade, QColor(0, 0, 0, _SHADE))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRoundedRect(hole.adjusted(1, 1, -1, -1), Tokens.RADIUS, Tokens.RADIUS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go_to(self.number + 1)
        elif key == Qt.Key.Key_Left and self.number:
            self.go_to(self.number - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the card does nothing: nobody should lose the tour by a slip."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the window, whatever its size."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
            QTimer.singleShot(0, self, self._lay)
        return False
