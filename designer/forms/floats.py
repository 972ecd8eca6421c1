"""The editor for a row of numbers of any length: a line of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QLineEdit

from core.kinds import Floats
from core.tongue import tr
from designer.forms.editors import Editor
from designer.widgets.numbers import locale, read_number


class FloatsEditor(Editor):
    """Numbers as people write them: 1, 2.5, 1. Where the comma is the decimal sign, 1; 2,5; 1."""

    wide = True

    def __init__(self, kind: Floats) -> None:
        super().__init__()
        self.line = QLineEdit()
        commas, semicolons = (
            tr("Numbers with commas between"),
            tr("Numbers with semicolons between"),
        )
        self.line.setPlaceholderText(semicolons if _comma_is_decimal() else commas)
        self.line.textEdited.connect(self._typed)
        self._row(self.line)
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        if self._numbers() != value:  # what is being typed stays as it is typed
            self.line.setText(_written(value))

    def _typed(self) -> None:
        words = self._words()
        odd = next((word for word in words if read_number(word) is None), "")
        if odd:
            wanted = self.line.placeholderText()
            self.doubted.emit(tr("{wanted} are expected, “{odd}” came.", wanted=wanted, odd=odd))
            return
        self.doubted.emit("")
        self.edited.emit(self._numbers(), "typed")

    def _words(self) -> list[str]:
        """What stands between separators; a comma behind a number is one in every language."""
        apart = r"[;\s]+" if _comma_is_decimal() else r"[,;\s]+"
        words = (word.rstrip(",") for word in re.split(apart, self.line.text()))
        return [word for word in words if word]

    def _numbers(self) -> tuple[float, ...] | None:
        """What the line says now; None where it is not numbers alone."""
        found = [read_number(word) for word in self._words()]
        known = tuple(number for number in found if number is not None)
        return known if len(known) == len(found) else None


def _comma_is_decimal() -> bool:
    return locale().decimalPoint() == ","


def _written(numbers: Sequence[float]) -> str:
    """The numbers with no figure lost, as `FloatsEditor` says."""
    plain = (f"{number:.6g}" for number in numbers)
    exact = [word if float(word) == n else repr(n) for word, n in zip(plain, numbers, strict=True)]
    between = "; " if _comma_is_decimal() else ", "
    return between.join(word.replace(".", locale().decimalPoint()) for word in exact)
