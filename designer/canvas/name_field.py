"""The field in which a group gets its name, right where the name stands on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from core.tongue import tr
from designer.canvas.geometry import HEIGHT, TITLE_HEIGHT
from designer.canvas.view import CanvasView

WIDTH = 180
LEFT = 30.0  # canvas units from the edge of a group to its name


class NameField(QLineEdit):
    """Enter takes the name, Escape leaves the old one.

    Signals: `named(group, name)`.
    """

    named = Signal(str, str)

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.setObjectName("group_name")
        self.setAccessibleName(tr("Name of the group"))
        self.setFixedWidth(WIDTH)
        self._view = view
        self._group = ""
        self.hide()
        view.document.design_changed.connect(self.hide)

    def ask(self, group: str) -> None:
        """Open on a group in sight with the name it has."""
        scene = self._view.network
        self._group = group
        self._view.reveal(group)
        if group in scene.fences.frames:
            corner, middle = scene.fences.frames[group].line_box.topLeft(), TITLE_HEIGHT / 2
        else:
            corner, middle = QPointF(*scene.places[group]), HEIGHT / 2
        at = self._view.mapFromScene(corner + QPointF(LEFT, middle))
        self.move(at.x(), at.y() - self.sizeHint().height() // 2)
        self.setText(scene.seen.title(group))
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        group, name = self._group, self.text()
        self._leave()
        self.named.emit(group, name)

    def _leave(self) -> None:
        self.hide()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- Qt -----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys typed here are text, not shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the name, Escape leaves the old one; the canvas hears of neither."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere has changed their mind."""
        super().focusOutEvent(event)
        self.hide()
