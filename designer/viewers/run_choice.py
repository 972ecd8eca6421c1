"""Which runs are laid side by side, and what is known of them while they train."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.explain.side_by_side import Kind, Ran, kinds, with_seeds
from core.shelf import Shelf
from core.training.events import EpochDone, Event, Failed, Finished, Started
from designer.document.change import Change
from designer.document.document import Document
from designer.engine.session import Session
from designer.widgets.pace import Pace

MOST = 6  # columns
_LOOK_EVERY = 2000  # milliseconds between two looks at a run that trains, at least
_AT_FIRST = 2  # the newest ones, while nobody has chosen


class RunChoice(QObject):
    """Up to six runs of this project, and of others whose folders were opened.

    Attributes:
        shelf: all runs that there are to choose from.
        columns: the chosen ones, the oldest first.
        kinds: the chosen ones and others that differ from them in the seed alone, by kind.
        by_hand: whether a person chose; until then the newest ones are shown.
    Signals: `changed()`.
    """

    changed = Signal()

    def __init__(self, session: Session, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.shelf = Shelf()
        self.columns: tuple[Ran, ...] = ()
        self.kinds: tuple[Kind, ...] = ()
        self.by_hand = False
        self._session = session
        self._others: tuple[Path, ...] = ()  # folders of other projects' runs
        self._chosen: tuple[str, ...] = ()
        self._seen, self._stale = False, True
        self._looking = Pace(self.refresh, _LOOK_EVERY, self)
        session.engine.event_received.connect(self._take)
        session.run_shown.connect(self.refresh)
        document.design_changed.connect(self._design_changed)

    @property
    def homes(self) -> tuple[Path, ...]:
        """The folders whose runs can be chosen, the project's first."""
        return (self._session.home, *self._others)

    def set_seen(self, seen: bool) -> None:
        """Whether anybody looks; what has changed in between is read now."""
        self._seen = seen
        if seen and self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Read what has changed on disk, once somebody looks."""
        self._stale = not self._seen
        if self._seen:
            self.shelf.look(self.homes)
            self._lay()

    def choose(self, paths: Iterable[str]) -> None:
        """Lay these runs side by side, six at most."""
        self.by_hand = True
        self._chosen = tuple(paths)[:MOST]
        self._lay()

    def add_home(self, home: Path) -> None:
        """Offer the runs of another project too."""
        if home not in self.homes:
            self._others = (*self._others, home)
            self.refresh()

    def is_live(self, run: Ran) -> bool:
        """Whether a run is being trained now."""
        shown = self._session.run
        return self._session.engine.is_busy and shown is not None and str(shown.path) == run.path

    def kind_of(self, run: Ran) -> int:
        """The place of a chosen run's kind among the kinds."""
        return next(at for at, kind in enumerate(self.kinds) if run in kind.runs)

    @property
    def has_live(self) -> bool:
        """Whether the run that is trained now, or was last, is one of the columns."""
        shown = self._session.run
        return shown is not None and any(run.path == str(shown.path) for run in self.columns)

    def _lay(self) -> None:
        runs = {run.path: run for run in self.shelf.runs}
        if not self.by_hand:
            self._chosen = tuple(runs)[:_AT_FIRST]
        # Runs move when their project is first saved; their folders keep their names.
        moved = {Path(run.path).name: run for run in self.shelf.runs}
        found = [runs.get(path) or moved.get(Path(path).name) for path in self._chosen]
        chosen = [run for run in found if run is not None]
        self.columns = tuple(sorted(chosen, key=lambda run: Path(run.path).name))
        self.kinds = kinds(with_seeds(self.columns, self.shelf.runs))
        self.changed.emit()

    def _take(self, event: Event) -> None:
        if isinstance(event, EpochDone):
            self._looking.want()
        elif isinstance(event, Started | Finished | Failed):
            self._looking.do()

    def _design_changed(self, change: Change) -> None:
        """Another document has other runs."""
        if change.whole:
            self.by_hand, self._others = False, ()
            self.refresh()
