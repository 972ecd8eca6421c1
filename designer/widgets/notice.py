"""A sentence that stays for a while and goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from core.tongue import tr
from designer.tokens import Tokens
from designer.widgets.elided_label import ElidedLabel

STAYS = 8000  # milliseconds


class Notice(ElidedLabel):
    """One line in the room there is; the tooltip has all of a sentence that is too long for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Notice"))
        self.setContentsMargins(Tokens.SMALL, 0, Tokens.MEDIUM, 0)
        self._timer = QTimer(self, singleShot=True, interval=STAYS)
        self._timer.timeout.connect(self.clear)

    def say(self, sentence: str) -> None:
        """Show a sentence in place of the one before."""
        self.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._timer.start()
