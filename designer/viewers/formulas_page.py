"""The formulas of a layer with its numbers in them: size, parameters, multiply-adds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.explain.sizes import Explained
from core.tongue import tr
from designer.tokens import Tokens
from designer.viewers import size_words
from designer.widgets.numbers import value

_SECRET = {"size": tr("Formula"), "parameters": tr("Parameters"), "macs": tr("MACs")}


class FormulasPage(QWidget):
    """One line for each formula. Attributes: `lines`, what is said: caption and text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[size_words.Line] = []
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, Tokens.SMALL, 0, 0)
        self._rows.setHorizontalSpacing(Tokens.LARGE)
        self._rows.setVerticalSpacing(Tokens.SMALL)
        self._rows.setColumnStretch(1, 1)

    def show_formulas(self, made: Explained, which: str, *, secret: bool = False) -> None:
        """Show them all, the one that is meant in bold; its result is not told if `secret`."""
        lines = size_words.formula_lines(made.steps) or [
            (tr("Formula"), f"{value(made.values.value)}")
        ]
        lines += size_words.padding_line(made.axes) + size_words.unseen_line(made.axes)
        lines += size_words.cost_lines(made)
        hidden = {_SECRET[which]} | (
            {tr("Height"), tr("Width"), tr("Length")} if which == "size" else set()
        )
        self.lines = [
            (name, f"{text.rpartition(' = ')[0]} = ?" if secret and name in hidden else text)
            for name, text in lines
            if not (secret and which == "size" and name == "Output")
        ]
        self._fill(hidden)

    def _fill(self, meant: set[str]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        for row, (caption, text) in enumerate(self.lines):
            name, words = QLabel(caption), QLabel(text)
            name.setProperty("role", "muted")
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if caption in meant:
                words.setProperty("role", "heading")
            self._rows.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(words, row, 1)
            self._rows.setRowStretch(row, 0)
        self._rows.setRowStretch(len(self.lines), 1)
