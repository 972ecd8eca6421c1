"""The sheets of a stepper side by side: what goes in, filter, products, what comes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from core.explain.frames import Sheet
from core.explain.walk import View
from core.tongue import tr
from designer.widgets.grid_marks import GridMarks, Numbers
from designer.widgets.number_grid import NumberGrid

_SIGN = 16  # pixels for a sign between two sheets
_WITH_PRODUCTS = 760  # pixels from which the products have a sheet of their own


class StepGrids(QWidget):
    """Left · middle = products → right. Of a scattered sum: value × filter → right.

    Signals: `left_chosen`, `right_chosen` (row, column), `left_typed`, `middle_typed` (row, column,
    value).
    """

    left_chosen = Signal(int, int)
    right_chosen = Signal(int, int)
    left_typed = Signal(int, int, float)
    middle_typed = Signal(int, int, float)

    def __init__(self) -> None:
        super().__init__()
        self.left, self.middle = NumberGrid(name=tr("Input")), NumberGrid(name=tr("Filter"))
        self.products, self.right = NumberGrid(name=tr("Products")), NumberGrid(name=tr("Output"))
        self._signs = [_sign(text, self) for text in "·=→"]
        self._grids = (self.left, self.middle, self.products, self.right)
        for grid in self._grids:
            grid.setParent(self)
        self.left.cell_chosen.connect(self.left_chosen)
        self.right.cell_chosen.connect(self.right_chosen)
        self.left.value_typed.connect(self.left_typed)
        self.middle.value_typed.connect(self.middle_typed)

    def show_view(
        self,
        view: View,
        titles: tuple[str, str, str],
        *,
        limits: tuple[float, float, float],
        secret: bool = False,
        until: int = -1,
        single: int = -1,
    ) -> None:
        """Draw a step. `limits` are the colors' of the three sheets.

        `secret` hides the answer, `until` what comes after so many answers, and `single` marks one
        product alone.
        """
        under, middle = view.under, GridMarks()
        products_until = -1
        if single >= 0 and view.frame is not None:
            i, j = divmod(single, view.middle.values.shape[1])
            under = view.under[0][i : i + 1], view.under[1][j : j + 1]
            middle = GridMarks(np.array([i]), np.array([j]))
            products_until = single + 1
        left = _numbers(view.left, limits[0], counted=view.counted == "left")
        self.left.set_numbers(left, GridMarks(*under), title=titles[0])
        self.middle.set_numbers(_numbers(view.middle, limits[1]), middle, title=titles[1])
        values = view.middle.values * view.pushed
        if view.frame is not None:
            values = view.frame.products
        kinds = np.zeros(values.shape, np.int8)
        largest = float(np.abs(values).max(initial=0.0))
        self.products.set_numbers(
            Numbers(values, kinds, (0, 0), True, -largest, largest),
            GridMarks(middle.rows, middle.columns, until=products_until),
            title=tr("products"),
        )
        self._show_right(view, titles[2], limits[2], secret=secret, until=until)
        self._share_room()

    def _show_right(
        self, view: View, title: str, limit: float, *, secret: bool, until: int
    ) -> None:
        marks, counted = GridMarks(*view.target, target=True), view.counted == "right"
        if not counted:  # counts give nothing away
            marks = replace(marks, secret=secret, until=until)
        self.right.set_numbers(_numbers(view.right, limit, counted=counted), marks, title=title)

    def _share_room(self) -> None:
        """Filter and products get what they need, the maps share the rest.

        Where there is too little room the products go, and then the maps are shown in part.
        """
        room = self.width() - _SIGN * len(self._signs)
        need = [grid.wanted_width() for grid in self._grids]
        with_products = sum(need) <= room or self.width() >= _WITH_PRODUCTS
        shown = [grid for grid in self._grids if with_products or grid is not self.products]
        widths = shared_widths([grid.wanted_width() for grid in shown], room)
        x = 0
        self.products.setVisible(with_products)
        self._signs[1].setVisible(with_products)
        signs = [sign for sign in self._signs if with_products or sign is not self._signs[1]]
        for number, (grid, width) in enumerate(zip(shown, widths, strict=True)):
            grid.setGeometry(QRect(x, 0, width, self.height()))
            x += width
            if number < len(signs):
                signs[number].setGeometry(QRect(x, 0, _SIGN, self.height()))
                x += _SIGN

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(640, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()


def shared_widths(wanted: list[int], room: int) -> list[int]:
    """Widths of the sheets: small ones as they wish, the others an equal share of what is left.

    What nobody wishes for is spread evenly.
    """
    widths, left = [0] * len(wanted), room
    for number, at in enumerate(sorted(range(len(wanted)), key=lambda at: wanted[at])):
        widths[at] = min(wanted[at], left // (len(wanted) - number))
        left -= widths[at]
    return [width + left // len(wanted) for width in widths]


def _numbers(sheet: Sheet, limit: float, *, counted: bool = False) -> Numbers:
    """A sheet on the signed map: zero is neutral, the limits are the same both ways.

    Counts have no sign.
    """
    low = 0.0 if counted else -limit
    return Numbers(sheet.values, sheet.kinds, sheet.origin, not counted, low, limit)


def _sign(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
