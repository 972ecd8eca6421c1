"""The checks of the run that is looked at, and the one of the moment that is looked at."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.files import FileError
from core.training.case import Illness
from core.training.health import Health, History
from core.training.runs import RunFolder
from core.when import LAST
from designer.engine.vitals import Vitals
from designer.viewers.selection import Selection


class Checks:
    """Those of the run at hand as it learns, or of another run from its folder."""

    def __init__(self, selection: Selection, vitals: Vitals) -> None:
        self._selection, self._vitals = selection, vitals
        self._other = ("", History())  # the folder of a run, and its checks

    @property
    def history(self) -> History:
        """All checks of the run that is looked at."""
        run = self._selection.spot.run
        if self._selection.spot.step == LAST or run == self._selection.run_at_hand:
            return self._vitals.history
        if self._other[0] != run:
            self._other = (run, _history(run))
        return self._other[1]

    @property
    def shown(self) -> Health | None:
        """The newest check; in the past the last one before the moment that is looked at."""
        step = self._selection.spot.step
        return self.history.last if step == LAST else self.history.before(step)

    @property
    def illnesses(self) -> tuple[Illness, ...]:
        """What is wrong now; of the past nothing is said."""
        return self._vitals.illnesses if self._selection.spot.step == LAST else ()


def _history(run: str) -> History:
    """The checks that a run remembers; none where they cannot be read."""
    found = History()
    with contextlib.suppress(FileError):
        for health in RunFolder(Path(run)).health():
            found.add(health)
    return found
