"""A question that takes a while, as it is seen: how far it is, and a button that ends it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.messages import Answer, Cancelled, Going, Refused, Request
from core.tongue import tr
from designer.engine.client import Engine
from designer.engine.desk import Desk
from designer.tokens import Tokens
from designer.widgets.numbers import count
from designer.widgets.progress_line import ProgressLine

CALM = 400  # milliseconds without another question, after which the present one is for good
_MOST = 5  # doublings of that


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
        self._old: Request | None = None  # to be given up once all has come to rest
        self._in_vain = 0  # questions that were given up since the last answer
        self._calm = QTimer(self, singleShot=True)
        self._calm.timeout.connect(self._settle)
        self.line = ProgressLine(name=tr("Progress of {what}", what=what))
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setToolTip(tr("Give this computation up"))
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, Tokens.TIGHT)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(self.line, 1)
        row.addWidget(self.stop)
        self.hide()
        engine.answered.connect(self._answered)
        engine.answer_progressed.connect(self._progress)
        engine.request_cancelled.connect(self._cancelled)
        engine.request_refused.connect(self._refused)
        engine.forgot.connect(self._over)

    def give_up(self) -> None:
        """End the question that is on its way: another one comes.

        Where another comes and another, as while something is dragged, what is on its way is let be
        until they have come to rest: the longer, the more were given up in vain. Else none would
        ever be answered.
        """
        if self._calm.isActive():
            self._old = self._old or self._engine.under_way(self._kind)
        else:
            self._engine.cancel(self._kind)
        self._calm.start(CALM << min(self._in_vain, _MOST))

    def _settle(self) -> None:
        """Nothing more has come: what is still on its way from before is given up."""
        if self._old is not None and self._old is self._engine.under_way(self._kind):
            self._engine.cancel(self._kind)
        self._old = None

    def _stop(self) -> None:
        self._by_hand = True
        self._engine.cancel(self._kind)

    def _progress(self, going: Going) -> None:
        if going.asked == self._kind:
            words = tr("{done} of {total}", done=count(going.done), total=count(going.total))
            self.line.set_progress(going.done / going.total, before=self._what, after=words)
            self.show()

    def _cancelled(self, cancelled: Cancelled) -> None:
        if cancelled.asked == self._kind:
            self.hide()
            self._in_vain += 1
            by_hand, self._by_hand = self._by_hand, False
            self.ended.emit(by_hand)

    def _answered(self, answer: Answer) -> None:
        if answer.kind == self._kind:
            self._in_vain = 0
            self._by_hand = False  # the answer was faster than the button

    def _refused(self, refused: Refused) -> None:
        if refused.asked == self._kind:
            self._over()

    def _over(self) -> None:
        """Nothing is on its way any more."""
        self._by_hand = False
        self.hide()
