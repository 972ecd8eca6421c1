"""The editor for a row of declared values: a form for each, add and remove, presets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from core.settings import Declared, Several
from core.tongue import tr
from designer.forms.editors import Editor
from designer.resources import icon
from designer.theme import font

if TYPE_CHECKING:
    from designer.forms.form import Form

Values = tuple[Declared, ...]


class SeveralEditor(Editor):
    """Values one below the other, each with its settings; below them a button that adds one."""

    wide = True

    def __init__(self, kind: Several, make_form: Callable[[], Form]) -> None:
        super().__init__()
        self._kind, self._make_form = kind, make_form
        self._values: Values = ()
        self.entries: list[Entry] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.add = QToolButton()
        self.add.setText(tr("Add …"))
        self.add.setIcon(icon("add", "muted"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self._fill_menu()
        self.add.setMenu(self.menu)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def show_value(self, value: Any) -> None:
        if [type(one) for one in value] != [type(one) for one in self._values]:
            self._rebuild(value)
        self._values = value
        for entry, one in zip(self.entries, value, strict=True):
            entry.show_value(one)
        self.add.setEnabled(len(value) < self._kind.longest)

    def _fill_menu(self) -> None:
        for cls in self._kind.classes:
            action = self.menu.addAction(cls().label)
            action.setToolTip(tr((cls.__doc__ or "").strip().partition("\n")[0]))
            action.triggered.connect(lambda _=False, cls=cls: self._say((*self._values, cls())))
        self.menu.addSeparator()
        for name, values in self._kind.presets:
            action = self.menu.addAction(tr("Preset: {name}", name=name))
            action.setToolTip(tr("Replaces the list by {values}.", values=self._kind.show(values)))
            action.triggered.connect(lambda _=False, values=values: self._say(values))

    def _rebuild(self, values: Values) -> None:
        for entry in self.entries:
            self._column.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self.entries = []
        for place, value in enumerate(values):
            entry = Entry(value.label, self._make_form())
            entry.form.edited.connect(
                lambda name, new, path, n=place: self._setting_edited(n, name, new, path)
            )
            entry.removed.connect(lambda n=place: self._remove(n))
            self._column.insertWidget(place, entry)
            self.entries.append(entry)

    def _setting_edited(self, place: int, name: str, new: object, path: str) -> None:
        changed = self._values[place].replace(**{name: new})
        values = (*self._values[:place], changed, *self._values[place + 1 :])
        self.edited.emit(values, f"{place}.{path}" if path else "")

    def _remove(self, place: int) -> None:
        self._say((*self._values[:place], *self._values[place + 1 :]))

    def _say(self, values: Values) -> None:
        self.edited.emit(values, "")


class Entry(QFrame):
    """One value of the row: its name, a button that takes it out, and its settings.

    Signal: `removed()`.
    """

    removed = Signal()

    def __init__(self, title: str, form: Form) -> None:
        super().__init__()
        self.form = form
        name = QLabel(title)
        name.setFont(font(bold=True))
        self.remove = QToolButton()
        self.remove.setIcon(icon("close", "muted"))
        self.remove.setIconSize(QSize(12, 12))
        self.remove.setToolTip(tr("Remove {title}", title=title))
        self.remove.setAccessibleName(tr("Remove {title}", title=title))
        self.remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(12, 0, 0, 4)
        row.addWidget(form)
        column.addWidget(inner)

    def show_value(self, value: Declared) -> None:
        """Show the settings of a value of the same class."""
        self.form.show_value(value)
