"""A view on disk: its picture as pixels or lines, its numbers as text or as NumPy arrays.

Files are written whole or not at all; OSError where the place does not take them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from designer.widgets.save_as import write_image, write_table, write_whole

Arrays = Mapping[str, NDArray[Any]]
HEADER = ("array", "map", "row", "column", "value")


def write_png(widget: QWidget, path: Path) -> None:
    """What a widget shows, as pixels."""
    write_image(widget.grab().toImage(), path)


def write_svg(widget: QWidget, path: Path) -> None:
    """What a widget shows, as lines and letters."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle(widget.accessibleName())
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    write_whole(bytes(buffer.data().data()), path)


def write_csv(arrays: Arrays, path: Path) -> None:
    """Every value in a line of its own: array, map, row, column, value in full precision.

    Axes before the last two are counted together as the map.
    """
    write_table(_rows(arrays), path)


def _rows(arrays: Arrays) -> Iterator[tuple[object, ...]]:
    yield HEADER
    for name, array in arrays.items():
        at_least = np.atleast_2d(array)
        maps = at_least.reshape(-1, *at_least.shape[-2:])
        for (number, row, column), value in np.ndenumerate(maps):
            yield name, number, row, column, repr(value.item())


def write_npz(arrays: Arrays, path: Path) -> None:
    """The arrays by their names, for `numpy.load`."""
    made = io.BytesIO()
    np.savez_compressed(made, **{name: np.asarray(array) for name, array in arrays.items()})
    write_whole(made.getvalue(), path)
