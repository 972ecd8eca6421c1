"""A section that folds away under its title."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStyle, QToolButton, QVBoxLayout, QWidget

from designer.resources import icon
from designer.tokens import Tokens

_NO_LIMIT = 16777215  # QWIDGETSIZE_MAX


class Fold(QWidget):
    """A title with a chevron, and a widget under it that opens and closes."""

    toggled = Signal(bool)

    def __init__(
        self, title: str, content: QWidget, *, opened: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._content = content
        self._head = QToolButton()
        self._head.setProperty("role", "fold")
        self._head.setText(title)
        self._head.setAccessibleName(title)
        self._head.setCheckable(True)
        self._head.setIconSize(QSize(14, 14))
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._motion = QPropertyAnimation(content, b"maximumHeight", self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._rest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(content)
        self._head.setChecked(opened)
        self._rest()
        self._head.toggled.connect(self._on_toggled)

    @property
    def opened(self) -> bool:
        """Is the content shown?"""
        return self._head.isChecked()

    def set_opened(self, opened: bool) -> None:
        """Open or close the section."""
        self._head.setChecked(opened)

    def set_title(self, title: str) -> None:
        """Name the section anew."""
        self._head.setText(title)
        self._head.setAccessibleName(title)

    def _on_toggled(self, opened: bool) -> None:
        self.toggled.emit(opened)
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if not self.isVisible() or not self.style().styleHint(hint, None, self):
            self._rest()  # nobody sees it, or the system asks for little motion
            return
        height = self._content.sizeHint().height()
        self._motion.stop()
        self._motion.setDuration(Tokens.MOTION)
        self._motion.setStartValue(0 if opened else self._content.height())
        self._motion.setEndValue(height if opened else 0)
        self._content.setVisible(True)
        self._arrow()
        self._motion.start()

    def _rest(self) -> None:
        """The state after the movement: shown without a limit, or hidden."""
        self._content.setVisible(self.opened)
        self._content.setMaximumHeight(_NO_LIMIT)
        self._arrow()

    def _arrow(self) -> None:
        self._head.setIcon(icon("chevron-down" if self.opened else "chevron-right", "muted"))
