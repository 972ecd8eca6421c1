"""Figures as files: PNG, SVG and PDF, and the project that a picture carries."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from core import carried, files
from designer.canvas.pictures import LARGEST
from designer.figures.figure import Figure

FileKind = Literal["svg", "pdf", "png"]

SHARPNESS = 3.0  # pixels to a point in PNG: 216 to the inch
_FINE = 1200  # dots to the inch in PDF, in which places are rounded
_INCH = 72.0  # points


def image_of(figure: Figure, *, scale: float = SHARPNESS) -> QImage:
    """The figure in pixels, `scale` to the point; less where image programs would give up."""
    size = figure.size
    scale = min(scale, LARGEST / max(size.width(), size.height()))
    image = QImage(
        QSize(round(size.width() * scale), round(size.height() * scale)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(figure.ground)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    figure.paint(painter)
    painter.end()
    return image


def bytes_of(figure: Figure, kind: FileKind, *, title: str) -> bytes:
    """The figure as the content of a file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == "png":
        QImageWriter(buffer, b"png").write(image_of(figure))
    elif kind == "svg":
        _paint_svg(figure, buffer, title)
    else:
        _paint_pdf(figure, buffer, title)
    return bytes(data.data())


def write(figure: Figure, path: Path, kind: FileKind, *, title: str, project: bytes = b"") -> None:
    """Write a figure, whole or not at all; FileError where it cannot be.

    A PNG or SVG carries `project` inside unless that is empty.
    """
    data = bytes_of(figure, kind, title=title)
    if project and kind != "pdf":
        data = carried.put(data, project)
    files.write(path, data)


def _paint_svg(figure: Figure, buffer: QBuffer, title: str) -> None:
    size = figure.size
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setTitle(title)
    drawing.setSize(size.toSize())
    drawing.setViewBox(QRectF(0, 0, size.width(), size.height()))
    painter = QPainter(drawing)
    figure.paint(painter)
    painter.end()


def _paint_pdf(figure: Figure, buffer: QBuffer, title: str) -> None:
    """One page, just as large as the figure."""
    size = figure.size
    paper = QPdfWriter(buffer)
    paper.setTitle(title)
    paper.setCreator("Striate")
    paper.setResolution(_FINE)
    page = QSizeF(size.width(), size.height())
    paper.setPageSize(
        QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    paper.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(paper)
    painter.scale(_FINE / _INCH, _FINE / _INCH)
    figure.paint(painter)
    painter.end()
