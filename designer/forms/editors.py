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
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.kinds import Bool, Choice, Dimensions, Float, Int, Ints, Padding, Text
from core.tongue import tr
from designer.forms.number_box import NumberBox
from designer.theme import font
from designer.tokens import Tokens

SIDES = (tr("top"), tr("bottom"), tr("left"), tr("right"))
LONG = 10_000  # a text of more characters gets a row of its own


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
        self.wide = kind.longest > LONG
        self.line.textEdited.connect(lambda text: self.edited.emit(text, "typed"))
        row = self._row(self.line)
        self.setFocusProxy(self.line)
        if kind.path:
            self.button = QToolButton()
            self.button.setText(tr("Choose …"))
            self.button.setToolTip(tr("Choose a folder"))
            self.button.clicked.connect(self._choose)
            row.addWidget(self.button)

    def show_value(self, value: Any) -> None:
        if self.line.text() != value:
            self.line.setText(value)
            self.line.setCursorPosition(0)  # a long text is read from its start

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), self.line.text())
        if folder:
            self.edited.emit(folder, "")


class IntsEditor(Editor):
    """A row of whole numbers: 5 × 5."""

    def __init__(self, kind: Ints) -> None:
        super().__init__()
        fits = len(kind.labels) == kind.length
        names = map(tr, kind.labels if fits else ("",) * kind.length)
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

    _NAMES = (
        (tr("values"),),
        (tr("length"), tr("channels")),
        (tr("height"), tr("width"), tr("channels")),
    )
    _KINDS = (tr("Vector"), tr("Signal"), tr("Maps"))
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

    # Numbers to type, by the sides of the padding and the words of the list.
    _COUNTS: ClassVar[dict[int, dict[str, int]]] = {
        4: {tr("All sides"): 1, tr("Height, width"): 2, tr("Each side"): 4},
        2: {tr("Both sides"): 1, tr("Each side"): 2},
    }
    _CAPTIONS: ClassVar[dict[int, dict[int, tuple[str, ...]]]] = {
        4: {1: (tr("cells"),), 2: (tr("height"), tr("width")), 4: SIDES},
        2: {1: (tr("cells"),), 2: (tr("before"), tr("after"))},
    }
    wide = True

    def __init__(self, kind: Padding) -> None:
        super().__init__()
        self._modes, self._sides = kind.modes, kind.sides
        self._counts, self._captions = self._COUNTS[kind.sides], self._CAPTIONS[kind.sides]
        self.combo = CalmCombo([mode.capitalize() for mode in kind.modes] + list(self._counts))
        self.combo.activated.connect(self._mode_chosen)
        self.boxes = [_box(Int(0, kind.high), side) for side in self._captions[kind.sides]]
        self._told = [_caption(side) for side in self._captions[kind.sides]]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Tokens.TIGHT)
        self._grid.addWidget(self.combo, 0, 0)
        for index, box in enumerate(self.boxes):
            box.setParent(self)
            self._told[index].setParent(self)
            box.typed.connect(lambda _, i=index: self._typed(i))
            box.doubted.connect(self.doubted)
        self.setFocusProxy(self.combo)
        self._count = 0

    def show_value(self, value: Any) -> None:
        if isinstance(value, str):
            self._show_boxes(0, ())
            self.combo.setCurrentIndex(self._modes.index(value))
            return
        counts = list(self._counts.values())
        least = next(one for one in counts if self._spread(self._short(value, one)) == value)
        count = max(least, self._count)
        self._show_boxes(count, self._short(value, count))
        self.combo.setCurrentIndex(len(self._modes) + counts.index(count))

    def _show_boxes(self, count: int, numbers: Sequence[int]) -> None:
        self._count = count
        self._lay_out(count)
        for index, box in enumerate(self.boxes):
            box.setVisible(index < count)
            if index < count:
                box.show_value(numbers[index])
                box.setToolTip(self._captions[count][index].capitalize())
                box.setAccessibleName(tr("padding {caption}", caption=self._captions[count][index]))

    def _lay_out(self, count: int) -> None:
        """Up to two numbers stand beside the list; of more, each below the name of its side."""
        below = count > 2
        self._grid.addWidget(self.combo, 0, 0, 1, count if below else 1)
        for index, (told, box) in enumerate(zip(self._told, self.boxes, strict=True)):
            told.setVisible(below)
            self._grid.setColumnStretch(index, int(below or 0 < index <= count))
            if below:
                self._grid.addWidget(told, 1, index)
                self._grid.addWidget(box, 2, index)
            elif index < count:
                self._grid.addWidget(box, 0, 1 + index)

    def _mode_chosen(self, index: int) -> None:
        if index < len(self._modes):
            self._count = 0
            self.edited.emit(self._modes[index], "")
            return
        before = self._value() if self._count else (0,) * self._sides
        self._count = list(self._counts.values())[index - len(self._modes)]
        value = self._spread(self._short(before, self._count))
        self.show_value(value)
        self.edited.emit(value, "")

    def _short(self, value: tuple[int, ...], count: int) -> tuple[int, ...]:
        """As many of the sides as are typed."""
        return value[:: self._sides // count]

    def _spread(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Every side from the numbers typed: (1, 2) as height and width is (1, 1, 2, 2)."""
        times = self._sides // len(numbers)
        return tuple(number for number in numbers for _ in range(times))

    def _value(self) -> tuple[int, ...]:
        return self._spread(tuple(int(box.value()) for box in self.boxes[: self._count]))

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


def _caption(text: str) -> QLabel:
    label = QLabel(text.capitalize())
    label.setProperty("role", "muted")
    label.setFont(font(Tokens.CAPTION))
    return label


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
