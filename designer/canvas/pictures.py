"""Pictures of a whole network, in pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from designer.canvas.comment_item import CommentItem
from designer.canvas.scene import CanvasScene

MARGIN = 24.0
LARGEST = 16_000  # pixels on a side: what image programs still open


def picture(scene: CanvasScene, *, scale: float = 2.0) -> QImage:
    """Everything on the canvas, without the dots, at `scale` pixels to the unit."""
    area = area_of(scene)
    scale = min(scale, LARGEST / max(area.width(), area.height()))
    size = QSize(round(area.width() * scale), round(area.height() * scale))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(scene.ink.ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scene.render(painter, QRectF(image.rect()), area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
    return image


def area_of(scene: CanvasScene) -> QRectF:
    """Everything on the canvas, comments included, and a margin."""
    found = scene.extent()
    for item in scene.items():
        if isinstance(item, CommentItem):
            found |= item.box
    return found.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
