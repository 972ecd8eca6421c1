"""What a panel shows before it has something to show."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.breakable import breakable
from designer.widgets.icon_label import IconLabel

_ICON = 36
_WIDEST = 320  # longer lines are hard to read
_NARROWEST, _TALLEST = 80, 10_000


class EmptyState(QWidget):
    """An icon, one sentence that says what will be here and how to get there, perhaps a button."""

    activated = Signal()

    def __init__(
        self, icon_name: str, sentence: str, *, button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(sentence)
        self._picture = IconLabel(icon(icon_name, "muted"), _ICON)
        self._said = sentence
        self._sentence = QLabel(breakable(sentence))
        self._sentence.setObjectName("sentence")
        self._sentence.setProperty("role", "muted")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(button)
        self.button.setAccessibleName(button)
        self.button.clicked.connect(self.activated)
        column = QVBoxLayout(self)
        # The sentence is fitted to the width there is: it must not keep its panel from shrinking.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(Tokens.HUGE, Tokens.SMALL, Tokens.HUGE, Tokens.SMALL)
        column.setSpacing(Tokens.MEDIUM)
        column.addStretch(2)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button.setVisible(bool(button))
        column.addStretch(3)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._said

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self._said = sentence
        self._sentence.setText(breakable(sentence))
        self.setAccessibleName(sentence)
        self._fit_sentence()

    def _fit_sentence(self) -> None:
        """A wrapped label asks for too little height when it is narrower than its layout, and what
        it asks for depends on the size it was fixed to before.
        """
        width = min(_WIDEST, max(_NARROWEST, self.width() - 2 * Tokens.HUGE))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = QRect(0, 0, width, _TALLEST)
        taken = self._sentence.fontMetrics().boundingRect(room, flags, self._sentence.text())
        self._sentence.setFixedSize(width, taken.height())
        below = self.button.sizeHint().height() if not self.button.isHidden() else 0
        wanted = _ICON + taken.height() + below + 2 * Tokens.MEDIUM + 2 * Tokens.SMALL
        self._picture.setVisible(self.height() >= wanted)  # the words come first

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST + 2 * Tokens.HUGE, 2 * Tokens.HUGE + _ICON)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sentence()
