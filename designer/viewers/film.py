"""Pictures of one view at many moments of a run, for a GIF or for a folder of PNG files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMargins, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from core.messages import Answer, Cancelled, Going, Refused
from core.tongue import tr
from core.when import LAST
from designer.engine.client import Engine
from designer.theme import theme
from designer.tokens import Tokens
from designer.viewers.looker import Looker
from designer.viewers.moving_picture import GIVEN_UP, Writing
from designer.viewers.selection import Selection
from designer.widgets.numbers import count

_CAPTION = 24  # pixels below each picture
_SETTLE = 40  # milliseconds in which a view draws what it was told


class Film(QObject):
    """Looks back at one moment after another and takes a picture of a view as soon as it has it.

    Afterwards the moment that was looked at is looked at again. Who selects something else on the
    way, or puts the view away, ends it: one film shows one thing.

    Signals: `went(done, total)`; `ended(sentence)` with what stood in the way, or "".
    """

    went = Signal(int, int)
    ended = Signal(str)

    def __init__(self, selection: Selection, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._selection, self._engine = selection, engine
        self._view: Looker | None = None
        self._writing: Writing | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settle.timeout.connect(self._take)
        selection.changed.connect(self._spot_changed, Qt.ConnectionType.QueuedConnection)
        engine.delivered.connect(self._hear)
        engine.state_changed.connect(self._state_changed)
        engine.forgot.connect(self._finish_writing)

    @property
    def is_running(self) -> bool:
        """Whether pictures are being taken or written."""
        return self._view is not None or self._writing is not None

    def start(
        self,
        view: Looker,
        picture: QWidget,
        *,
        run: str,
        steps: Sequence[int],
        path: Path,
        delay: int,
    ) -> None:
        """Take `picture`, a part of a view, at these steps; `path` and `delay` as `Writing`'s."""
        spot = self._selection.spot
        self._before = (spot.run, spot.step)
        self._view, self._picture = view, picture
        self._run, self._steps, self._path, self._delay = run, list(steps), path, delay
        self._name = view.accessibleName().lower().replace(" ", "-")
        self._images: list[QImage] = []
        view.seen.changed.connect(self._seen_changed)
        self._ask()

    def give_up(self) -> None:
        """End it; nothing is written."""
        if self._writing is not None:
            self._writing.give_up()
        elif self._view is not None:
            self._close(GIVEN_UP)

    # ---- one picture after another ------------------------------------------------------

    def _ask(self) -> None:
        assert self._view is not None
        spot, step = self._selection.spot, self._steps[len(self._images)]
        self._expected = replace(spot, run=self._run, step=step)
        self._selection.look_back(self._run, step)
        if self._selection.spot == spot:  # it is looked at already
            self._view.follow()

    def _spot_changed(self) -> None:
        if self._view is not None and self._selection.spot != self._expected:
            self._close(tr("Something else was selected, which ended the film."), again=False)

    def _seen_changed(self, seen: bool) -> None:
        if self._view is not None and not seen:
            self._close(tr("The view was put away, which ended the film."))

    def _hear(self, answer: Answer, desk: object) -> None:
        """The view has been told something."""
        if self._view is None or desk is not self._view.engine or self._settle.isActive():
            return
        if isinstance(answer, Refused):
            self._close(answer.sentence)
        elif not isinstance(answer, Going | Cancelled) and answer.kind == self._view.kind:
            wanted = self._steps[len(self._images)]
            if getattr(answer, "step", LAST) == wanted:
                self._settle.start()

    def _take(self) -> None:
        if self._view is None:
            return
        self._images.append(self._framed(self._steps[len(self._images)]))
        self.went.emit(len(self._images), len(self._steps))
        if len(self._images) < len(self._steps):
            self._ask()
        else:
            self._write()

    def _framed(self, step: int) -> QImage:
        """The picture with its step below; all are as large as the first."""
        shown = self._picture.size()
        size = self._images[0].size() if self._images else shown.grownBy(_margins())
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(theme.color("surface"))
        painter = QPainter(image)
        self._picture.render(painter, QPoint(Tokens.SMALL, Tokens.SMALL))
        painter.setPen(theme.color("text"))
        painter.setFont(self._picture.font())
        number = count(step)
        painter.drawText(
            QPoint(Tokens.SMALL, size.height() - Tokens.SMALL), tr("step {number}", number=number)
        )
        painter.end()
        return image

    # ---- the end ------------------------------------------------------------------------

    def _write(self) -> None:
        names = [f"{self._name}-{step:09}" for step in self._steps]
        self._look_again()
        self._writing = Writing(self._path, self._images, names, delay=self._delay)
        self._writing.finished.connect(self._written)
        self._writing.start()

    def _written(self) -> None:
        assert self._writing is not None
        self._writing.wait()
        trouble, self._writing = self._writing.trouble, None
        self._images = []
        self.ended.emit(trouble)

    def _look_again(self) -> None:
        """Back to the moment that was looked at before."""
        self._leave()
        run, step = self._before
        if step == LAST:
            self._selection.look_at_now()
        else:
            self._selection.look_back(run, step)

    def _leave(self) -> None:
        assert self._view is not None
        self._view.seen.changed.disconnect(self._seen_changed)
        self._view = None

    def _close(self, sentence: str, *, again: bool = True) -> None:
        self._settle.stop()
        self._images = []
        if again:
            self._look_again()
        else:
            self._leave()
        self.ended.emit(sentence)

    def _finish_writing(self) -> None:
        """The window may be about to close: a thread must not outlive what it belongs to."""
        if self._writing is not None:
            self._writing.wait()

    def _state_changed(self, state: str) -> None:
        if state == "lost" and self._view is not None:
            self._close(tr("The engine ended, and with it the film."))


def _margins() -> QMargins:
    """Room around a picture, and below it for the words."""
    return QMargins(Tokens.SMALL, Tokens.SMALL, Tokens.SMALL, _CAPTION)
