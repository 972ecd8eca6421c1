"""Pictures of a whole network: as pixels, as PNG, as SVG."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from designer.canvas.scene import CanvasScene

MARGIN = 24.0
LARGEST = 16_000  # pixels on a side: what image programs still open


def picture(scene: CanvasScene, *, scale: float = 2.0) -> QImage:
    """Everything on the canvas, without the dots, at `scale` pixels to the unit."""
    area = _area(scene)
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
    """The network as a PNG file; OSError where it cannot be written."""
    if not picture(scene).save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError(f"{path} cannot be written.")


def write_svg(scene: CanvasScene, path: Path, *, title: str) -> None:
    """The network as an SVG drawing; OSError where it cannot be written."""
    area = _area(scene)
    drawing = QSvgGenerator()
    drawing.setFileName(str(path))
    drawing.setTitle(title)
    drawing.setSize(area.size().toSize())
    drawing.setViewBox(QRectF(0, 0, area.width(), area.height()))
    painter = QPainter()
    if not painter.begin(drawing):
        raise OSError(f"{path} cannot be written.")
    painter.fillRect(QRectF(0, 0, area.width(), area.height()), scene.ink.ground)
    scene.render(painter, QRectF(0, 0, area.width(), area.height()), area)
    painter.end()


def _area(scene: CanvasScene) -> QRectF:
    return scene.extent().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
