"""Snapshots: what the weights of a run were after some of its steps, each a small file.

`RUN/snapshots/step-000000120.safetensors` holds the weights that are validated and predict, kept
ones (such as the averages of batch normalization) as they are, trained ones as float16 where that
has room for them. Step 0 is before the first step. They lie close together at first, where filters
form, and a sixth of the way apart later; of more than MOST every one too many goes where it is
missed least. The metadata tell the step, and the loss of its batch.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.files import FileError
from core.network import Network
from core.shapes import volume
from core.training import weight_files
from core.training.runs import RunFolder

Host = NDArray[Any]

MOST = 60  # snapshots of a run
MOST_BYTES = 200_000_000  # of all of them
_EARLY = 6  # steps up to which every one is kept
_NAME = re.compile(r"step-(\d{9,12})\.safetensors")
_HALF_MAX = float(np.finfo(np.float16).max)


class Place(NamedTuple):
    """Where a weight lies in the flat vectors of a network: of trained ones, or of kept ones."""

    tensor: str  # its name in a file
    trained: bool
    start: int
    end: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Snapshot:
    """The weights of a moment, on the host.

    Attributes:
        step: training steps done.
        trained, kept: flat vectors, as the network has them.
        loss: of the step's batch; nan before the first step.
    """

    step: int
    trained: Host
    kept: Host
    loss: float = math.nan


def folder_of(run: RunFolder) -> Path:
    """Where the snapshots of a run lie; it may not exist."""
    return run.path / "snapshots"


def step_after(step: int) -> int:
    """When the next snapshot is due after one of this step."""
    return step + max(1, (step + _EARLY) // _EARLY)


def places(network: Network) -> tuple[Place, ...]:
    """Where each weight of a network lies."""
    ends = {True: 0, False: 0}
    found = []
    for full in network.weight_names:
        id, _, name = full.partition(".")
        weight = network.inference.nodes[id].weights[name]
        start = ends[weight.trained]
        ends[weight.trained] = end = start + volume(weight.shape)
        found.append(Place(f"model/{id}/{name}", weight.trained, start, end, weight.shape))
    return tuple(found)


def write(run: RunFolder, taken: Snapshot, places: Iterable[Place], *, digest: str) -> bool:
    """Write one; gives whether it was, for weights that are not finite are not kept.

    `places` are those of the network, `digest` is that of its graph. The folder must be there.
    FileError where the disk does not take it.
    """
    largest = float(np.abs(taken.trained).max(initial=0.0))
    if not math.isfinite(largest) or not np.isfinite(taken.kept).all():
        return False
    flat = {True: halved(taken.trained, largest), False: taken.kept}
    tensors = {
        one.tensor: flat[one.trained][one.start : one.end].reshape(one.shape) for one in places
    }
    about: dict[str, Any] = {"graph": digest, "steps": taken.step}
    if math.isfinite(taken.loss):
        about["loss"] = taken.loss
    weight_files.write(_file(run, taken.step), tensors, about, lasting=False)
    return True


def halved(values: Host, largest: float) -> Host:
    """Values of which none is beyond ±`largest` as float16; as they are where that has no room."""
    return values.astype(np.float16) if largest <= _HALF_MAX else values


def snapshots(run: RunFolder) -> dict[int, Path]:
    """The snapshots of a run by their steps, in order."""
    with contextlib.suppress(OSError):  # it may be gone the next moment
        paths = list(folder_of(run).iterdir())
        found = {int(m[1]): path for path in paths if (m := _NAME.fullmatch(path.name))}
        return dict(sorted(found.items()))
    return {}


def losses(run: RunFolder) -> dict[int, float]:
    """The loss of the batch of each step that a snapshot was taken after, in order.

    A damaged file is left out.
    """
    found = {step: _loss(path, _written(path)) for step, path in snapshots(run).items()}
    return {step: loss for step, loss in found.items() if math.isfinite(loss)}


@lru_cache(maxsize=1024)
def _loss(path: Path, written: int) -> float:
    """The loss that a file tells, which was `written` then; nan where it tells none."""
    with contextlib.suppress(FileError):
        loss = weight_files.facts(path, weight_files.header(path)[0]).get("loss")
        if isinstance(loss, float):
            return loss
    return math.nan


def _written(path: Path) -> int:
    """When a file was written, in ns; 0 where it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def remove(run: RunFolder, step: int) -> None:
    """Remove the snapshot of a step, if it is there."""
    with contextlib.suppress(OSError):
        _file(run, step).unlink()


def _file(run: RunFolder, step: int) -> Path:
    return folder_of(run) / f"step-{step:09}.safetensors"


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
        steps = weight_files.steps(path)
        if 0 <= steps < min(found, default=1 << 48):
            found[steps] = path
    return found


def _best(run: RunFolder) -> dict[int, Path]:
    """The best weights by their step, where the file tells it or, of an older run, its metrics."""
    if not run.best.exists():
        return {}
    steps = weight_files.steps(run.best)
    if steps > 0:
        return {steps: run.best}
    with contextlib.suppress(FileError):
        starts = [event.get("steps") for event in run.events() if event["event"] == "started"]
        best = [epoch.get("epoch") for epoch in run.history() if epoch.get("best")]
        if best and starts and type(best[-1]) is int and type(starts[-1]) is int:
            return {best[-1] * starts[-1]: run.best}
    return {}
