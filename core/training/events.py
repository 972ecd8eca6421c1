"""What training tells whoever watches it: plain values, each one flat line of JSON.

Epochs and steps count from 1. Losses are means over items, times are seconds, accuracies are
shares from 0 to 1, or None where the network does not classify.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Base of every event."""

    name: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """The event as flat JSON data; a number that is not finite becomes null."""
        data: dict[str, Any] = {"event": self.name}
        for one in fields(self):
            value = getattr(self, one.name)
            data |= value if isinstance(value, Mapping) else {one.name: value}
        return {name: _plain(value) for name, value in data.items()}


@dataclass(frozen=True)
class Started(Event):
    """Training begins, or goes on, before this `step` of this `epoch`."""

    name = "started"

    epoch: int
    step: int
    epochs: int
    steps: int  # in one epoch
    device: str
    parameters: int
    train_items: int
    validation_items: int
    data: str  # how the data are made to fit, in one sentence
    run: str = ""  # the run's folder


@dataclass(frozen=True)
class Progress(Event):
    """Where training is; `loss` is the mean since the last report, `lr` that of the last step."""

    name = "progress"

    epoch: int
    step: int
    steps: int
    loss: float
    items_per_second: float
    seconds_left: float
    lr: float | None = None


@dataclass(frozen=True)
class EpochDone(Event):
    """An epoch has ended and the network was validated; `best` says that it beats all before.

    `more` are further numbers of the validation, which stand beside the others in JSON: "top5",
    "absolute_error", "iou" of the first output; "box1.loss" and so on of each where several are.
    """

    name = "epoch"

    epoch: int
    train_loss: float
    train_accuracy: float | None
    loss: float  # of validation
    accuracy: float | None  # of validation
    lr: float  # of the last step
    seconds: float
    best: bool
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Paused(Event):
    """Training waits."""

    name = "paused"

    epoch: int
    step: int


@dataclass(frozen=True)
class Resumed(Event):
    """Training goes on after a pause."""

    name = "resumed"

    epoch: int
    step: int


@dataclass(frozen=True)
class Warned(Event):
    """Something a person should know; training goes on. `cause` is "disk", "checkpoint", "data"."""

    name = "warning"

    sentence: str
    cause: str = ""


@dataclass(frozen=True)
class Failed(Event):
    """Training cannot go on; the last good weights are kept.

    `cause` is "design", "data", "device", "disk", "memory" or "rate"; `node` is the layer to blame,
    or "". `lower_rate` and `smaller_batch` are offers to go on with, or None.
    """

    name = "failed"

    sentence: str
    cause: str
    node: str = ""
    epoch: int = 0
    step: int = 0
    lower_rate: float | None = None
    smaller_batch: int | None = None


@dataclass(frozen=True)
class Finished(Event):
    """Training has ended; `reason` is "done", "stopped" or "early".

    `loss` and `accuracy` are those of the last validation (None before the first); `weights` is
    the file of the best weights where they are kept, else of the last ones, or "".
    """

    name = "finished"

    reason: str
    epoch: int
    step: int
    loss: float | None
    accuracy: float | None
    best_epoch: int
    best_accuracy: float | None
    seconds: float
    weights: str = ""


def _plain(value: Any) -> Any:
    """A value for JSON, which has no word for what is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
