"""Snapshots: what the weights of a run were after some of its steps, each a small file.

`RUN/snapshots/step-000000120.safetensors` holds the weights that are validated and predict, kept
ones (such as the averages of batch normalization) as they are, trained ones as float16 where that
has room for them. Step 0 is before the first step. They lie close together at first, where filters
form, and an eighth of the way apart later; of more than MOST every one too many goes where it is
missed least. `RUN/snapshots/losses.jsonl` has a line for each step with the loss of its batch.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import files, strict_json
from core.files import FileError
from core.training import weight_files
from core.training.runs import RunFolder

Host = NDArray[Any]

MOST = 60  # snapshots of a run
MOST_BYTES = 200_000_000  # of all of them
_EARLY = 8  # steps up to which every one is kept
_MOST_LINES = 4 << 20  # bytes
_NAME = re.compile(r"step-(\d{9,12})\.safetensors")
_HALF_MAX = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class Snapshot:
    """The weights of a moment.

    Attributes:
        step: training steps done.
        weights: on the host, by name.
        loss: of the step's batch; nan before the first step.
    """

    step: int
    weights: Mapping[str, Host]
    loss: float = math.nan


def folder_of(run: RunFolder) -> Path:
    """Where the snapshots of a run lie; it may not exist."""
    return run.path / "snapshots"


def step_after(step: int) -> int:
    """When the next snapshot is due after one of this step."""
    return step + max(1, (step + _EARLY) // _EARLY)


def write(run: RunFolder, snapshot: Snapshot, trained: Collection[str], *, digest: str) -> bool:
    """Write one; gives whether it was, for weights that are not finite are not kept.

    `trained` are the names of those that may be rounded, `digest` is that of the graph. The folder
    must be there. FileError where the disk does not take it.
    """
    small: dict[str, Host] = {}
    for name, values in snapshot.weights.items():
        largest = float(np.abs(values).max(initial=0.0))
        if not math.isfinite(largest):
            return False
        small[name] = halved(values, largest) if name in trained else values
    path = folder_of(run) / f"step-{snapshot.step:09}.safetensors"
    about = {"graph": digest, "steps": snapshot.step}
    weight_files.write(path, weight_files.named("model", small), about, lasting=False)
    if math.isfinite(snapshot.loss):
        line = json.dumps({"step": snapshot.step, "loss": snapshot.loss})
        files.append_line(_losses(run), line.encode())
    return True


def halved(values: Host, largest: float) -> Host:
    """Values of which none is beyond ±`largest` as float16; as they are where that has no room."""
    return values.astype(np.float16) if largest <= _HALF_MAX else values


def snapshots(run: RunFolder) -> dict[int, Path]:
    """The snapshots of a run by their steps, in order."""
    folder = folder_of(run)
    if not folder.is_dir():
        return {}
    found = {int(m[1]): p for p in folder.iterdir() if (m := _NAME.fullmatch(p.name))}
    return dict(sorted(found.items()))


def losses(run: RunFolder) -> dict[int, float]:
    """The loss of the batch of each step that a snapshot was taken after, in order.

    A damaged line is left out. Some of the snapshots may be gone.
    """
    found: dict[int, float] = {}
    for line in files.read_lines(_losses(run), limit=_MOST_LINES):
        with contextlib.suppress(strict_json.JsonError):
            match strict_json.parse(line):
                case {"step": int(step), "loss": float(loss)} if math.isfinite(loss):
                    found = {one: was for one, was in found.items() if one < step}
                    found[step] = loss
    return found


def _losses(run: RunFolder) -> Path:
    return folder_of(run) / "losses.jsonl"


def remove(run: RunFolder, step: int) -> None:
    """Remove the snapshot of a step, if it is there."""
    with contextlib.suppress(OSError):
        (folder_of(run) / f"step-{step:09}.safetensors").unlink()


def dispensable(steps: list[int], most: int) -> list[int]:
    """Which of these steps, in order, leave the smallest gaps; never the first or the last."""
    kept, gone = list(steps), []
    while len(kept) > max(most, 2):
        inner = range(1, len(kept) - 1)
        at = min(inner, key=lambda i: (kept[i + 1] + _EARLY) / (kept[i - 1] + _EARLY))
        gone.append(kept.pop(at))
    return gone


# ---- every moment of a run that can be gone back to --------------------------------------


def moments(run: RunFolder) -> dict[int, Path]:
    """The files that tell the weights of a run, by steps done, in order.

    They are its snapshots, its checkpoints, which are exact, and its best weights. Runs of an older
    Striate have the last two alone.
    """
    found = {**_best(run), **snapshots(run), **_checkpoints(run)}
    return dict(sorted(found.items()))


def _checkpoints(run: RunFolder) -> dict[int, Path]:
    """The checkpoints by their steps; those that a later start took back are left out."""
    found: dict[int, Path] = {}
    for path in reversed(run.checkpoints()):
        with contextlib.suppress(FileError):
            steps = weight_files.facts(path, weight_files.header(path)[0]).get("steps")
            if type(steps) is int and 0 <= steps < min(found, default=1 << 48):
                found[steps] = path
    return found


def _best(run: RunFolder) -> dict[int, Path]:
    """The best weights by their step, where the metrics tell which that is."""
    if not run.best.exists():
        return {}
    with contextlib.suppress(FileError):
        starts = [event.get("steps") for event in run.events() if event["event"] == "started"]
        best = [epoch.get("epoch") for epoch in run.history() if epoch.get("best")]
        if best and starts and type(best[-1]) is int and type(starts[-1]) is int:
            return {best[-1] * starts[-1]: run.best}
    return {}
