"""Says over the network that all views show the past, and leads back to now."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.tongue import tr
from core.when import LAST
from designer.viewers.selection import Selection
from designer.viewers.words import run_title
from designer.widgets.notice_bar import NoticeBar
from designer.widgets.numbers import count


class PastNotice(QObject):
    """Stays as long as the past is looked at.

    Attributes: `bar` (the notice).
    """

    def __init__(self, selection: Selection, *, area: QWidget) -> None:
        super().__init__(area)
        self._selection = selection
        self.bar = NoticeBar(area, button=tr("Back to now"))
        self.bar.cross.hide()
        self.bar.acted.connect(selection.look_at_now)
        selection.changed.connect(self._follow)

    def _follow(self) -> None:
        spot = self._selection.spot
        if spot.step == LAST:
            self.bar.say("")
        else:
            step = count(spot.step)
            self.bar.say(tr("The views show step {step}, not now:", step=step), run_title(spot.run))
