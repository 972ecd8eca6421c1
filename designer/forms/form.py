"""A form for any declared value: label, editor and help for each setting, problems beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from core.kinds import Bool, Choice, Dimensions, Float, Floats, Int, Ints, Kind, Padding, Text
from core.settings import Declared, OneOf, Setting, SettingError, Several, settings_of
from core.tongue import tr
from designer.forms.editors import (
    BoolEditor,
    CalmCombo,
    ChoiceEditor,
    DimensionsEditor,
    Editor,
    IntsEditor,
    NumberEditor,
    PaddingEditor,
    TextEditor,
)
from designer.forms.floats import FloatsEditor
from designer.forms.several import SeveralEditor
from designer.widgets.fold import Fold

Make = Callable[[Any], Editor]


class Form(QWidget):
    """Shows a declared value and says what a person wants changed.

    Only legal values leave a form: where one is not, the sentence stands beside its field.

    Signals: `edited(name, value, path)`; `path` names the field that is being typed in, so that
    typing merges in undo, and is "" where an edit stands alone.
    """

    edited = Signal(str, object, str)

    def __init__(self, *, editors: Mapping[str, Make] | None = None) -> None:
        super().__init__()
        self.value: Declared | None = None
        self._pages: dict[type[Declared], Page] = {}
        self._page: Page | None = None
        self._editors = editors or {}  # in place of the kind's own editor, by setting name
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_value(self, value: Declared, notes: Mapping[str, QWidget] | None = None) -> None:
        """Show a value, and notes about problems below the settings they name."""
        if type(value) is not type(self.value):
            self._turn_to(type(value))
        self.value = value
        told = notes or {}
        for name, row in self.rows.items():
            row.editor.show_value(getattr(value, name))
            row.show_note(told.get(name))
        fold = self._page.fold if self._page else None
        if fold is not None and any(self.rows[n].folded for n in told if n in self.rows):
            fold.set_opened(True)

    @property
    def rows(self) -> dict[str, Row]:
        """The rows of the value that is shown, by setting."""
        return self._page.rows if self._page else {}

    def show_only(self, names: Collection[str]) -> None:
        """Show the rows of these settings and no others."""
        for name, row in self.rows.items():
            row.set_shown(name in names)
        if self._page is not None and self._page.fold is not None:
            folded = (name for name, row in self.rows.items() if row.folded)
            self._page.fold.setVisible(any(name in names for name in folded))

    def focus(self, name: str) -> None:
        """Put the cursor into the field of a setting."""
        if name in self.rows:
            self.rows[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn_to(self, cls: type[Declared]) -> None:
        """Show the page of a type of value, made the first time and kept."""
        if self._page is not None:
            self._page.leave()
        if cls not in self._pages:
            self._pages[cls] = Page(cls, self._row)
            self._column.addWidget(self._pages[cls])
        self._page = self._pages[cls]
        self._page.show()

    def _row(self, one: Setting) -> Row:
        make = self._editors.get(one.name, EDITORS[type(one.kind)])
        row = Row(one, make(one.kind))
        row.editor.edited.connect(lambda value, path: self._edited(one.name, value, path))
        return row

    def _edited(self, name: str, value: object, path: str) -> None:
        if self.value is None:
            return
        try:
            changed = self.value.replace(**{name: value})
        except SettingError as error:
            place = error.setting.partition(".")[0]
            self.rows.get(place, self.rows[name]).doubt(_sentence(error.sentence))
            return
        for row in self.rows.values():
            row.doubt("")
        self.edited.emit(name, getattr(changed, name), f"{name}.{path}" if path else "")


class Page(QWidget):
    """The rows of one type of value: the plain ones, and a fold with the advanced ones.

    Making a page takes longer than showing one, and Qt keeps a little of every spin box that was
    ever made: a form keeps its pages.

    Attributes: `rows` by setting, `fold` (None where nothing is advanced).
    """

    def __init__(self, cls: type[Declared], make: Callable[[Setting], Row]) -> None:
        super().__init__()
        declared = settings_of(cls)
        self.rows = {one.name: make(one) for one in declared}
        self.fold: Fold | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        plain = [self.rows[one.name] for one in declared if not one.advanced]
        folded = [self.rows[one.name] for one in declared if one.advanced]
        if plain:
            column.addWidget(_grid(plain))
        if folded:
            self.fold = Fold(tr("More settings"), _grid(folded), opened=False)
            column.addWidget(self.fold)

    def leave(self) -> None:
        """Another page takes its place; what was said about its value goes."""
        self.hide()
        for row in self.rows.values():
            row.doubt("")
            row.show_note(None)
        if self.fold is not None:
            self.fold.set_opened(False)


def _grid(rows: Iterable[Row]) -> QWidget:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for row in rows:
        row.place(grid)
    return holder


class Row:
    """One setting in a form: its label, its editor, and the line below that tells of problems."""

    def __init__(self, declared: Setting, editor: Editor) -> None:
        self.editor = editor
        self.label = QLabel(declared.label)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setProperty("role", "problem")
        self.message.hide()
        self.folded = declared.advanced
        self._note: QWidget | None = None
        self._below = QVBoxLayout()
        self._below.setSpacing(4)
        self._below.addWidget(self.message)
        tip = tooltip(declared)
        self.label.setToolTip(tip)
        editor.setToolTip(tip)
        editor.setAccessibleName(declared.label)
        editor.setAccessibleDescription(declared.help)
        editor.setObjectName(declared.name)
        self.label.setBuddy(editor)
        editor.doubted.connect(self.doubt)

    def place(self, grid: QGridLayout) -> None:
        """Take the next rows of a grid."""
        line = grid.rowCount()
        if self.editor.wide:
            grid.addWidget(self.label, line, 0, 1, 2)
            grid.addWidget(self.editor, line + 1, 0, 1, 2)
        else:
            grid.addWidget(self.label, line, 0)
            grid.addWidget(self.editor, line, 1)
        grid.addLayout(self._below, line + 2, 0, 1, 2)

    def set_shown(self, shown: bool) -> None:
        """Show the row, or hide it with whatever is said about it."""
        self.label.setVisible(shown)
        self.editor.setVisible(shown)
        self.message.setVisible(shown and bool(self.message.text()))

    def doubt(self, sentence: str) -> None:
        """Say what is wrong with what was typed; "" takes it back."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        self._mark()

    def show_note(self, note: QWidget | None) -> None:
        """Put a note below the field, mostly about a problem; None takes it away."""
        if self._note is not None:
            self._note.hide()
            self._note.deleteLater()
        self._note = note
        if note is not None:
            self._below.addWidget(note)
        self._mark()

    def _mark(self) -> None:
        """A red edge around fields that a problem is told of; a calm note tells of none."""
        told = self._note is not None and not self._note.property("calm")
        wrong = self.message.text() != "" or told
        for kind in (QLineEdit, QAbstractSpinBox, QComboBox):
            for field in self.editor.findChildren(kind):
                if bool(field.property("problem")) != wrong:
                    field.setProperty("problem", wrong)
                    field.style().polish(field)


