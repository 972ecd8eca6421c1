"""How the window writes shapes: `28 × 28 × 16`, or `(16, 28, 28)` as in code; one choice for all.

What keeps a text connects to `notation.notation_changed`; what paints or asks anew follows by
itself.
"""

from __future__ import annotations

import re
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core import shapes
from core.shapes import Shape
from designer.widgets.numbers import localized

Writing = Literal["sizes", "code"]

_MAPS = re.compile(r"(?<![\d×] )(?<![\w.])(\d+) × (\d+) × (\d+)(?! ×)")
_SIGNAL = re.compile(r"(?<=signal of )(\d+) × (\d+)")


class Notation(QObject):
    """The choice, and shapes written that way."""

    notation_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notation")
        self._writing: Writing = "sizes"

    @property
    def writing(self) -> Writing:
        """Sizes with × and the channels last, or a tuple in the order of arrays."""
        return self._writing

    def use(self, writing: Writing) -> None:
        """Write shapes this way from now on."""
        if writing != self._writing:
            self._writing = writing
            self.notation_changed.emit()

    def text(self, shape: Shape) -> str:
        """A shape (C, H, W), (C, T) or (N,) in words."""
        if self._writing == "sizes":
            return shapes.shape_text(shape)
        inside = ", ".join(str(size) for size in shape)
        return f"({inside},)" if len(shape) == 1 else f"({inside})"

    def sentence(self, text: str) -> str:
        """A sentence of the engine: its shapes written this way, its numbers as here."""
        text = localized(text)
        if self._writing == "sizes":
            return text
        text = _MAPS.sub(r"(\3, \1, \2)", text)
        return _SIGNAL.sub(r"(\2, \1)", text)


notation = Notation()


def shape_text(shape: Shape) -> str:
    """A shape in the writing that is chosen."""
    return notation.text(shape)
