"""A question that takes a while, as it is seen: how far it is, and a button that ends it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.messages import Cancelled, Going, Refused
from designer.engine.client import Engine
from designer.engine.desk import Desk
from designer.tokens import Tokens
from designer.widgets.numbers import count
from designer.widgets.progress_line import ProgressLine


class Errand(QWidget):
    """Progress of the questions of one `kind`; hidden while none is on its way.

    Refused, or with the engine lost, a question is on its way no longer.

    Signals: `ended(by_hand)` when one was given up, by the button or for another one.
    """

    ended = Signal(bool)

    def __init__(self, engine: Engine | Desk, kind: str, what: str) -> None:
        super().__init__()
        self._engine, self._kind, self._what = engine, kind, what
        self._by_hand = False
        self.line = ProgressLine(name=f"Progress of {what}")
        self.stop = QPushButton("Cancel")
        self.stop.setToolTip("Give this computation up")
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.line, 1)
        row.addWidget(self.stop)
        self.hide()
        engine.answer_progressed.connect(self._progress)
        engine.request_cancelled.connect(self._cancelled)
        engine.request_refused.connect(self._refused)
        engine.state_changed.connect(self._state_changed)

    def give_up(self) -> None:
        """End the question that is on its way: another one comes."""
        self._engine.cancel(self._kind)

    def _stop(self) -> None:
        self._by_hand = True
        self._engine.cancel(self._kind)

    def _progress(self, going: Going) -> None:
        if going.asked == self._kind:
            words = f"{count(going.done)} of {count(going.total)}"
            self.line.set_progress(going.done / going.total, before=self._what, after=words)
            self.show()

    def _cancelled(self, cancelled: Cancelled) -> None:
        if cancelled.asked == self._kind:
            self.hide()
            by_hand, self._by_hand = self._by_hand, False
            self.ended.emit(by_hand)

    def _refused(self, refused: Refused) -> None:
        if refused.asked == self._kind:
            self.hide()

    def _state_changed(self, state: str) -> None:
        if state == "lost":
            self.hide()
