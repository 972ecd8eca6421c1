"""Pictures of a whole network: as pixels, as PNG, as SVG."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from core import files
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


def write_png(scene: CanvasScene, path: Path) -> None:
    """The network as a PNG file; OSError with a sentence where it cannot be written."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(picture(scene))
    _write(path, bytes(data.data()))


def write_svg(scene: CanvasScene, path: Path, *, title: str) -> None:
    """The network as an SVG drawing; OSError with a sentence where it cannot be written."""
    area = area_of(scene)
    page = QRectF(0, 0, area.width(), area.height())
    data = QByteArray()
    buffer = QBuffer(data)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setTitle(title)
    drawing.setSize(area.size().toSize())
    drawing.setViewBox(page)
    painter = QPainter(drawing)
    painter.fillRect(page, scene.ink.ground)
    scene.render(painter, page, area)
    painter.end()
    _write(path, bytes(data.data()))


def _write(path: Path, data: bytes) -> None:
    try:
        files.write(path, data)
    except files.FileError as error:
        raise OSError(str(error)) from error


def area_of(scene: CanvasScene) -> QRectF:
    """Everything on the canvas, comments included, and a margin."""
    found = scene.extent()
    for item in scene.items():
        if isinstance(item, CommentItem):
            found |= item.box
    return found.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
