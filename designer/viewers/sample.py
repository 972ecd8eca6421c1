"""Which validation item is looked at: its picture, its class, and what the network says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.tongue import tr
from designer.theme import theme
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import icon_button
from designer.widgets.numbers import percent
from designer.widgets.role import set_role
from designer.widgets.tiles import extent

_SIDE = 112  # of the picture
_MANY = 999_999  # items, while their number is not known
# The buttons beside the number step. Without its own (NoButtons) the field loses its text's room.
_WITHOUT_ARROWS = """
QSpinBox { padding: 4px 2px; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; }
QSpinBox::up-arrow, QSpinBox::down-arrow { image: none; width: 0; height: 0; }
"""


class SamplePicker(QWidget):
    """Previous, next, a number, and the picture itself.

    Signals: `sample_changed(number)`, counted from 0.
    """

    sample_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.picture = Picture()
        self.number = QSpinBox()
        self.number.setRange(0, _MANY)
        self.number.setWrapping(True)
        self.number.setStyleSheet(_WITHOUT_ARROWS)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName(tr("Validation item"))
        self.number.setToolTip(tr("Number of the validation item"))
        self.number.valueChanged.connect(self.sample_changed)
        self.before = icon_button("chevron-left", tr("Previous item"), size=14)
        self.after = icon_button("chevron-right", tr("Next item"), size=14)
        for button in (self.before, self.after):
            button.setAutoRepeat(True)
        self.before.clicked.connect(self.number.stepDown)
        self.after.clicked.connect(self.number.stepUp)
        self.label = ElidedLabel()
        self.answer = ElidedLabel()
        self.answer.setProperty("role", "caption")
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.before)
        row.addWidget(self.number, 1)
        row.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(Tokens.MEDIUM, Tokens.TIGHT, Tokens.SMALL, Tokens.SMALL)
        column.setSpacing(Tokens.TIGHT)
        column.addWidget(self.picture)
        column.addLayout(row)
        column.addWidget(self.label)
        column.addWidget(self.answer)
        column.addStretch(1)
        self.setFixedWidth(_SIDE + Tokens.MEDIUM + Tokens.SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    @property
    def sample(self) -> int:
        """The item that is chosen, from 0."""
        return self.number.value()

    def set_sample(self, number: int) -> None:
        """Show another number, without a signal."""
        self.number.blockSignals(True)
        self.number.setValue(number)
        self.number.blockSignals(False)

    def set_count(self, count: int) -> None:
        """How many items there are to choose from."""
        self.number.setMaximum(max(0, count - 1))

    def set_item(self, values: NDArray[np.float32], label: str) -> None:
        """Show an item (C, H, W) as the network takes it, and its class."""
        self.picture.set_values(values)
        self.label.setText(tr("class {label}", label=label) if label else tr("your own item"))
        self.picture.setAccessibleName(
            tr("Item {sample}, {label}", sample=self.sample, label=label)
            if label
            else tr("Your own item")
        )

    def set_answer(self, name: str, share: float, *, right: bool) -> None:
        """What the network says to this item, and how sure it is."""
        self._answer(
            tr("says {name} · {share}", name=name, share=percent(share, decimals=0)),
            "good" if right else "problem",
        )

    def clear_answer(self) -> None:
        """The network has not been asked yet, or does not classify."""
        self._answer("", "caption")

    def _answer(self, words: str, role: str) -> None:
        self.answer.setText(words)
        set_role(self.answer, role)

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), 60)


class Picture(QWidget):
    """One item as it enters the network, its values stretched from black to white."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def set_values(self, values: NDArray[np.float32]) -> None:
        """Show (C, H, W)."""
        self.image = image_of(values)
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SIDE, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = min(self.width(), self.height())
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(self.rect()).center())
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(place, Tokens.RADIUS, Tokens.RADIUS)
            return
        large = self.image.width() > side
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, large)
        size = QSize(self.image.size()).scaled(
            int(side), int(side), Qt.AspectRatioMode.KeepAspectRatio
        )
        fitted = QRectF(0, 0, size.width(), size.height())
        fitted.moveCenter(place.center())
        painter.drawImage(fitted, self.image)
        painter.setPen(theme.color("line"))
        painter.drawRect(fitted.adjusted(0.5, 0.5, -0.5, -0.5))


def image_of(values: NDArray[np.float32]) -> QImage:
    """(C, H, W) as a picture: gray for one channel, color for three, else the channels' mean."""
    shown = values if len(values) in (1, 3) else values.mean(axis=0, keepdims=True)
    low, high = extent(shown)
    gray = np.nan_to_num((shown - low) / ((high - low) or 1.0), posinf=1, neginf=0).clip(0, 1)
    rgb = np.broadcast_to(np.rint(gray * 255).astype(np.uint8), (3, *shown.shape[1:]))
    flat = np.ascontiguousarray(rgb.transpose(1, 2, 0))
    h, w = flat.shape[:2]
    return QImage(flat.tobytes(), w, h, 3 * w, QImage.Format.Format_RGB888).copy()
