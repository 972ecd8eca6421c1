"""The editor for a row of numbers of any length: a line of text with commas."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtWidgets import QLineEdit

from core.kinds import Floats
from designer.forms.editors import Editor


class FloatsEditor(Editor):
    """Numbers as people write them: 1, 2.5, 1."""

    wide = True

    def __init__(self, kind: Floats) -> None:
        super().__init__()
        self._kind = kind
        self.line = QLineEdit()
        self.line.setPlaceholderText("Numbers with commas between")
        self.line.textEdited.connect(self._typed)
        self._row(self.line)
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        if self._numbers() != value:  # what is being typed stays as it is typed
            self.line.setText(self._kind.show(value) if value else "")

    def _typed(self) -> None:
        words = self._words()
        odd = next((word for word in words if not _is_number(word)), "")
        if odd:
            self.doubted.emit(f"Numbers with commas between are expected, “{odd}” came.")
            return
        self.doubted.emit("")
        self.edited.emit(tuple(float(word) for word in words), "typed")

    def _words(self) -> list[str]:
        return [word for word in re.split(r"[,;\s]+", self.line.text()) if word]

    def _numbers(self) -> tuple[float, ...] | None:
        """What the line says now; None where it is not numbers alone."""
        words = self._words()
        return tuple(map(float, words)) if all(map(_is_number, words)) else None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
