"""Shows a figure as large as the room allows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from designer.figures.figure import Figure
from designer.figures.write import image_of
from designer.theme import theme
from designer.tokens import Tokens


class Preview(QWidget):
    """The figure on its own ground, in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.figure: Figure | None = None
        self._image = QImage()
        self._drawn_at = 0.0
        self.setMinimumSize(480, 360)
        self.setAccessibleName(tr("Preview of the figure"))

    def show_figure(self, figure: Figure) -> None:
        """Show another figure."""
        self.figure = figure
        self._image = QImage()
        size = figure.size
        self.setAccessibleDescription(
            tr("{width:.0f} by {height:.0f} points", width=size.width(), height=size.height())
        )
        self.update()

    # ---- Qt -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(720, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The figure in pixels of this screen, drawn anew only where the room has changed."""
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(*(Tokens.MEDIUM * side for side in (1, 1, -1, -1)))
        painter.fillRect(self.rect(), theme.color("hover"))
        if self.figure is None:
            return
        size = self.figure.size
        scale = min(room.width() / size.width(), room.height() / size.height(), 2.0)
        sharp = scale * self.devicePixelRatioF()
        if self._image.isNull() or sharp != self._drawn_at:
            self._image, self._drawn_at = image_of(self.figure, scale=sharp), sharp
        place = QRectF(0, 0, size.width() * scale, size.height() * scale)
        place.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        painter.setPen(theme.color("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
