"""Runs made by hand: a folder with a design and what it would have told, without training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.design import Design
from core.project import design_to_json
from core.training.events import EpochDone, Finished, Started
from core.training.runs import RunFolder
from tests.support.training import small_design


def made_run(
    home: Path,
    name: str,
    scores: Sequence[float] = (),
    *,
    seed: int = 0,
    design: Design | None = None,
    ended: str = "done",
) -> RunFolder:
    """A run whose epochs came to these validation accuracies, each in two seconds."""
    chosen = design or small_design(seed=seed)
    run = RunFolder.at(home / name, design_to_json(chosen))
    run.note(data={"count": 3, "size": 4, "sha256": "abc"})
    run.record(Started(1, 1, 9, 6, "cpu", 100, 96, 40, "as they are", str(run.path)))
    for at, score in enumerate(scores, start=1):
        run.record(EpochDone(at, 1.0, 0.5, 1 - score, score, 0.05, 2.0, True))
    if ended:
        run.record(Finished(ended, len(scores), 6, None, None, 1, None, 2.0))
    return run
