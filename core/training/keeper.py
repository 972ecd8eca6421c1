"""Keeps the moments of a run that matter: the last good one, the best weights, the files."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.files import FileError
from core.plan import Plan
from core.training.checkpoint import Checkpoint
from core.training.events import EpochDone
from core.training.learner import Learner
from core.training.rate import Rate
from core.training.runs import RunFolder
from core.training.tally import Tally

SAVE_EVERY = 300.0  # seconds between two checkpoints, at most
_HISTORY = 100  # finished epochs that a checkpoint remembers


class Keeper:
    """Takes checkpoints of a learner and puts them back.

    Attributes:
        good: the last moment known to be good; what is gone back to after trouble.
        best: weights of the best epoch by name, where the plan keeps them.
        history: the last finished epochs, as events in JSON.
        run: the folder for files; None keeps everything in memory.
    """

    def __init__(self, plan: Plan, run: RunFolder | None) -> None:
        self.run, self._plan = run, plan
        self.good: Checkpoint | None = None
        self.best: dict[str, NDArray[Any]] = {}
        self.history: tuple[dict[str, Any], ...] = ()
        self._saved_at = time.perf_counter()
        self._new_best = False
        self._best_steps = 0

    def note_epoch(self, done: EpochDone, learner: Learner) -> None:
        """Remember a finished epoch, and its weights if they are the best."""
        self.history = (*self.history, done.to_json())[-_HISTORY:]
        if done.best and self._plan.keep_best:
            with learner.averaged():
                self.best, self._new_best = learner.network.weights(), True
            self._best_steps = learner.steps

    @property
    def is_due(self) -> bool:
        """Whether the last file is older than a run should risk to lose."""
        return self.run is not None and time.perf_counter() - self._saved_at > SAVE_EVERY

    def remember(self, learner: Learner, tally: Tally, rate: Rate) -> Checkpoint:
        """Take this moment as good."""
        network, host = learner.network, learner.network.backend.asnumpy
        self.good = Checkpoint(
            model=network.weights(),
            optimizer={slot: host(learner.state[slot]).copy() for slot in learner.optimizer.slots},
            best=self.best,
            best_steps=self._best_steps,
            tally=replace(tally),
            steps=learner.steps,
            lr=rate.at(tally),
            batch_size=self._plan.batch_size,
            rate=rate.state(),
            history=self.history,
            ema=learner.averaged_weights(),
        )
        return self.good

    def keep(self, learner: Learner, tally: Tally, rate: Rate) -> str:
        """Take this moment as good and write it; a sentence where the disk does not take it."""
        return self._write(self.remember(learner, tally, rate), learner)

    def restore(self, moment: Checkpoint, learner: Learner) -> Tally:
        """Put a learner back to a moment; gives the tally to go on from.

        A file of best weights that came later is removed; the next moment writes it anew.
        """
        network = learner.network
        network.set_weights(moment.model)
        learner.start_average(moment.ema)
        for slot, values in learner.state.items():
            given = moment.optimizer.get(slot)
            values[...] = 0 if given is None else network.backend.asarray(given, network.dtype)
        learner.steps = network.clock = moment.steps
        self.good, self.best, self.history = moment, dict(moment.best), moment.history
        self._best_steps, self._new_best = moment.best_steps, bool(moment.best)
        if self.run is not None:
            self.run.take_back_best(moment.steps)
        same = moment.batch_size == self._plan.batch_size
        return replace(moment.tally) if same else moment.tally.epoch_again()

    def weights_file(self) -> str:
        """The file of the best weights where they are kept, else of the last ones, or ""."""
        if self.run is None:
            return ""
        best: list[Path] = [self.run.best] if self.best and self.run.best.exists() else []
        files = best or self.run.checkpoints()[-1:]
        return str(files[0]) if files else ""

    def _write(self, moment: Checkpoint, learner: Learner) -> str:
        self._saved_at = time.perf_counter()
        if self.run is None:
            return ""
        graph = learner.network.graph
        try:
            self.run.save(moment, graph)
            if self._new_best:
                self.run.save_best(self.best, graph, self._best_steps)
                self._new_best = False
        except FileError as error:
            return str(error)
        return ""
