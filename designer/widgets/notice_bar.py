"""A sentence over a part of the window that needs an answer, with the button that gives it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from core.tongue import tr
from designer.resources import icon
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_label import IconLabel

_WIDEST = 720


class NoticeBar(QFrame):
    """Lies at the top of `area` until it is closed or no longer true.

    Attributes: `sentence` and `about` (the words), `button`, `cross`.
    Signals: `acted` when the button is pressed.
    """

    acted = Signal()

    def __init__(self, area: QWidget, *, button: str) -> None:
        super().__init__(area)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.sentence = QLabel()
        self.about = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.about.setProperty("role", "muted")
        self.button = QPushButton(button)
        self.button.clicked.connect(self.acted)
        self.cross = QToolButton()
        self.cross.setIcon(icon("close", "muted"))
        self.cross.setIconSize(QSize(13, 13))
        self.cross.setToolTip(tr("Later"))
        self.cross.setAccessibleName(tr("Later"))
        self.cross.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(Tokens.MEDIUM, Tokens.SMALL, Tokens.SMALL, Tokens.SMALL)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(IconLabel(icon("warning", "warning"), 18))
        row.addWidget(self.sentence)
        row.addWidget(self.about, 1)
        row.addWidget(self.button)
        row.addWidget(self.cross)
        area.installEventFilter(self)
        self.hide()

    def say(self, sentence: str, about: str = "") -> None:
        """Say something, about a path that may be long; "" hides the bar."""
        self.sentence.setText(sentence)
        self.about.setText(about)
        self.setAccessibleName(f"{sentence} {about}".strip())
        self.setVisible(bool(sentence))
        self._place()

    def _place(self) -> None:
        area = self.parentWidget()
        room = area.width() - 2 * Tokens.MEDIUM
        words = self.about.fontMetrics().horizontalAdvance(self.about.text())
        width = min(room, _WIDEST, words + self.sizeHint().width() + Tokens.LARGE)
        left, height = (area.width() - width) // 2, self.sizeHint().height()
        self.setGeometry(left, Tokens.MEDIUM, width, height)
        self.raise_()

    # ---- Qt -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