class OneOfEditor(Editor):
    """Another declared value: which kind of it, and a form for its own settings."""

    wide = True

    def __init__(self, kind: OneOf) -> None:
        super().__init__()
        self._classes = kind.classes
        self._value: Declared | None = None
        self.combo = CalmCombo([cls().label for cls in kind.classes])
        for index, cls in enumerate(kind.classes):
            first = tr((cls.__doc__ or "").strip().partition("\n")[0])
            self.combo.setItemData(index, first, Qt.ItemDataRole.ToolTipRole)
        several = len(kind.classes) > 1
        if not several:  # never shown before it has a parent: that would be a window
            self.combo.hide()
        self.combo.activated.connect(self._class_chosen)
        self.form = Form()
        self.form.edited.connect(self._setting_edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        inner = QHBoxLayout()
        inner.setContentsMargins(12 if several else 0, 0, 0, 0)
        inner.addWidget(self.form)
        column.addLayout(inner)
        if several:  # a hidden one would catch Tab
            self.setFocusProxy(self.combo)

    def show_value(self, value: Any) -> None:
        self._value = value
        self.combo.setCurrentIndex(self._classes.index(type(value)))
        self.form.show_value(value)
        self.form.setVisible(bool(self.form.rows))

    def _class_chosen(self, index: int) -> None:
        if self._value is None or type(self._value) is not self._classes[index]:
            self.edited.emit(self._classes[index](), "")

    def _setting_edited(self, name: str, value: object, path: str) -> None:
        if self._value is not None:
            self.edited.emit(self._value.replace(**{name: value}), path)


EDITORS: dict[type[Kind], Make] = {
    Int: NumberEditor,
    Float: NumberEditor,
    Bool: BoolEditor,
    Choice: ChoiceEditor,
    Text: TextEditor,
    Ints: IntsEditor,
    Floats: FloatsEditor,
    Dimensions: DimensionsEditor,
    Padding: PaddingEditor,
    OneOf: OneOfEditor,
    Several: lambda kind: SeveralEditor(kind, Form),
}


def tooltip(declared: Setting) -> str:
    """The help of a setting, and its names in PyTorch and Keras."""
    names = tr("PyTorch: {name}", name=declared.name)
    if declared.keras:
        names += tr(" · Keras: {keras}", keras=declared.keras)
    return f"<p>{escape(declared.help)}</p><p>{names}</p>"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
