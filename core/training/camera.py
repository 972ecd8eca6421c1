"""Takes snapshots of a network while it learns, without keeping the training waiting."""

from __future__ import annotations

import logging
import math
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from core.files import FileError
from core.tongue import tr
from core.training import snapshots
from core.training.checkpoint import graph_digest
from core.training.learner import Learner
from core.training.runs import RunFolder
from core.training.snapshots import Place, Snapshot

LEAST = 4  # snapshots; of a network that has room for fewer none are taken
_WAITING = 64_000_000  # bytes of copies that may wait for the disk
_log = logging.getLogger(__name__)


class Camera:
    """Copies the weights when a snapshot is due; a thread of its own writes them.

    Where the disk is slower than the training a snapshot is taken later, or not at all: what is
    learned never depends on it. Without a `run` nothing is done.
    """

    def __init__(self, run: RunFolder | None) -> None:
        self._trouble, self._told = "", False
        self._run = run
        self._next = -1  # the step after which a snapshot is due; none before `begin`
        self._most = self._size = 0  # snapshots, and the bytes of one
        self._digest = ""
        self._places: tuple[Place, ...] = ()
        self._kept: list[int] = []  # steps, in order
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[Future[None]] = []

    def begin(self, learner: Learner) -> None:
        """The training starts, or goes on, from this state; the first step is about to come.

        What came after a step from which the run goes on another way is removed, and all of it
        where the run starts anew.
        """
        if self._run is None:
            return
        network, steps = learner.network, learner.steps
        self._size = max(1, network.parameters.size * 2 + network.kept.size * 4)
        self._most = min(snapshots.MOST, snapshots.MOST_BYTES // self._size)
        if self._most < LEAST:
            return
        self._digest, self._places = graph_digest(network.graph), snapshots.places(network)
        self._kept = []
        for step in snapshots.snapshots(self._run):
            if step > steps or not steps:
                snapshots.remove(self._run, step)
            else:
                self._kept.append(step)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="snapshots")
        self._next = steps if not steps else snapshots.step_after(steps)
        self.look(learner, math.nan)

    def look(self, learner: Learner, loss: Any) -> None:
        """Take a snapshot if one is due; to be called after every step with the loss of its batch.

        `loss` is 0-d and may still be on the device.
        """
        if self._thread is None or self._trouble or learner.steps < self._next:
            return
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) * self._size * 2 > _WAITING:
            return
        self._next = snapshots.step_after(learner.steps)
        network, host = learner.network, learner.network.backend.asnumpy
        trained = network.parameters if learner.average is None else learner.average
        taken = Snapshot(
            learner.steps, host(trained).copy(), host(network.kept).copy(), float(loss)
        )
        self._waiting.append(self._thread.submit(self._develop, taken))

    def news(self) -> str:
        """Why no more snapshots are taken, in one sentence, told once; "" where they are."""
        if not self._trouble or self._told:
            return ""
        self._told = True
        return self._trouble

    def close(self) -> None:
        """Wait until everything is written."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _develop(self, taken: Snapshot) -> None:
        """Write one; in the thread."""
        assert self._run is not None
        if self._trouble:
            return
        try:
            _make(snapshots.folder_of(self._run))
            if snapshots.write(self._run, taken, self._places, digest=self._digest):
                self._kept.append(taken.step)
        except FileError as error:
            self._trouble = tr("No more snapshots of this run are taken. {error}", error=error)
        except Exception:  # nobody waits for this thread: here or nowhere it is told
            _log.exception("a snapshot failed")
            self._trouble = tr("No more snapshots of this run are taken; the log file says why.")
        for step in snapshots.dispensable(self._kept, self._most):
            self._kept.remove(step)
            snapshots.remove(self._run, step)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(
            tr("{folder} cannot be made: {strerror}.", folder=folder, strerror=error.strerror)
        ) from error
