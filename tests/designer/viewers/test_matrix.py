"""Numbers stand in the cells of a small matrix too."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from designer.viewers.matrix import Matrix

NAMES = [str(number) for number in range(10)]


def cell(matrix: Matrix, row: int, column: int) -> QImage:
    """The inside of a cell as it is painted."""
    inner = matrix.cell_rect(row, column).adjusted(1, 1, -2, -2)
    return matrix.grab(inner.toRect()).toImage()


def colors(image: QImage) -> set[str]:
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in places}


@pytest.mark.parametrize("side", [14, 16, 30])
def test_two_digits_stand_in_every_cell(qtbot: QtBot, side: int) -> None:
    matrix = Matrix()
    qtbot.addWidget(matrix)
    counts = np.full((10, 10), 11, np.int64)
    counts[0, 1] = 0
    matrix.set_counts(counts, NAMES)
    matrix.resize(400, side * 10 + 22)
    matrix.show()
    assert matrix.cell_rect(0, 0).width() == side
    assert len(colors(cell(matrix, 0, 1))) == 1  # none: nothing to say
    assert len(colors(cell(matrix, 2, 5))) > 1
    assert len(colors(cell(matrix, 4, 4))) > 1  # right answers too
