"""Editors for plain kinds of settings: how a value of that kind is shown and typed.

`designer/forms/form.py` has the editor for nested values and the table of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.settings import (
    Bool,
    Choice,
    Dimensions,
    Float,
    Int,
    Ints,
    Padding,
    Text,
)
from designer.forms.number_box import NumberBox

SIDES = ("top", "bottom", "left", "right")


class Editor(QWidget):
    """Base of every editor.

    Signals: `edited(value, path)` with a legal value, `path` naming the field typed in so that
    typing merges ("" where each edit stands alone); `doubted(sentence)`, "" when all is well.
    """

    edited = Signal(object, str)
    doubted = Signal(str)
    wide = False  # stands below its label instead of beside it

    def show_value(self, value: Any) -> None:
        """Show a value without telling anybody."""
        raise NotImplementedError

    def _row(self, *widgets: QWidget, stretch: int = 0) -> QHBoxLayout:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in widgets:
            row.addWidget(widget, stretch)
        return row


class NumberEditor(Editor):
    """A whole or real number."""

    def __init__(self, kind: Int | Float) -> None:
        super().__init__()
        self.box = NumberBox(kind)
        self.box.typed.connect(lambda number: self.edited.emit(number, "typed"))
        self.box.doubted.connect(self.doubted)
        self._row(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        self.box.show_value(value)


class BoolEditor(Editor):
    """Yes or no."""

    def __init__(self, kind: Bool) -> None:
        super().__init__()
        self.check = QCheckBox()
        self.check.toggled.connect(lambda on: self.edited.emit(on, ""))
        self._row(self.check)
        self.setFocusProxy(self.check)

    def show_value(self, value: Any) -> None:
        _quietly(self.check, lambda: self.check.setChecked(value))


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, kind: Choice) -> None:
        super().__init__()
        self._options = kind.options
        self.combo = CalmCombo([kind.show(option) for option in kind.options])
        self.combo.activated.connect(lambda index: self.edited.emit(kind.options[index], ""))
        self._row(self.combo)
        self.setFocusProxy(self.combo)

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self._options.index(value))


class TextEditor(Editor):
    """A line of text, with a folder button where it names a folder."""

    def __init__(self, kind: Text) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setMaxLength(kind.longest)
        self.line.textEdited.connect(lambda text: self.edited.emit(text, "typed"))
        row = self._row(self.line)
        self.setFocusProxy(self.line)
        if kind.path:
            self.button = QToolButton()
            self.button.setText("Choose …")
            self.button.setToolTip("Choose a folder")
            self.button.clicked.connect(self._choose)
            row.addWidget(self.button)

    def show_value(self, value: Any) -> None:
        if self.line.text() != value:
            self.line.setText(value)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder", self.line.text())
        if folder:
            self.edited.emit(folder, "")


class IntsEditor(Editor):
    """A row of whole numbers: 5 × 5."""

    def __init__(self, kind: Ints) -> None:
        super().__init__()
        names = kind.labels if len(kind.labels) == kind.length else ("",) * kind.length
        self.boxes = [_box(Int(kind.low, kind.high), name) for name in names]
        row = self._row()
        for index, box in enumerate(self.boxes):
            if index:
                row.addWidget(QLabel("×"))
            row.addWidget(box, 1)
            box.typed.connect(lambda _, i=index: self._typed(i))
            box.doubted.connect(self.doubted)
        self.setFocusProxy(self.boxes[0])

    def show_value(self, value: Any) -> None:
        for box, number in zip(self.boxes, value, strict=True):
            box.show_value(number)

    def _typed(self, index: int) -> None:
        self.edited.emit(tuple(box.value() for box in self.boxes), f"typed{index}")


class DimensionsEditor(Editor):
    """A shape: maps with height, width and channels, a signal, or a vector."""

    _NAMES = (("values",), ("length", "channels"), ("height", "width", "channels"))
    _KINDS = ("Vector", "Signal", "Maps")
    wide = True

    def __init__(self, kind: Dimensions) -> None:
        super().__init__()
        self.combo = CalmCombo(list(self._KINDS[: kind.longest]))
        self.combo.activated.connect(self._kind_chosen)
        self.boxes = [_box(Int(1, 100_000), "") for _ in range(kind.longest)]
        self._captions = [QLabel() for _ in self.boxes]
        row = self._row(self.combo)
        row.setAlignment(self.combo, Qt.AlignmentFlag.AlignTop)
        for index, (box, caption) in enumerate(zip(self.boxes, self._captions, strict=True)):
            caption.setProperty("role", "muted")
            caption.setAlignment(Qt.AlignmentFlag.AlignRight)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(box)
            column.addWidget(caption)
            row.addLayout(column, 1)
            box.typed.connect(lambda _, i=index: self._typed(i))
            box.doubted.connect(self.doubted)
        self.setFocusProxy(self.boxes[0])

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(len(value) - 1)
        names = self._NAMES[len(value) - 1]
        shown = (*value[1:], value[0])  # as people write it: channels last
        for index, (box, caption) in enumerate(zip(self.boxes, self._captions, strict=True)):
            here = index < len(shown)
            box.setVisible(here)
            caption.setVisible(here)
            if here:
                box.show_value(shown[index])
                box.setAccessibleName(names[index])
                caption.setText(names[index])

    def _kind_chosen(self, index: int) -> None:
        sizes = [int(box.value()) or 1 for box in self.boxes[:index]]
        channels = int(self.boxes[index].value()) or 1
        self.edited.emit((channels, *sizes), "")

    def _typed(self, index: int) -> None:
        count = self.combo.currentIndex() + 1
        sizes = [int(box.value()) for box in self.boxes[:count]]
        self.edited.emit((sizes[-1], *sizes[:-1]), f"typed{index}")


class PaddingEditor(Editor):
    """A named mode, or cells: the same on all sides, by height and width, or each side."""

    _COUNTS: ClassVar = {"All sides": 1, "Height, width": 2, "Each side": 4}
    _CAPTIONS: ClassVar = {1: ("cells",), 2: ("height", "width"), 4: SIDES}
    wide = True

    def __init__(self, kind: Padding) -> None:
        super().__init__()
        self._modes = kind.modes
        self.combo = CalmCombo([mode.capitalize() for mode in kind.modes] + list(self._COUNTS))
        self.combo.activated.connect(self._mode_chosen)
        self.boxes = [_box(Int(0, kind.high), side) for side in SIDES]
        row = self._row(self.combo)
        for index, box in enumerate(self.boxes):
            row.addWidget(box, 1)
            box.typed.connect(lambda _, i=index: self._typed(i))
            box.doubted.connect(self.doubted)
        self.setFocusProxy(self.combo)
        self._count = 0

    def show_value(self, value: Any) -> None:
        if isinstance(value, str):
            self._show_boxes(0, ())
            self.combo.setCurrentIndex(self._modes.index(value))
            return
        top, bottom, left, right = value
        least = 4
        if (top, left) == (bottom, right):
            least = 1 if top == left else 2
        count = max(least, self._count)
        numbers = {1: (top,), 2: (top, left), 4: value}[count]
        self._show_boxes(count, numbers)
        place = list(self._COUNTS.values()).index(count)
        self.combo.setCurrentIndex(len(self._modes) + place)

    def _show_boxes(self, count: int, numbers: Sequence[int]) -> None:
        self._count = count
        for index, box in enumerate(self.boxes):
            box.setVisible(index < count)
            if index < count:
                box.show_value(numbers[index])
                box.setToolTip(self._CAPTIONS[count][index].capitalize())
                box.setAccessibleName(f"padding {self._CAPTIONS[count][index]}")

    def _mode_chosen(self, index: int) -> None:
        if index < len(self._modes):
            self._count = 0
            self.edited.emit(self._modes[index], "")
            return
        before = self._value() if self._count else (0, 0, 0, 0)
        self._count = list(self._COUNTS.values())[index - len(self._modes)]
        top, _, left, _ = before
        value = {1: (top,) * 4, 2: (top, top, left, left), 4: before}[self._count]
        self.show_value(value)
        self.edited.emit(value, "")

    def _value(self) -> tuple[int, int, int, int]:
        numbers = [int(box.value()) for box in self.boxes[: self._count]]
        if self._count == 1:
            return (numbers[0],) * 4
        if self._count == 2:
            return (numbers[0], numbers[0], numbers[1], numbers[1])
        return (numbers[0], numbers[1], numbers[2], numbers[3])

    def _typed(self, index: int) -> None:
        self.edited.emit(self._value(), f"typed{index}")


class CalmCombo(QComboBox):
    """A drop-down list that the wheel does not change by accident while a panel scrolls."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self.addItems(list(texts))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only a list that has the focus is turned."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _box(kind: Int, name: str) -> NumberBox:
    box = NumberBox(kind)
    box.setAccessibleName(name)
    box.setToolTip(name.capitalize())
    box.setMinimumWidth(44)
    return box


def _quietly(widget: QWidget, change: Callable[[], None]) -> None:
    """Change a widget without its signals."""
    before = widget.blockSignals(True)
    change()
    widget.blockSignals(before)
