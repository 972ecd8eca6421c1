"""What a film of a view is made from: which view, which kind of file, how fast."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from core.tongue import tr
from designer.engine.client import Engine
from designer.tokens import Tokens
from designer.viewers.choice import Choice
from designer.viewers.explorer import number_field
from designer.viewers.film import Film
from designer.viewers.looker import Looker
from designer.viewers.selection import Selection
from designer.viewers.tools import ViewTools
from designer.viewers.words import plural
from designer.widgets.flow_row import FlowRow
from designer.widgets.numbers import count
from designer.widgets.progress_line import ProgressLine

GIF, PNG = "gif", "png"


class FilmRow(QWidget):
    """Saves a view at all moments of a run, with progress and a way to give it up.

    Attributes: `film`. Signals: `told(sentence)` how it went.
    """

    told = Signal(str)

    def __init__(self, selection: Selection, engine: Engine) -> None:
        super().__init__()
        self._selection = selection
        self._run, self._steps = "", ()
        self.views = Choice(tr("View"), tr("The open view that pictures are taken of"))
        self.views.setPlaceholderText(tr("no view is open"))
        self.kinds = Choice(tr("Kind"), tr("One file that moves, or a picture for each moment"))
        self.kinds.offer(((tr("Animated GIF"), GIF), (tr("Numbered PNGs"), PNG)), GIF)
        self.delay = number_field(
            "Each", 200, "How long each moment is shown", low=20, high=5000, unit=" ms"
        )
        self.delay.setSingleStep(50)
        self.save = QPushButton(tr("Save film …"))
        self.save.clicked.connect(self._save)
        self.kinds.chosen.connect(lambda kind: self.delay.setEnabled(kind == GIF))
        self.film = Film(selection, engine, self)
        self.film.went.connect(self._show_progress)
        self.film.ended.connect(self._ended)
        selection.views_changed.connect(self._offer_views)
        self.line = ProgressLine(name=tr("Progress of the film"))
        self.stop = QPushButton(tr("Cancel"))
        self.stop.clicked.connect(self._give_up)
        self._lay()
        self._show_running(False)

    def _lay(self) -> None:
        controls, going = QWidget(), QHBoxLayout()
        flow = FlowRow(controls)
        word = QLabel(tr("Film of"))
        word.setProperty("role", "caption")
        word.setBuddy(self.views)
        for widget in (word, self.views, self.kinds, self.delay, self.save):
            flow.addWidget(widget)
        going.addWidget(self.line, 1)
        going.addWidget(self.stop)
        self._controls = controls
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Tokens.SMALL)
        row.addWidget(controls, 1)
        row.addLayout(going, 1)

    def offer(self, run: str, steps: Sequence[int]) -> None:
        """The moments that a film would have, and the views that are open now."""
        self._run, self._steps = run, tuple(steps)
        self._offer_views()

    def _offer_views(self) -> None:
        found = [(view.accessibleName(), view) for view in self._open_views()]
        self.views.offer(found, self.views.currentData())
        self.views.setEnabled(bool(found))
        self.save.setEnabled(bool(found and self._steps))
        pictures = plural(len(self._steps), "picture")
        self.save.setToolTip(
            tr("{pictures} of this view, one for each moment", pictures=pictures)
            if found
            else tr("Open a view beside this one first, such as Filters")
        )

    def _open_views(self) -> list[Looker]:
        """Those that somebody can see and that have a picture."""
        window = self._selection.parent()
        views = window.findChildren(Looker) if window is not None else []
        return [view for view in views if view.seen.is_seen and _tools_of(view) is not None]

    def _save(self) -> None:
        view: Looker = self.views.currentData()
        tools = _tools_of(view)
        name = view.accessibleName().lower().replace(" ", "-")
        path = self._path(f"{name}.gif")
        if path is None or tools is None:
            return
        self._show_running(True)
        self._show_progress(0, len(self._steps))
        self.film.start(
            view,
            tools.picture,
            run=self._run,
            steps=self._steps,
            path=path,
            delay=self.delay.value(),
        )

    def _path(self, name: str) -> Path | None:
        """A GIF to write or a folder to fill, None where the person thinks better of it."""
        if self.kinds.currentData() == PNG:
            chosen = QFileDialog.getExistingDirectory(self, tr("Folder for the pictures"))
            return Path(chosen) if chosen else None
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save film"), name, tr("GIF file (*.gif)"))
        path = Path(chosen)
        return (path if path.suffix else path.with_suffix(".gif")) if chosen else None

    def _show_progress(self, done: int, total: int) -> None:
        so_far, all_of_them = count(done), count(total)
        words = tr("{so_far} of {all_of_them}", so_far=so_far, all_of_them=all_of_them)
        self.line.set_progress(done / total, before=tr("Taking pictures"), after=words)

    def _show_running(self, running: bool) -> None:
        self._controls.setVisible(not running)
        self.line.setVisible(running)
        self.stop.setVisible(running)

    def _give_up(self) -> None:
        self.film.give_up()

    def _ended(self, sentence: str) -> None:
        self._show_running(False)
        self.told.emit(sentence)


def _tools_of(view: Looker) -> ViewTools | None:
    return view.findChild(ViewTools)
