"""The comments of a canvas: shows those of the document, and lets them be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGraphicsView, QPlainTextEdit, QWidget

from core.comments import LONGEST
from core.design import Position
from core.tongue import tr
from designer.canvas.comment_item import LEAST_HEIGHT, WIDTH, CommentItem
from designer.canvas.geometry import snapped
from designer.canvas.scene import CanvasScene
from designer.document import commenting
from designer.theme import Theme

FIELD_HEIGHT = 96  # pixels, of the field a comment is written in


class Comments(QObject):
    """Attributes: `items` by id, `field` (where one is being written, None while none is)."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._scene = view, scene
        self._document = scene.document
        self.items: dict[str, CommentItem] = {}
        self.field: _Field | None = None
        self._shown = (self._document.design.comments, self._document.inside)
        self._document.design_changed.connect(self._follow)
        self._document.selection_changed.connect(self._show_selection)
        scene.whole_changed.connect(self.refresh)
        scene.inside_changed.connect(self.refresh)
        theme.theme_changed.connect(self.refresh)
        self.refresh()

    # ---- what others ask ----------------------------------------------------------------

    def under(self, spot: QPointF) -> str:
        """The comment at a point of the scene, the last one written on top; "" for none."""
        return next(
            (id for id, item in reversed(self.items.items()) if item.box.contains(spot)), ""
        )

    def touched(self, area: QRectF) -> list[str]:
        """The comments that an area of the scene touches."""
        return [id for id, item in self.items.items() if item.box.intersects(area)]

    def places_of(self, ids: Iterable[str]) -> dict[str, Position]:
        """Where comments lie that are in sight."""
        shown = self._document.design.comments
        return {id: shown[id].at for id in ids if id in self.items}

    def size_of(self, id: str) -> tuple[int, int] | None:
        """Width and height of a comment in sight, None where there is none."""
        item = self.items.get(id)
        return item and (round(item.box.width()), round(item.box.height()))

    def extent(self, ids: Iterable[str] | None = None) -> QRectF:
        """The rectangle around some comments, or around all in sight."""
        found = QRectF()
        for id in self.items if ids is None else ids:
            if id in self.items:
                found |= self.items[id].box
        return found

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show comments elsewhere."""
        for id, place in places.items():
            self.items[id].setPos(*place)

    def write(self, spot: QPointF) -> None:
        """Let a new comment be written with its corner here; without a word there is none."""
        at, inside = snapped((spot.x(), spot.y())), self._document.inside

        def keep(text: str) -> None:
            if text.strip():
                self._document.attempt(
                    tr("Comment"), lambda design: commenting.write(design, text, at, inside=inside)
                )

        self._ask(at, "", keep)

    def edit(self, id: str) -> None:
        """Let the text of a comment be changed; an empty one goes."""
        comment = self._document.design.comments[id]

        def keep(text: str) -> None:
            if text.strip() != comment.text:
                self._document.attempt(
                    tr("Change comment"), lambda design: commenting.rewrite(design, id, text)
                )

        self._ask(comment.at, comment.text, keep)

    # ---- the document -> the items ------------------------------------------------------

    def refresh(self) -> None:
        """Show the comments of this canvas anew."""
        design, inside = self._document.design, self._document.inside
        shown = commenting.in_sight(design, inside)
        for id in self.items.keys() - shown.keys():
            self._drop(self.items.pop(id))
        for id, comment in shown.items():
            if id in self.items and self.items[id].scene() is self._scene:
                self.items[id].show_comment(comment, self._scene.ink)
            else:
                self.items[id] = CommentItem(comment, self._scene.ink)
                self._scene.addItem(self.items[id])
        self._shown = (design.comments, inside)
        self._show_selection()

    def _drop(self, item: CommentItem) -> None:
        if item.scene() is self._scene:
            self._scene.removeItem(item)

    def _follow(self) -> None:
        if self._shown != (self._document.design.comments, self._document.inside):
            self.refresh()

    def _show_selection(self) -> None:
        for id, item in self.items.items():
            item.set_chosen(id in self._document.selected_comments)

    def _ask(self, at: Position, text: str, keep: Callable[[str], None]) -> None:
        if self.field is not None:
            self.field.end(keep=True)
        corner = self._view.mapFromScene(QPointF(*at))
        zoom = max(1.0, self._view.transform().m11())
        size = round(WIDTH * zoom), max(FIELD_HEIGHT, round(LEAST_HEIGHT * zoom))
        self.field = _Field(self._view.viewport(), text, QRect(corner.x(), corner.y(), *size))
        self.field.written.connect(keep)
        self.field.ended.connect(self._field_ended)

    def _field_ended(self) -> None:
        self.field = None
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)


class _Field(QPlainTextEdit):
    """Where a comment is written. Ctrl+Enter or a click elsewhere keeps it, Escape does not.

    Signals: `written(text)` where it is kept, `ended()` when the field is gone.
    """

    written = Signal(str)
    ended = Signal()

    def __init__(self, parent: QWidget, text: str, place: QRect) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Comment"))
        self.setPlaceholderText(tr("Write a comment. Ctrl+Enter keeps it."))
        self.setPlainText(text)
        self.selectAll()
        self.setGeometry(place)
        self._open = True
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self, *, keep: bool) -> None:
        """Close, and keep what was written or not."""
        if not self._open:
            return
        self._open = False
        self.hide()
        if keep:
            self.written.emit(self.toPlainText()[:LONGEST])
        self.ended.emit()
        self.deleteLater()

    # ---- Qt -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter keeps, Escape lets go."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.end(keep=False)
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.end(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Looking elsewhere keeps it."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.end(keep=True)
